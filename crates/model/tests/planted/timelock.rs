use crate::plant;
use bulkhead_model::{
    check::finds,
    timelock::{judge, Timelock},
};
use bulkhead_risk::{
    governance::{ready, Refusal, Window},
    params::{is_tightening, Values},
};

plant!(WaitsForNothing {
    fn ready(&self, window: Window, index: u64, stale_before: u64, now: i64) -> Result<(), Refusal> {
        ready(window, index, stale_before, now.max(window.eta))
    }
});

plant!(OneSaferValueWillDo {
    fn is_tightening(&self, old: &Values, new: &Values) -> bool {
        (0..old.len()).any(|i| {
            let mut one = *old;
            one[i] = new[i];
            one != *old && is_tightening(old, &one)
        })
    }
});

plant!(MoreIsAlwaysSafer {
    fn is_tightening(&self, old: &Values, new: &Values) -> bool {
        old.iter().zip(new).all(|(old, new)| new >= old)
    }
});

#[test]
fn finds_a_loosening_before_its_time() {
    assert!(finds(Timelock(&WaitsForNothing), judge::DELAY));
    assert!(finds(Timelock(&OneSaferValueWillDo), judge::DELAY));
    assert!(finds(Timelock(&MoreIsAlwaysSafer), judge::DELAY));
}

plant!(OldRolesGoOn {
    fn ready(&self, window: Window, index: u64, _: u64, now: i64) -> Result<(), Refusal> {
        ready(window, index, 0, now)
    }
});

plant!(OldPlansOverrule {
    fn still_current(&self, _: u64, _: u64) -> Result<(), Refusal> {
        Ok(())
    }
});

#[test]
fn finds_a_plan_that_was_overtaken() {
    assert!(finds(Timelock(&OldRolesGoOn), judge::OVERTAKEN));
    assert!(finds(Timelock(&OldPlansOverrule), judge::OVERTAKEN));
}

plant!(PlansKeepForEver {
    fn ready(&self, window: Window, index: u64, stale_before: u64, now: i64) -> Result<(), Refusal> {
        ready(Window { lapses_at: i64::MAX, ..window }, index, stale_before, now)
    }
});

#[test]
fn finds_a_plan_that_keeps_for_ever() {
    assert!(finds(Timelock(&PlansKeepForEver), judge::LAPSED));
    assert!(finds(Timelock(&PlansKeepForEver), judge::END));
}

plant!(AnythingGoes {
    fn is_in_bounds(&self, _: &Values) -> bool {
        true
    }
});

#[test]
fn finds_parameters_outside_their_bounds() {
    assert!(finds(Timelock(&AnythingGoes), judge::BOUNDS));
}

plant!(NothingTightens {
    fn is_tightening(&self, old: &Values, new: &Values) -> bool {
        old == new
    }
});

#[test]
fn finds_a_governor_who_cannot_tighten() {
    assert!(finds(Timelock(&NothingTightens), judge::BRAKE));
}
