//! A governor's key and its plans: parameters tightened at once, everything else queued, vetoed, overtaken, executed by anybody.
//!
//! Two parameters stand for all, one of each safer direction; both take three values inside their bounds or one outside. The
//! honest and the thief are one: the key may be anybody's, so every action is open to it in every state.

pub mod judge;

use crate::rules::Rules;
use bulkhead_risk::{
    governance::Window,
    params::{Values, DEFAULTS},
};
use stateright::{Model, Property};

pub const TIMELOCK: i64 = 2;
pub const ROLE_TIMELOCK: i64 = 3;
pub const LIFE: i64 = 2;
/// All times are kept relative to this one.
const NOW: i64 = 1_000;
/// As are revisions.
const REVISION: u64 = 1_000;

/// Places of the two parameters, and the values that they take: the last lies outside.
const OUTFLOW: usize = 2;
const MAINTENANCE: usize = 7;
const SHARES: [u64; 3] = [50_000, 60_000, 500_001];
const MAINTENANCES: [u64; 4] = [750_000, 800_000, 850_000, 950_001];

/// Choices of the two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Terms {
    /// Less is safer.
    pub share: u8,
    /// More is safer.
    pub maintenance: u8,
}

/// Every choice, those outside the bounds included.
fn every_terms() -> impl Iterator<Item = Terms> {
    let shares = 0..SHARES.len() as u8;
    shares
        .flat_map(|share| (0..MAINTENANCES.len() as u8).map(move |maintenance| Terms { share, maintenance }))
}

impl Terms {
    /// The safest inside the bounds.
    pub const SAFEST: Self = Self { share: 0, maintenance: 2 };

    #[must_use]
    pub fn values(self) -> Values {
        let mut values = DEFAULTS;
        values[OUTFLOW] = SHARES[usize::from(self.share)];
        values[MAINTENANCE] = MAINTENANCES[usize::from(self.maintenance)];
        values
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    Params(Terms),
    Governor(u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Plan {
    pub change: Change,
    pub index: u64,
    pub window: Window,
    /// The market's count of changes when it was queued.
    pub revision: u64,
    /// Ticks since it was queued.
    pub age: u8,
    /// The parameters that it was made for, or the roles, have changed since.
    pub is_overtaken: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    pub terms: Terms,
    pub governor: u8,
    /// In order of their index.
    pub plans: Vec<Plan>,
    pub queued: u64,
    pub stale_before: u64,
    /// What went wrong on the way here; see `judge`.
    pub breach: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    Tick,
    Tighten(Terms),
    Queue(Change),
    /// By the governor or any guardian.
    Veto(usize),
    /// By anybody.
    Execute(usize),
}

/// Plans that are open at once.
const MOST_PLANS: usize = 2;

#[derive(Clone, Copy)]
pub struct Timelock(pub &'static dyn Rules);

impl Timelock {
    fn act(&self, s: &State, act: Act) -> Option<State> {
        let mut next = s.clone();
        match act {
            Act::Tick => {
                for plan in &mut next.plans {
                    plan.window.eta -= 1;
                    plan.window.lapses_at -= 1;
                    plan.age = plan.age.saturating_add(1);
                }
            }
            Act::Tighten(terms) => {
                let (old, new) = (s.terms.values(), terms.values());
                let may = self.0.is_in_bounds(&new) && self.0.is_tightening(&old, &new);
                may.then_some(())?;
                next.replace_params(terms);
            }
            Act::Queue(change) => next.queue(change, self.wait(change)?),
            Act::Veto(slot) => {
                next.plans.remove(slot);
            }
            Act::Execute(slot) => {
                let plan = next.plans.remove(slot);
                self.0.ready(plan.window, plan.index, s.stale_before, NOW).ok()?;
                match plan.change {
                    Change::Params(terms) => {
                        self.0.still_current(plan.revision, REVISION).ok()?;
                        next.replace_params(terms);
                    }
                    Change::Governor(holder) => {
                        next.governor = holder;
                        next.stale_before = next.queued;
                        next.plans.iter_mut().for_each(|plan| plan.is_overtaken = true);
                    }
                }
            }
        }
        Some(next)
    }

    /// As `propose` checks and sets it.
    fn wait(&self, change: Change) -> Option<i64> {
        match change {
            Change::Params(terms) => self.0.is_in_bounds(&terms.values()).then_some(TIMELOCK),
            Change::Governor(_) => Some(ROLE_TIMELOCK),
        }
    }
}

impl State {
    fn queue(&mut self, change: Change, wait: i64) {
        let window = Window::queued(NOW, wait, LIFE);
        let index = self.queued;
        self.queued += 1;
        self.plans.push(Plan { change, index, window, revision: REVISION, age: 0, is_overtaken: false });
    }

    /// The count goes up; as all are kept relative to it, the plans' go down.
    fn replace_params(&mut self, terms: Terms) {
        self.terms = terms;
        for plan in &mut self.plans {
            plan.revision -= 1;
            plan.is_overtaken |= matches!(plan.change, Change::Params(_));
        }
    }

    /// Forgets what no rule asks about any more: how long ago a plan lapsed or was overtaken, and which indices there were between.
    fn forget(mut self) -> Self {
        for plan in &mut self.plans {
            plan.window.eta = plan.window.eta.max(NOW - LIFE);
            plan.window.lapses_at = plan.window.lapses_at.max(NOW);
            plan.age = plan.age.min((ROLE_TIMELOCK + LIFE).unsigned_abs() as u8);
            plan.revision = match plan.change {
                Change::Params(_) => plan.revision.max(REVISION - 1),
                Change::Governor(_) => REVISION,
            };
        }
        let mut seen: Vec<u64> = self.plans.iter().map(|plan| plan.index).collect();
        seen.extend([self.stale_before, self.queued]);
        seen.sort_unstable();
        seen.dedup();
        let rank = |index: &mut u64| *index = seen.iter().filter(|other| **other < *index).count() as u64;
        self.plans.iter_mut().map(|plan| &mut plan.index).for_each(rank);
        [&mut self.stale_before, &mut self.queued].into_iter().for_each(rank);
        self
    }
}

impl Model for Timelock {
    type State = State;
    type Action = Act;

    fn init_states(&self) -> Vec<State> {
        let terms = Terms { share: 0, maintenance: 1 };
        vec![State { terms, governor: 0, plans: Vec::new(), queued: 0, stale_before: 0, breach: 0 }]
    }

    fn actions(&self, s: &State, out: &mut Vec<Act>) {
        out.push(Act::Tick);
        out.extend(every_terms().map(Act::Tighten));
        if s.plans.len() < MOST_PLANS {
            let changes = every_terms().map(Change::Params).chain([0, 1].map(Change::Governor));
            out.extend(changes.map(Act::Queue));
        }
        out.extend((0..s.plans.len()).flat_map(|slot| [Act::Veto(slot), Act::Execute(slot)]));
    }

    fn next_state(&self, s: &State, act: Act) -> Option<State> {
        let next = self.act(s, act)?;
        let breach = s.breach | judge::judge(s, act, &next);
        Some(State { breach, ..next }.forget())
    }

    fn properties(&self) -> Vec<Property<Self>> {
        judge::properties()
    }
}
