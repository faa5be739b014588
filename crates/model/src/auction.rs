//! The clock of one account's auction: anybody touches it whenever that is allowed, the chain stalls, liquidation closes and
//! opens again.

pub mod judge;

use crate::rules::Rules;
use bulkhead_risk::auction::{Clock, ATTENDED_SECONDS, LAPSE_SECONDS};
use stateright::{Model, Property};

/// All live times are kept relative to this one.
const LIVE: u64 = 100_000;
/// What the market accepts as one step of the oracle, seconds.
const MAX_GAP: i64 = 60;
/// Seconds of the shortest step; every length of the clock is a multiple of it.
pub const STEP: u64 = 10;

#[derive(Clone, Copy)]
pub struct Auction(pub &'static dyn Rules);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// The clock of the open auction.
    pub clock: Option<Clock>,
    /// Live time at which liquidation was last opened again.
    pub open_since: u64,
    pub is_closed: bool,
    /// Seconds of undoubted progress with liquidation open since the last touch, as far as anything asks.
    pub fair: u64,
    /// What went wrong on the way here; see `judge`.
    pub breach: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// Time passes: seconds, and slots in them.
    Pass {
        seconds: i64,
        slots: u64,
    },
    Close,
    Reopen,
    /// A start, a confirmation or a bid.
    Touch,
    End,
}

/// A chain that does well, one that is slow, one that stands still with the clock jumping at the end, and cranks that pause.
const PASSES: [Act; 4] = [
    Act::Pass { seconds: 10, slots: 25 },
    Act::Pass { seconds: 40, slots: 10 },
    Act::Pass { seconds: 60, slots: 0 },
    Act::Pass { seconds: 600, slots: 1_500 },
];

impl Auction {
    fn act(&self, s: &State, act: Act) -> Option<State> {
        let mut next = *s;
        match act {
            Act::Pass { seconds, slots } => {
                let lived = self.0.live_seconds(seconds, slots, MAX_GAP);
                next = age(next, lived);
                // What the chain certainly did: nothing in a halt, a second per slot at most.
                let fair = if seconds > MAX_GAP { 0 } else { seconds.unsigned_abs().min(slots) };
                next.fair += if s.is_closed { 0 } else { fair };
            }
            Act::Close => (next.is_closed, next.fair) = (true, 0),
            Act::Reopen => (next.is_closed, next.open_since) = (false, LIVE),
            Act::Touch => {
                let running = s.clock.filter(|clock| !self.0.has_lapsed(*clock, LIVE));
                let touched = running.map(|clock| self.0.touched(clock, LIVE, s.open_since));
                next.clock = Some(touched.unwrap_or(Clock::begin(LIVE)));
                next.fair = 0;
            }
            Act::End => next.clock = None,
        }
        Some(next)
    }
}

/// So many live seconds pass: everything is that much older.
fn age(mut s: State, lived: u64) -> State {
    if let Some(clock) = &mut s.clock {
        clock.touched_live -= lived;
    }
    s.open_since -= lived;
    s
}

/// Forgets what no rule asks about any more.
fn forget(mut s: State) -> State {
    if let Some(clock) = &mut s.clock {
        clock.touched_live = clock.touched_live.max(LIVE - LAPSE_SECONDS - STEP);
    }
    s.open_since = s.open_since.max(LIVE - ATTENDED_SECONDS - STEP);
    s.fair = s.fair.min(ATTENDED_SECONDS);
    s
}

impl Model for Auction {
    type State = State;
    type Action = Act;

    fn init_states(&self) -> Vec<State> {
        let open_since = LIVE - ATTENDED_SECONDS - STEP;
        vec![State { clock: None, open_since, is_closed: false, fair: 0, breach: 0 }]
    }

    fn actions(&self, s: &State, out: &mut Vec<Act>) {
        out.extend(PASSES);
        if s.is_closed {
            out.push(Act::Reopen);
        } else {
            out.extend([Act::Close, Act::Touch]);
        }
        if s.clock.is_some() {
            out.push(Act::End);
        }
    }

    fn next_state(&self, s: &State, act: Act) -> Option<State> {
        let next = self.act(s, act)?;
        let breach = s.breach | self.judge(s, act, &next);
        Some(forget(State { breach, ..next }))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        judge::properties()
    }
}
