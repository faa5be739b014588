//! Time as the oracle sees it: the chain's two clocks, live time, and the speed limit of the stable price.

use crate::{
    math_error::MathError,
    round::{ppm_of, Round},
    scenario::PPM,
};

/// A speed, or a time at any speed, at which the stable price follows wherever the mark is.
const WHOLE_MINUTE: u64 = 60 * PPM;

/// The chain's clocks at one instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Moment {
    /// Unix seconds.
    pub unix: i64,
    pub slot: u64,
}

/// The stable price follows the mark no faster than `speed_ppm_per_minute`.
///
/// # Errors
/// [`MathError::Overflow`] when the step leaves 64 bits.
pub fn stable_price(
    stable: u64,
    mark: u64,
    elapsed: u64,
    speed_ppm_per_minute: u64,
) -> Result<u64, MathError> {
    if stable == 0 {
        return Ok(mark);
    }
    // Cut to what makes up the whole price: the product stays below 2^52.
    let (speed, elapsed) = (speed_ppm_per_minute.min(WHOLE_MINUTE), elapsed.min(WHOLE_MINUTE));
    let share = speed.wrapping_mul(elapsed).checked_div(60).unwrap_or(PPM).min(PPM);
    let step = ppm_of(stable, share, Round::Down)?.min(stable.abs_diff(mark));
    Ok(if mark > stable { stable.saturating_add(step) } else { stable.saturating_sub(step) })
}

/// Seconds of live time in an interval: none when the gap is longer than the market accepts (the chain or the
/// cranks stood still), otherwise no more than the slots that passed could account for.
#[must_use]
pub fn live_seconds(elapsed: i64, slots: u64, max_gap: i64) -> u64 {
    let elapsed = u64::try_from(elapsed).unwrap_or(0);
    if elapsed > u64::try_from(max_gap).unwrap_or(0) {
        return 0;
    }
    // A slot is 0.4 s; up to one second each is accepted as normal progress.
    elapsed.min(slots)
}
