//! The breaker of a market under the protocol's: faults come and go, anybody reports them and proves their end, hostile guardians
//! brake whenever they may, and a governor ends trips through the timelock.
//!
//! A fault that is there can be proven and one that is not cannot: that is what the program reads from accounts, so the model
//! decides it. All else goes through [`Rules`]. One tick stands for the unit of all lengths; they keep the order of the real
//! ones, where the timelock is longer than two of a guardian's trips.

pub mod judge;
mod way_out;

use crate::rules::Rules;
use bulkhead_risk::{
    breaker::{Cause, Level, Trip, CAUSES, LEVELS},
    governance::Window,
};
use stateright::{Model, Property};

/// Least time in force before a proof may end a trip, and once more at Guarded.
pub const DWELL: i64 = 2;
/// A guardian's trip.
pub const LENGTH: i64 = 3;
pub const TIMELOCK: i64 = 6;
pub const LIFE: i64 = 2;
/// All times are kept relative to this one: a state knows ages, not dates.
const NOW: i64 = 1_000;

/// Which causes play, whether guardians may stop the whole protocol, too, and whether a governor may clear trips. The space is a
/// product of all that plays, and causes meet only in the strictest of them, so no cast needs everybody.
#[derive(Clone, Copy)]
pub struct Ladder {
    pub rules: &'static dyn Rules,
    pub causes: &'static [Cause],
    pub protocol: bool,
    pub clearances: bool,
}

/// A queued clearance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Clearance {
    pub cause: Cause,
    pub created_at: i64,
    pub window: Window,
    /// Its cause has tripped since it was queued.
    pub is_overtaken: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct State {
    pub market: [Trip; CAUSES],
    /// The protocol's breaker knows guardians only.
    pub protocol: Trip,
    pub clearance: Option<Clearance>,
    /// Causes whose fault is there, as bits.
    pub faults: u8,
    /// Causes whose end was proven since they last tripped, as bits.
    pub proven: u8,
    /// Seconds since each cause last tripped, as far as anything asks.
    pub tripped_for: [u8; CAUSES],
    /// Ticks in a row under a guardian's trip: of the market, of the protocol, of either.
    pub braked: [u8; 3],
    /// What went wrong on the way here; see `judge`.
    pub breach: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    Tick,
    Break(Cause),
    Heal(Cause),
    Report(Cause),
    Recover(Cause),
    Brake { level: Level, protocol: bool },
    WindDown,
    Propose(Cause),
    Veto,
    Execute,
}

const fn bit(cause: Cause) -> u8 {
    1 << cause.index()
}

/// Whether the fault of a cause is something that anybody can show.
const fn has_evidence(cause: Cause) -> bool {
    !matches!(cause, Cause::Guardian | Cause::Governance)
}

impl Ladder {
    /// The level in force, as the gate takes it.
    #[must_use]
    pub fn level(&self, s: &State) -> Level {
        self.rules.level_in_force(&s.market, NOW).max(self.rules.level_in_force(&[s.protocol], NOW))
    }

    fn act(&self, s: &State, act: Act) -> Option<State> {
        let mut next = *s;
        let trip = |cause: Cause| s.market[cause.index()];
        match act {
            Act::Tick => next = tick(s),
            Act::Break(cause) => next.faults |= bit(cause),
            Act::Heal(cause) => next.faults &= !bit(cause),
            Act::Report(cause) => {
                let after = self.rules.reported(trip(cause), cause, NOW)?;
                next.trip(cause, after);
            }
            Act::Recover(cause) => {
                next.market[cause.index()] = self.rules.recovered(trip(cause), cause, NOW, DWELL)?;
                next.proven |= bit(cause);
            }
            Act::Brake { level, protocol: false } => {
                let after = self.rules.guardian_trip(trip(Cause::Guardian), level, NOW, LENGTH).ok()?;
                next.trip(Cause::Guardian, after);
            }
            Act::Brake { level, protocol: true } => {
                next.protocol = self.rules.guardian_trip(s.protocol, level, NOW, LENGTH).ok()?;
            }
            Act::WindDown => {
                let level = Level::WindDown as u8;
                next.trip(Cause::Governance, Trip { level, consecutive: 0, since: NOW, until: 0 });
            }
            Act::Propose(cause) => {
                let window = Window::queued(NOW, TIMELOCK, LIFE);
                next.clearance = Some(Clearance { cause, created_at: NOW, window, is_overtaken: false });
            }
            Act::Veto => next.clearance = None,
            Act::Execute => {
                let plan = s.clearance?;
                self.rules.ready(plan.window, 0, 0, NOW).ok()?;
                let after = self.rules.cleared(trip(plan.cause), plan.created_at)?;
                next.market[plan.cause.index()] = after;
                next.clearance = None;
            }
        }
        Some(next)
    }
}

