//! Depth and spread of an expiry's book, as fills and quotes record them, and what they add to margin.
//!
//! Records can only make margin dearer than the market's parameters say, and fade.

use crate::{
    exposure::{IMPACT_BITS, MAX_IMPACT_Q20},
    math_error::MathError,
    round::{mul_div, ppm_of, Round},
    scenario::PPM,
};

/// A record loses half of its weight in this time.
const HALF_LIFE_SECONDS: u64 = 3_600;
/// Widest spread that counts, parts per million of the forward.
pub const MAX_SPREAD_PPM: u64 = 200_000;

/// A half-spread, parts per million of the forward, as it was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Spread {
    pub ppm: u64,
    /// Unix time.
    pub at: u64,
}

impl Spread {
    /// The spread now: halved for every half-life since it was recorded.
    #[must_use]
    pub fn now(&self, unix: u64) -> u64 {
        let halvings = unix.saturating_sub(self.at).wrapping_div(HALF_LIFE_SECONDS).min(63);
        self.ppm >> halvings
    }

    /// Blends in a fill: `distance` from the mark and the forward in quote atoms per lot. A fill weighs as much as its lots
    /// against the normal depth, so dust cannot move the average. A forward too small for an atom a lot counts as one: nobody
    /// may be kept from leaving by a record.
    ///
    /// # Errors
    /// [`MathError::Overflow`] when the distance is beyond 2^64 forwards in a million.
    pub fn record(
        &mut self,
        distance: u64,
        forward: u64,
        lots: u64,
        depth_lots: u64,
        unix: u64,
    ) -> Result<(), MathError> {
        let sample = mul_div(distance, PPM, forward.max(1), Round::Up)?.min(MAX_SPREAD_PPM);
        let last = self.now(unix);
        // Time moves on by whole half-lives: a record that is touched often fades all the same.
        let faded =
            unix.saturating_sub(self.at).wrapping_div(HALF_LIFE_SECONDS).wrapping_mul(HALF_LIFE_SECONDS);
        let whole = lots.saturating_add(depth_lots).max(1);
        let step = mul_div(last.abs_diff(sample), lots, whole, Round::Down)?;
        self.ppm = if sample > last { last.saturating_add(step) } else { last.saturating_sub(step) };
        self.at = if self.at == 0 { unix } else { self.at.saturating_add(faded) };
        Ok(())
    }
}

/// Half-spread beyond the normal one, quote atoms per lot, rounded up.
///
/// # Errors
/// [`MathError::Overflow`] when the product leaves 64 bits.
pub fn spread_atoms(forward: u64, spread_ppm: u64, normal_ppm: u64) -> Result<u64, MathError> {
    ppm_of(forward, spread_ppm.min(MAX_SPREAD_PPM).saturating_sub(normal_ppm), Round::Up)
}

/// The depth that counts: the market's own figure, or less if the last quote within a half-life showed less. Lots.
#[must_use]
pub fn depth_in_force(normal_lots: u64, quoted_lots: u64, quoted_at: u64, unix: u64) -> u64 {
    let fresh = quoted_lots != 0 && unix.saturating_sub(quoted_at) <= HALF_LIFE_SECONDS;
    (if fresh { normal_lots.min(quoted_lots) } else { normal_lots }).max(1)
}

/// Price impact per lot and lot closed with [`IMPACT_BITS`] fraction bits, rounded up: closing `depth_lots` moves the price
/// by `concentration_ppm` of the forward.
///
/// # Errors
/// [`MathError::Overflow`] when the product leaves 64 bits.
pub fn impact_q20(forward: u64, concentration_ppm: u64, depth_lots: u64) -> Result<u64, MathError> {
    let at_depth = ppm_of(forward, concentration_ppm, Round::Up)?;
    let per_lot = mul_div(at_depth, 1 << IMPACT_BITS, depth_lots.max(1), Round::Up)?;
    Ok(per_lot.min(MAX_IMPACT_Q20))
}

/// Charge per short lot for the nearness of the expiry, quote atoms rounded up: nothing until a day before, then rising
/// evenly to `ramp_ppm` of the forward.
///
/// # Errors
/// [`MathError::Overflow`] when the product leaves 64 bits.
pub fn ramp_atoms(forward: u64, ramp_ppm: u64, seconds_left: u64) -> Result<u64, MathError> {
    const DAY: u64 = 86_400;
    let run = DAY.saturating_sub(seconds_left);
    if run == 0 || ramp_ppm == 0 {
        return Ok(0);
    }
    ppm_of(forward, mul_div(ramp_ppm, run, DAY, Round::Up)?, Round::Up)
}

#[cfg(test)]
mod tests;
