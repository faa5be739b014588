//! What must hold of every state of the plans and of every step, told without the rules that are under test.

use super::{Act, Change, State, Terms, Timelock, LIFE, NOW, ROLE_TIMELOCK, TIMELOCK};
use stateright::Property;

pub const DELAY: &str = "nothing loosens and no role changes before its wait is over";
pub const OVERTAKEN: &str = "no plan outlives what it was made for";
pub const LAPSED: &str = "no plan is carried out after its time";
pub const BOUNDS: &str = "parameters stay inside their bounds";
pub const BRAKE: &str = "the governor can always tighten at once";
pub const END: &str = "every plan ends by itself";
pub const LOOSENING: &str = "a loosening comes through";
pub const ROLE: &str = "a role changes hands";

/// Steps that went wrong, as bits of [`State::breach`].
const EARLY: u8 = 1;
const STALE: u8 = 2;
const LATE: u8 = 4;

pub fn properties() -> Vec<Property<Timelock>> {
    vec![
        Property::always(DELAY, |_, s: &State| s.breach & EARLY == 0),
        Property::always(OVERTAKEN, |_, s: &State| s.breach & STALE == 0),
        Property::always(LAPSED, |_, s: &State| s.breach & LATE == 0),
        Property::always(BOUNDS, |_, s: &State| s.terms.share < 2 && s.terms.maintenance < 3),
        Property::always(BRAKE, |m: &Timelock, s: &State| m.act(s, Act::Tighten(Terms::SAFEST)).is_some()),
        Property::always(END, |m: &Timelock, s: &State| m.ends(s)),
        Property::sometimes(LOOSENING, |_, s: &State| s.terms.share == 1),
        Property::sometimes(ROLE, |_, s: &State| s.governor == 1),
    ]
}

impl Timelock {
    /// Left alone for as long as any plan may wait and live, none can be carried out any more.
    fn ends(&self, s: &State) -> bool {
        let later = NOW + ROLE_TIMELOCK + LIFE;
        s.plans.iter().all(|plan| self.0.ready(plan.window, plan.index, s.stale_before, later).is_err())
    }
}

/// What is wrong with a step, as bits.
pub fn judge(s: &State, act: Act, next: &State) -> u8 {
    let loosened = next.terms.share > s.terms.share || next.terms.maintenance < s.terms.maintenance;
    let is_same = next.terms == s.terms && next.governor == s.governor;
    match act {
        Act::Execute(slot) => {
            let plan = &s.plans[slot];
            let wait = match plan.change {
                Change::Params(_) => TIMELOCK,
                Change::Governor(_) => ROLE_TIMELOCK,
            };
            let age = i64::from(plan.age);
            let early = if age < wait { EARLY } else { 0 };
            let late = if age >= wait + LIFE { LATE } else { 0 };
            let stale = if plan.is_overtaken { STALE } else { 0 };
            early | late | stale
        }
        Act::Tighten(_) if !loosened => 0,
        _ if is_same => 0,
        _ => EARLY,
    }
}