impl State {
    fn trip(&mut self, cause: Cause, trip: Trip) {
        self.market[cause.index()] = trip;
        self.tripped_for[cause.index()] = 0;
        self.proven &= !bit(cause);
        if let Some(plan) = self.clearance.as_mut().filter(|plan| plan.cause == cause) {
            plan.is_overtaken = true;
        }
    }

    /// Forgets what no rule asks about any more: ages beyond every length that they are compared with.
    fn forget(mut self) -> Self {
        if self.clearance.is_some_and(|plan| plan.window.lapses_at < NOW) {
            self.clearance = None;
        }
        for (i, trip) in self.market.iter_mut().enumerate() {
            let plan = self.clearance.filter(|plan| plan.cause.index() == i);
            let asked = plan.map_or(DWELL, |plan| DWELL.max(NOW - plan.created_at));
            forget_age(trip, asked);
            self.tripped_for[i] = self.tripped_for[i].min(asked.unsigned_abs() as u8);
        }
        forget_age(&mut self.protocol, DWELL);
        self
    }
}

fn forget_age(trip: &mut Trip, asked: i64) {
    if trip.since != 0 {
        trip.since = trip.since.max(NOW - asked);
    }
    if trip.until != 0 {
        trip.until = trip.until.max(NOW - LENGTH);
    }
}

/// A second passes: everything is a second older.
fn tick(s: &State) -> State {
    let mut next = *s;
    for trip in next.market.iter_mut().chain([&mut next.protocol]) {
        for time in [&mut trip.since, &mut trip.until] {
            *time -= i64::from(*time != 0);
        }
    }
    if let Some(plan) = &mut next.clearance {
        for time in [&mut plan.created_at, &mut plan.window.eta, &mut plan.window.lapses_at] {
            *time -= 1;
        }
    }
    for age in &mut next.tripped_for {
        *age = age.saturating_add(1);
    }
    let brakes = [s.market[Cause::Guardian.index()], s.protocol].map(|t| t.level_at(NOW) > Level::Normal);
    for (held, count) in [brakes[0], brakes[1], brakes[0] || brakes[1]].into_iter().zip(&mut next.braked) {
        *count = if held { (*count + 1).min(judge::MOST_BRAKED + 1) } else { 0 };
    }
    next
}

impl Model for Ladder {
    type State = State;
    type Action = Act;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            market: [Trip::default(); CAUSES],
            protocol: Trip::default(),
            clearance: None,
            faults: 0,
            proven: 0,
            tripped_for: [DWELL.unsigned_abs() as u8; CAUSES],
            braked: [0; 3],
            breach: 0,
        }]
    }

    fn actions(&self, s: &State, out: &mut Vec<Act>) {
        out.push(Act::Tick);
        let brake = |protocol| LEVELS.map(|level| Act::Brake { level, protocol });
        for cause in self.causes.iter().copied() {
            if has_evidence(cause) {
                let is_there = s.faults & bit(cause) != 0;
                out.push(if is_there { Act::Heal(cause) } else { Act::Break(cause) });
                out.push(if is_there { Act::Report(cause) } else { Act::Recover(cause) });
            }
            match cause {
                Cause::Guardian => out.extend(brake(false)),
                Cause::Governance => out.extend([Act::WindDown, Act::Recover(cause)]),
                _ => {}
            }
            if self.clearances && s.clearance.is_none() {
                out.push(Act::Propose(cause));
            }
        }
        if self.protocol {
            out.extend(brake(true));
        }
        if s.clearance.is_some() {
            out.extend([Act::Veto, Act::Execute]);
        }
    }

    fn next_state(&self, s: &State, act: Act) -> Option<State> {
        let next = self.act(s, act)?;
        let breach = s.breach | self.judge(s, act, &next);
        Some(State { breach, ..next }.forget())
    }

    fn properties(&self) -> Vec<Property<Self>> {
        judge::properties(self.protocol)
    }
}
