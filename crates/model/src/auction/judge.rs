//! What must hold of every state of an auction's clock and of every step.

use super::{Act, Auction, State, LIVE, STEP};
use bulkhead_risk::auction::{Clock, ATTENDED_SECONDS, LAPSE_SECONDS, LAST_PPM, LAST_SECONDS};
use stateright::Property;

pub const ATTENDED: &str = "the clock counts attended time in which anybody could bid, and no other";
pub const DISCOUNT: &str = "the discount rises with the clock and stays on its curve";
pub const END: &str = "an auction left alone lapses, and one attended reaches the last discount";
pub const LAST: &str = "a clock runs to its end";

/// What the discount starts from, parts per million.
const START_PPM: u64 = 50_000;
/// Most that it rises from one touch to the next: a minute on the steepest part of its curve.
const STEEPEST_PPM: u64 = 30_000;

/// Steps that went wrong, as bits of [`State::breach`].
const UNFAIR: u8 = 1;
const OFF_CURVE: u8 = 2;

pub fn properties() -> Vec<Property<Auction>> {
    vec![
        Property::always(ATTENDED, |_, s: &State| s.breach & UNFAIR == 0),
        Property::always(DISCOUNT, |_, s: &State| s.breach & OFF_CURVE == 0),
        Property::always(END, |m: &Auction, s: &State| {
            s.clock.is_none_or(|clock| m.lapses(clock) && m.reaches_the_end(clock))
        }),
        Property::sometimes(LAST, |_, s: &State| s.clock.is_some_and(|clock| clock.elapsed == LAST_SECONDS)),
    ]
}

impl Auction {
    fn lapses(&self, clock: Clock) -> bool {
        self.0.has_lapsed(clock, LIVE + LAPSE_SECONDS + STEP)
    }

    /// Touched every minute, a clock that has not lapsed runs to the end of the curve within an hour.
    fn reaches_the_end(&self, mut clock: Clock) -> bool {
        if self.0.has_lapsed(clock, LIVE) {
            return true;
        }
        let mut live = LIVE;
        while live < LIVE + LAST_SECONDS {
            live += ATTENDED_SECONDS;
            clock = self.0.touched(clock, live, 0);
        }
        clock.elapsed == LAST_SECONDS
    }

    /// What is wrong with a step, as bits.
    pub(super) fn judge(&self, s: &State, act: Act, next: &State) -> u8 {
        let Some(new) = next.clock else { return 0 };
        let old = s.clock.map_or(0, |clock| clock.elapsed);
        let gained = new.elapsed.saturating_sub(old);
        let fair = if act == Act::Touch { s.fair.min(ATTENDED_SECONDS) } else { 0 };
        let at = |elapsed| self.0.discount_ppm(START_PPM, elapsed).unwrap_or(u64::MAX);
        let (before, after) = (at(old), at(new.elapsed));
        // Only a new auction goes back to the start.
        let fell = after < before && new.elapsed != 0;
        let is_on_curve = !fell && after <= before + STEEPEST_PPM && (START_PPM..=LAST_PPM).contains(&after);
        let unfair = if gained > fair { UNFAIR } else { 0 };
        unfair | if is_on_curve { 0 } else { OFF_CURVE }
    }
}
