//! What leaves a market's vault, or its pool, under the limiters of today: any sequence of withdrawals, pauses and deposits.
//!
//! Whatever the sequence, in any `t` seconds at most `share x (1 + t / window)` leaves of what the fund held at the start of them
//! and of what was brought meanwhile. That is **twice the share in a window**: the vault's 5 % an hour let out up to 10 % in the
//! worst hour, and nothing bounds a day but the sum of its hours. The property says so exactly, and [`judge::TWICE`] that more than
//! the share does leave.

pub mod judge;

use crate::rules::Rules;
use bulkhead_risk::{
    draw_limit::{Room, ShareLimit},
    limiter::Bucket,
};
use stateright::{Model, Property};

/// All times are kept relative to this one.
const NOW: i64 = 1_000;
pub const WINDOW: u64 = 4;
/// Ticks of the past that a state knows: two windows.
pub const PAST: usize = 9;

/// Which production limiter, as its caller uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fund {
    /// A market's vault: `Ledger::pay`, with a share of all claims.
    Vault,
    /// A pool: [`ShareLimit`], with a share of what it holds and what left it lately.
    Pool,
}

#[derive(Clone, Copy)]
pub struct Outflow {
    pub rules: &'static dyn Rules,
    pub fund: Fund,
    pub share_ppm: u64,
    /// Allowed in any case.
    pub floor: u64,
    pub start: u64,
    /// Most that somebody may bring in all, to try to lift the limit.
    pub deposits: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flow {
    pub left: u8,
    pub came: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct State {
    pub held: u64,
    pub to_come: u64,
    pub bucket: Bucket,
    /// What moved in this tick, and in those before.
    pub past: [Flow; PAST],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    Tick,
    Leave(u64),
    Come(u64),
}

impl Outflow {
    /// What may leave now, and the bucket that says so.
    fn room(&self, s: &State) -> Option<Room> {
        match self.fund {
            Fund::Vault => {
                let capacity = self.rules.capacity(s.held, self.share_ppm, self.floor).ok()?;
                let bucket = self.rules.drain(s.bucket, NOW, capacity, WINDOW).ok()?;
                Some(Room { bucket, available: capacity.saturating_sub(bucket.used).min(s.held) })
            }
            Fund::Pool => {
                let (share_ppm, floor_atoms) = (self.share_ppm, self.floor);
                let limit = ShareLimit { share_ppm, floor_atoms, window_seconds: WINDOW };
                self.rules.room(limit, s.bucket, s.held, NOW).ok()
            }
        }
    }

    /// The bucket after so much has left, if it may.
    fn taken(&self, s: &State, amount: u64) -> Option<Bucket> {
        match self.fund {
            Fund::Vault => {
                let capacity = self.rules.capacity(s.held, self.share_ppm, self.floor).ok()?;
                self.rules.take(s.bucket, NOW, amount, capacity, WINDOW).ok()
            }
            Fund::Pool => {
                let room = self.room(s)?;
                let used = room.bucket.used.checked_add(amount)?;
                (amount <= room.available).then_some(Bucket { used, ..room.bucket })
            }
        }
    }

    fn act(&self, s: &State, act: Act) -> Option<State> {
        let mut next = *s;
        match act {
            Act::Tick => {
                next.bucket.updated_at -= 1;
                next.past.rotate_right(1);
                next.past[0] = Flow::default();
            }
            Act::Leave(amount) => {
                next.held = s.held.checked_sub(amount)?;
                next.bucket = self.taken(s, amount)?;
                next.past[0].left += amount as u8;
            }
            Act::Come(amount) => {
                next.held += amount;
                next.to_come -= amount;
                next.past[0].came += amount as u8;
            }
        }
        Some(next)
    }
}

impl Model for Outflow {
    type State = State;
    type Action = Act;

    fn init_states(&self) -> Vec<State> {
        let bucket = Bucket { used: 0, updated_at: NOW };
        vec![State { held: self.start, to_come: self.deposits, bucket, past: [Flow::default(); PAST] }]
    }

    fn actions(&self, s: &State, out: &mut Vec<Act>) {
        out.push(Act::Tick);
        out.extend((1..=s.held).map(Act::Leave));
        out.extend((1..=s.to_come).map(Act::Come));
    }

    fn next_state(&self, s: &State, act: Act) -> Option<State> {
        let mut next = self.act(s, act)?;
        // An empty bucket has nothing to forget, and no bucket holds more than leaks in four windows.
        next.bucket.updated_at = next.bucket.updated_at.max(NOW - 4 * WINDOW as i64);
        if next.bucket.used == 0 {
            next.bucket.updated_at = NOW;
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        judge::properties(self)
    }
}
