//! The volatility surface of one expiry: a volatility per listed strike.
//!
//! A submitted surface is accepted only when every volatility is inside the domain, moved no further than the
//! market allows per update, and the call prices it makes at the listed strikes admit no static arbitrage:
//! falling and convex in the strike, with a slope between -1 and 0.

use crate::{
    black76::{self, Forward, Strike, Tenor, TotalVol},
    math_error::MathError,
    round::{ppm_of, Round},
};

/// Lowest volatility a surface may hold, parts per million per square root of a year (5 %).
pub const MIN_VOL_PPM: u32 = 50_000;
/// Highest volatility a surface may hold (1,000 %).
pub const MAX_VOL_PPM: u32 = 10_000_000;
/// Price units by which rounding in the kernel may disturb a convexity comparison.
const ROUNDING_SLACK: u64 = 4;

/// Why a surface was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SurfaceFault {
    /// A volatility lies outside `MIN_VOL_PPM..=MAX_VOL_PPM`.
    OutOfDomain,
    /// A volatility moved further than the market allows in one update.
    StepTooLarge,
    /// A higher strike's call costs more, or falls faster than the strike rises.
    NotMonotone,
    /// The call prices are not convex in the strike (a butterfly would cost less than nothing).
    NotConvex,
    Math(MathError),
}

impl From<MathError> for SurfaceFault {
    fn from(e: MathError) -> Self {
        Self::Math(e)
    }
}

/// Checks the bounds of each volatility and its move against the last accepted one (zero: none yet).
///
/// # Errors
/// [`SurfaceFault::OutOfDomain`] or [`SurfaceFault::StepTooLarge`].
pub fn check_steps(old: &[u32], new: &[u32], max_step_ppm: u64) -> Result<(), SurfaceFault> {
    for (i, vol) in new.iter().enumerate() {
        if !(MIN_VOL_PPM..=MAX_VOL_PPM).contains(vol) {
            return Err(SurfaceFault::OutOfDomain);
        }
        let last = old.get(i).copied().unwrap_or(0);
        if last == 0 {
            continue;
        }
        let allowed = ppm_of(u64::from(last), max_step_ppm, Round::Down)?;
        if u64::from(last.abs_diff(*vol)) > allowed {
            return Err(SurfaceFault::StepTooLarge);
        }
    }
    Ok(())
}

/// Checks that the calls at the listed strikes admit no vertical or butterfly arbitrage.
///
/// # Errors
/// [`SurfaceFault::NotMonotone`] or [`SurfaceFault::NotConvex`], or the kernel's domain error.
pub fn check_arbitrage(
    forward: u64,
    strikes: &[u64],
    vols: &[u32],
    tenor: &Tenor,
) -> Result<(), SurfaceFault> {
    let f = Forward::new(forward)?;
    // (strike, call) of the last two strikes
    let mut before: Option<(u64, u64)> = None;
    let mut last: Option<(u64, u64)> = None;
    for (strike, vol) in strikes.iter().zip(vols) {
        let call = black76::price(&f, &Strike::new(*strike)?, &TotalVol::new(*vol, tenor)?).call;
        if let Some((k1, c1)) = last {
            let width = strike.saturating_sub(k1);
            if call > c1.saturating_add(ROUNDING_SLACK)
                || c1.saturating_sub(call) > width.saturating_add(ROUNDING_SLACK)
            {
                return Err(SurfaceFault::NotMonotone);
            }
            if let Some((k0, c0)) = before {
                convex((k0, c0), (k1, c1), (*strike, call))?;
            }
        }
        before = last;
        last = Some((*strike, call));
    }
    Ok(())
}

/// The middle call may not lie above the chord: `c1 <= (c0 (k2 - k1) + c2 (k1 - k0)) / (k2 - k0)`.
fn convex(a: (u64, u64), b: (u64, u64), c: (u64, u64)) -> Result<(), SurfaceFault> {
    let left = u128::from(b.0.saturating_sub(a.0));
    let right = u128::from(c.0.saturating_sub(b.0));
    let whole = left.saturating_add(right);
    let chord = u128::from(a.1).saturating_mul(right).saturating_add(u128::from(c.1).saturating_mul(left));
    let middle = u128::from(b.1).saturating_sub(u128::from(ROUNDING_SLACK)).saturating_mul(whole);
    if middle > chord {
        return Err(SurfaceFault::NotConvex);
    }
    Ok(())
}

/// A price per unit of the underlying as quote atoms per lot, rounded down.
///
/// # Errors
/// [`MathError::DivideByZero`] when a unit holds no lots.
pub fn per_lot(price: u64, lots_per_unit: u64) -> Result<u64, MathError> {
    price.checked_div(lots_per_unit).ok_or(MathError::DivideByZero)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRIKES: [u64; 5] = [6_000_000_000, 7_000_000_000, 8_000_000_000, 9_000_000_000, 10_000_000_000];

    fn month() -> Tenor {
        Tenor::from_seconds(30 * 86_400).unwrap()
    }

    #[test]
    fn steps_are_bounded_and_the_first_surface_is_free() {
        assert_eq!(check_steps(&[0], &[800_000], 1), Ok(()));
        assert_eq!(check_steps(&[800_000], &[880_000], 100_000), Ok(()));
        assert_eq!(check_steps(&[800_000], &[880_001], 100_000), Err(SurfaceFault::StepTooLarge));
        assert_eq!(check_steps(&[0], &[MIN_VOL_PPM - 1], 1), Err(SurfaceFault::OutOfDomain));
        assert_eq!(check_steps(&[0], &[MAX_VOL_PPM + 1], 1), Err(SurfaceFault::OutOfDomain));
    }

    #[test]
    fn a_smile_passes_and_arbitrage_does_not() {
        let f = 8_000_000_000;
        let smile = [950_000, 850_000, 800_000, 820_000, 870_000];
        assert_eq!(check_arbitrage(f, &STRIKES, &smile, &month()), Ok(()));
        let butterfly = [800_000, 800_000, 1_100_000, 800_000, 800_000];
        assert_eq!(check_arbitrage(f, &STRIKES, &butterfly, &month()), Err(SurfaceFault::NotConvex));
        let rising = [300_000, 300_000, 300_000, 300_000, 5_000_000];
        assert_eq!(check_arbitrage(f, &STRIKES, &rising, &month()), Err(SurfaceFault::NotMonotone));
    }
}
