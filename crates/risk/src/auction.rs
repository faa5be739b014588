//! The clock of an auction and what it offers: a discount that rises while somebody attends.
//!
//! ```text
//! discount   start ---- 300 s ----> 20 % ---- 3,600 s ----> 50 %
//! ```
//!
//! Seconds are live seconds of the oracle, and of them only those that are attended: each start, confirmation or bid adds
//! what passed since the one before, at most [`ATTENDED_SECONDS`]. So no discount rises while nobody can bid, and an
//! account that nobody looked at for an hour is met at the start. An auction left alone for [`LAPSE_SECONDS`] has lapsed.

use crate::{
    math_error::MathError,
    round::{mul_div, ppm_of, Round},
};

/// First stretch of the curve, live seconds, and the discount at its end, parts per million.
pub const KNEE_SECONDS: u64 = 300;
pub const KNEE_PPM: u64 = 200_000;
/// End of the curve.
pub const LAST_SECONDS: u64 = 3_600;
pub const LAST_PPM: u64 = 500_000;
/// Most that the clock runs from one touch to the next, live seconds.
pub const ATTENDED_SECONDS: u64 = 60;
/// Live seconds without a touch after which an auction has lapsed.
pub const LAPSE_SECONDS: u64 = 300;
/// Live seconds that pass between two confirmations.
pub const REST_SECONDS: u64 = 10;

/// Discount after so many attended seconds, parts per million, rounded down; never below what it starts from.
///
/// # Errors
/// [`MathError::Overflow`] never within 64-bit discounts.
pub fn discount_ppm(start_ppm: u64, elapsed: u64) -> Result<u64, MathError> {
    let knee = start_ppm.max(KNEE_PPM);
    let last = knee.max(LAST_PPM);
    let (from, to, passed, length) = match elapsed.checked_sub(KNEE_SECONDS) {
        None => (start_ppm, knee, elapsed, KNEE_SECONDS),
        Some(passed) => (knee, last, passed, LAST_SECONDS.saturating_sub(KNEE_SECONDS)),
    };
    let risen = mul_div(to.saturating_sub(from), passed.min(length), length, Round::Down)?;
    from.checked_add(risen).ok_or(MathError::Overflow)
}

/// Attended time of an auction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Clock {
    /// Live time of the last touch.
    pub touched_live: u64,
    /// Attended live seconds so far.
    pub elapsed: u64,
}

impl Clock {
    /// A clock that begins now.
    #[must_use]
    pub const fn begin(live: u64) -> Self {
        Self { touched_live: live, elapsed: 0 }
    }

    /// Live seconds since the last touch.
    #[must_use]
    pub const fn rested(&self, live: u64) -> u64 {
        live.saturating_sub(self.touched_live)
    }

    #[must_use]
    pub const fn has_lapsed(&self, live: u64) -> bool {
        self.rested(live) > LAPSE_SECONDS
    }

    /// The clock after a touch. `open_since`: live time since which liquidation has been allowed without a break; what passed
    /// before does not count.
    #[must_use]
    pub fn touched(&self, live: u64, open_since: u64) -> Self {
        let gap = live.saturating_sub(self.touched_live.max(open_since)).min(ATTENDED_SECONDS);
        let elapsed = self.elapsed.saturating_add(gap).min(LAST_SECONDS);
        Self { touched_live: live.max(self.touched_live), elapsed }
    }
}

/// Most that all bids of one auction may pay in fees, quote atoms: the fee on the whole maintenance requirement at its start.
///
/// # Errors
/// [`MathError::Overflow`].
pub fn fee_allowance(maintenance: u64, fee_ppm: u64) -> Result<u64, MathError> {
    ppm_of(maintenance, fee_ppm, Round::Up)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_curve_runs_through_its_corners() {
        let at = |elapsed| discount_ppm(50_000, elapsed).unwrap();
        assert_eq!(
            [at(0), at(150), at(300), at(1_950), at(3_600)],
            [50_000, 125_000, 200_000, 350_000, 500_000]
        );
        assert_eq!(at(u64::MAX), 500_000);
        assert_eq!(discount_ppm(600_000, 3_600).unwrap(), 600_000);
    }

    #[test]
    fn an_hour_without_anybody_adds_a_minute_at_most_and_lapses() {
        let clock = Clock::begin(1_000);
        assert!(!clock.has_lapsed(1_300) && clock.has_lapsed(1_301));
        assert_eq!(clock.touched(4_600, 0), Clock { touched_live: 4_600, elapsed: 60 });
        assert_eq!(clock.touched(1_300, 1_290), Clock { touched_live: 1_300, elapsed: 10 });
        assert_eq!(clock.touched(1_300, 1_300).elapsed, 0);
        assert_eq!(clock.touched(900, 0), clock);
    }

    proptest! {
        #[test]
        fn the_discount_never_falls_with_time(start in 1_000u64..150_000, a in 0u64..5_000, b in 0u64..5_000) {
            let (early, late) = (a.min(b), a.max(b));
            let (x, y) = (discount_ppm(start, early).unwrap(), discount_ppm(start, late).unwrap());
            prop_assert!(start <= x && x <= y && y <= LAST_PPM);
        }

        /// Whatever the touches, the clock counts no more than the live time that passed, and no more than a minute a touch.
        #[test]
        fn the_clock_counts_attended_live_time_only(
            gaps in proptest::collection::vec(0u64..400, 0..60), open_since in 0u64..10_000
        ) {
            let (mut clock, mut live) = (Clock::begin(5_000), 5_000);
            for gap in &gaps {
                live += gap;
                let next = clock.touched(live, open_since);
                prop_assert!(next.elapsed >= clock.elapsed && next.elapsed <= clock.elapsed + ATTENDED_SECONDS);
                clock = next;
            }
            let counted: u64 = gaps.iter().sum();
            prop_assert!(clock.elapsed <= counted.min(LAST_SECONDS));
            prop_assert!(clock.elapsed <= live.saturating_sub(open_since.min(live)) || open_since <= 5_000);
            // Touched again in the same second nothing passes.
            prop_assert_eq!(clock.touched(live, open_since), clock);
        }

        /// Split into more touches the same time counts no less: attendance helps, and only it.
        #[test]
        fn one_who_attends_often_loses_no_time(gap in 0u64..3_000, parts in 1u64..50) {
            let once = Clock::begin(0).touched(gap, 0).elapsed;
            let mut clock = Clock::begin(0);
            for part in 1..=parts {
                clock = clock.touched(gap * part / parts, 0);
            }
            prop_assert!(clock.elapsed >= once && clock.elapsed <= gap);
        }
    }
}
