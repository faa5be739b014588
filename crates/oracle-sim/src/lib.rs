//! The oracle simulator: the market's own aggregate and other policies read the same faulty sources, and the same accounts are
//! liquidated by each; what a perfect price would not have done is a wrong liquidation.

pub mod book;
/// The published path of March 2020, read by the same rule as in the crash drill.
#[path = "../../drill/src/crash.rs"]
pub mod crash;
pub mod fault;
pub mod path;
pub mod plot;
pub mod policy;
pub mod progress;
pub mod report;
pub mod run;
pub mod scenario;
pub mod score;
pub mod source;

/// Unix time of second 0 of every path.
pub const EPOCH: i64 = 1_600_000_000;
/// Slots per second of a healthy chain, doubled.
const SLOTS_IN_TWO_SECONDS: i64 = 5;

/// The chain's clocks at a second of a path.
#[must_use]
pub fn moment(second: i64) -> bulkhead_risk::oracle::Moment {
    let slot = 100_000_000 + second * SLOTS_IN_TWO_SECONDS / 2;
    bulkhead_risk::oracle::Moment { unix: EPOCH + second, slot: slot.unsigned_abs() }
}

/// A span of seconds, end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: i64,
    pub to: i64,
}

impl Span {
    #[must_use]
    pub const fn new(from: i64, to: i64) -> Self {
        Self { from, to }
    }

    #[must_use]
    pub const fn contains(self, second: i64) -> bool {
        self.from <= second && second < self.to
    }
}
