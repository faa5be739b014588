//! What goes wrong, and when. Times are the story's.

use crate::pace::STORY_START;

const HOUR: i64 = 3_600;

/// Story time of an hour of 2020-03-12 (UTC); hours past 24 fall on the next day.
#[must_use]
pub const fn at(hour: i64, minute: i64) -> i64 {
    STORY_START + (hour - 6) * HOUR + minute * 60
}

/// A span of story time, end excluded.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    pub from: i64,
    pub to: i64,
}

impl Span {
    #[must_use]
    pub const fn contains(&self, time: i64) -> bool {
        self.from <= time && time < self.to
    }
}

/// Source 0 reports four tenths too much.
pub const LIAR: Span = Span { from: at(9, 30), to: at(16, 0) };
pub const LIAR_SOURCE: usize = 0;
pub const LIE_PERCENT: u64 = 140;
/// Sources 1 and 2 fall silent while the liar still lies, so that no quorum is left.
pub const SILENCE: Span = Span { from: at(12, 0), to: at(16, 0) };
pub const SILENT_SOURCES: [usize; 2] = [1, 2];
/// A user leaves while the breaker is tripped.
pub const EXIT_DURING_TRIP: i64 = at(15, 0);
/// The first keeper dies before the second leg of the crash; the second one starts somewhat later.
pub const KEEPER_DIES: i64 = at(22, 30);
pub const SECOND_KEEPER_STARTS: i64 = at(23, 20);
/// A guardian brakes in the middle of the second leg.
pub const GUARDIAN_TRIPS: i64 = at(24, 30);
/// Users try to add and to reduce risk under the guardian's brake.
pub const TRADES_UNDER_BRAKE: i64 = at(25, 0);
/// Normal trading again after the brake has ended by itself, and before the expiry moves money.
pub const TRADES_AGAIN: i64 = at(31, 40);
/// Length of the guardian's brake.
pub const BRAKE_SECONDS: i64 = 6 * HOUR;
