use crate::plant;
use bulkhead_model::{
    check::finds,
    rules::Rules,
    source::{judge, Source},
};
use bulkhead_risk::oracle::{Health, Standing, State, Verdict};

fn old(rules: &'static dyn Rules) -> Source {
    Source { rules, is_observer: false }
}

fn new(rules: &'static dyn Rules) -> Source {
    Source { rules, is_observer: true }
}

plant!(QuarantineEndsATrial {
    fn quarantine(&self, health: &mut Health, until: i64) {
        (health.state, health.good_rounds, health.until) = (State::Quarantined as u8, 0, until);
    }
});

plant!(EchoesEarnAVote {
    fn record(&self, health: &mut Health, verdict: Verdict, _: bool, now: i64, miss_seconds: i64) {
        health.record(verdict, true, now, miss_seconds);
    }
});

#[test]
fn finds_a_vote_without_a_trial() {
    assert!(finds(new(&QuarantineEndsATrial), judge::TRIAL));
    assert!(finds(new(&EchoesEarnAVote), judge::TRIAL));
    assert!(finds(old(&EchoesEarnAVote), judge::TRIAL));
}

plant!(SilenceIsALie {
    fn record(&self, health: &mut Health, verdict: Verdict, is_new: bool, now: i64, miss_seconds: i64) {
        match verdict {
            Verdict::Stale => health.record(Verdict::Outlier, true, now, miss_seconds),
            _ => health.record(verdict, is_new, now, miss_seconds),
        }
    }
});

#[test]
fn finds_a_vote_lost_by_silence() {
    assert!(finds(old(&SilenceIsALie), judge::LIES));
}

plant!(EveryRoundStrikes {
    fn record(&self, health: &mut Health, verdict: Verdict, is_new: bool, now: i64, miss_seconds: i64) {
        health.struck_at = 0;
        health.record(verdict, is_new, now, miss_seconds);
    }
});

#[test]
fn finds_strikes_in_a_hurry() {
    assert!(finds(old(&EveryRoundStrikes), judge::STRIKES));
}

plant!(SilencedForEver {
    fn stand(&self, health: &mut Health, _: i64) -> Standing {
        health.stand(0)
    }
});

#[test]
fn finds_a_source_that_never_comes_back() {
    assert!(finds(old(&SilencedForEver), judge::EXIT));
}
