//! The volatility surface of one expiry: a volatility per listed strike.
//!
//! A submitted surface is accepted only when every volatility is inside the domain, moved no further than the
//! market allows per update, and the call prices it makes at the listed strikes admit no static arbitrage:
//! falling and convex in the strike, with a slope between -1 and 0.

use core::cmp::Ordering;

use crate::{
    black76::{self, Forward, Strike, Tenor, TotalVol},
    math_error::MathError,
    round::{mul_div, ppm_of, Round},
};

/// Lowest volatility a surface may hold, parts per million per square root of a year (5 %).
pub const MIN_VOL_PPM: u32 = 50_000;
/// Highest volatility a surface may hold (1,000 %).
pub const MAX_VOL_PPM: u32 = 10_000_000;
/// Oldest surface that risk may be added on, seconds. An hour is a few times what a venue's volatilities take to move by a
/// step, and leaves whoever fits them some missed rounds. Reductions, withdrawals and liquidations go on with the last one.
pub const MAX_SURFACE_AGE_SECONDS: i64 = 3_600;
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
    /// Total variance falls from one expiry to a later one at the same moneyness (a calendar spread would cost less than
    /// nothing).
    Calendar,
    Math(MathError),
}

impl From<MathError> for SurfaceFault {
    fn from(e: MathError) -> Self {
        Self::Math(e)
    }
}

/// How fast volatilities may move: `max_step_ppm` of themselves within `interval_seconds`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepLimit {
    pub max_step_ppm: u64,
    /// Zero: the whole step at any time.
    pub interval_seconds: u64,
}

impl StepLimit {
    /// The step allowed `elapsed_seconds` after the last one, parts per million: it grows with time up to the whole.
    ///
    /// # Errors
    /// None but [`MathError::Overflow`] for what no product of these can reach.
    pub fn allowed_ppm(&self, elapsed_seconds: u64) -> Result<u64, MathError> {
        if elapsed_seconds >= self.interval_seconds {
            return Ok(self.max_step_ppm);
        }
        mul_div(self.max_step_ppm, elapsed_seconds, self.interval_seconds, Round::Down)
    }
}

/// Checks the bounds of each volatility and its move against the last accepted one (zero: none yet).
///
/// # Errors
/// [`SurfaceFault::OutOfDomain`] or [`SurfaceFault::StepTooLarge`].
pub fn check_steps(
    old: &[u32],
    new: &[u32],
    limit: &StepLimit,
    elapsed_seconds: u64,
) -> Result<(), SurfaceFault> {
    let step_ppm = limit.allowed_ppm(elapsed_seconds)?;
    for (i, vol) in new.iter().enumerate() {
        if !(MIN_VOL_PPM..=MAX_VOL_PPM).contains(vol) {
            return Err(SurfaceFault::OutOfDomain);
        }
        let last = old.get(i).copied().unwrap_or(0);
        if last == 0 {
            continue;
        }
        let allowed = ppm_of(u64::from(last), step_ppm, Round::Down)?;
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

/// The volatilities of one expiry at its listed strikes, lowest strike first.
#[derive(Clone, Copy, Debug)]
pub struct Slice<'a> {
    pub forward: &'a Forward,
    pub strikes: &'a [Strike],
    /// One per strike.
    pub vols_ppm: &'a [u32],
    pub tenor: &'a Tenor,
}

/// Log-moneyness ln(K/F) in Q32 and total variance, volatility squared times seconds over 2^11.
type Node = (i64, u64);

impl Slice<'_> {
    fn nodes(&self) -> impl Iterator<Item = Node> + '_ {
        self.strikes.iter().zip(self.vols_ppm).map(|(strike, vol)| {
            let moneyness = strike.ln_q57().wrapping_sub(self.forward.ln_q57()) >> 25; // both below 2^62.2
            let square = u64::from(*vol).wrapping_mul(u64::from(*vol)); // any u32
            let variance = u128::from(square).wrapping_mul(u128::from(self.tenor.seconds())) >> 11;
            (moneyness, u64::try_from(variance).unwrap_or(u64::MAX)) // < 2^63 inside the domain of volatilities
        })
    }
}

/// Checks that total variance does not fall in time between a surface and that of another expiry, earlier or later: at
/// each listed moneyness of the first, against the other's, linear in log-moneyness between its strikes and flat beyond
/// them. A part in a million is let pass, for rounding.
///
/// # Errors
/// [`SurfaceFault::Calendar`], or [`MathError::Domain`] when both expire at once or the other lists no strike.
pub fn check_calendar(surface: &Slice, other: &Slice) -> Result<(), SurfaceFault> {
    let earlier = match other.tenor.seconds().cmp(&surface.tenor.seconds()) {
        Ordering::Less => true,
        Ordering::Equal => return Err(MathError::Domain.into()),
        Ordering::Greater => false,
    };
    for (moneyness, variance) in surface.nodes() {
        let against = interpolated(other, moneyness).ok_or(MathError::Domain)?;
        let (near, far) = if earlier { (against, variance) } else { (variance, against) };
        if near > far.saturating_add(far >> 20).saturating_add(1) {
            return Err(SurfaceFault::Calendar);
        }
    }
    Ok(())
}

/// Total variance of a slice at a moneyness between, before or behind its strikes.
fn interpolated(slice: &Slice, moneyness: i64) -> Option<u64> {
    let mut below: Option<Node> = None;
    for above in slice.nodes() {
        if above.0 >= moneyness {
            return Some(below.map_or(above.1, |below| chord(below, above, moneyness)));
        }
        below = Some(above);
    }
    below.map(|last| last.1)
}

/// The line through two nodes, at a moneyness after the first and up to the second.
fn chord(below: Node, above: Node, moneyness: i64) -> u64 {
    let width = above.0.abs_diff(below.0);
    let part = moneyness.abs_diff(below.0).min(width);
    let moved = mul_div(below.1.abs_diff(above.1), part, width, Round::Down).unwrap_or(0); // width > 0: at most the difference
    if above.1 >= below.1 {
        below.1.saturating_add(moved)
    } else {
        below.1.saturating_sub(moved)
    }
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
        let steps = |old: u32, new: u32, max_step_ppm| {
            check_steps(&[old], &[new], &StepLimit { max_step_ppm, interval_seconds: 0 }, 0)
        };
        assert_eq!(steps(0, 800_000, 1), Ok(()));
        assert_eq!(steps(800_000, 880_000, 100_000), Ok(()));
        assert_eq!(steps(800_000, 880_001, 100_000), Err(SurfaceFault::StepTooLarge));
        assert_eq!(steps(0, MIN_VOL_PPM - 1, 1), Err(SurfaceFault::OutOfDomain));
        assert_eq!(steps(0, MAX_VOL_PPM + 1, 1), Err(SurfaceFault::OutOfDomain));
    }

    #[test]
    fn steps_grow_with_time_up_to_the_whole() {
        let limit = StepLimit { max_step_ppm: 100_000, interval_seconds: 60 };
        for (elapsed, allowed) in [(0, 0), (1, 1_666), (30, 50_000), (60, 100_000), (u64::MAX, 100_000)] {
            assert_eq!(limit.allowed_ppm(elapsed), Ok(allowed));
        }
        assert_eq!(check_steps(&[800_000], &[840_000], &limit, 30), Ok(()));
        assert_eq!(check_steps(&[800_000], &[840_001], &limit, 30), Err(SurfaceFault::StepTooLarge));
        assert_eq!(check_steps(&[800_000], &[800_000], &limit, 0), Ok(()));
    }

    #[test]
    fn total_variance_may_not_fall_in_time() {
        let forward = Forward::new(8_000_000_000).unwrap();
        let strikes = STRIKES.map(|k| Strike::new(k).unwrap());
        // Two of the other's strikes, so that one listed strike lies between them and two beyond.
        let wide = [7_000_000_000, 9_000_000_000].map(|k| Strike::new(k).unwrap());
        let later = Tenor::from_seconds(60 * 86_400).unwrap();
        let check = |vols_ppm: &[u32; 5], others: &[u32; 2], swap: bool| {
            let (tenor, other_tenor) = if swap { (later, month()) } else { (month(), later) };
            let surface = Slice { forward: &forward, strikes: &strikes, vols_ppm, tenor: &tenor };
            let other = Slice { forward: &forward, strikes: &wide, vols_ppm: others, tenor: &other_tenor };
            check_calendar(&surface, &other)
        };
        // Twice the time: the later one may be lower by a factor of sqrt(2).
        assert_eq!(check(&[800_000; 5], &[565_686; 2], false), Ok(()));
        assert_eq!(check(&[800_000; 5], &[565_684; 2], false), Err(SurfaceFault::Calendar));
        assert_eq!(check(&[565_686; 5], &[800_000; 2], true), Ok(()));
        assert_eq!(check(&[565_684; 5], &[800_000; 2], true), Err(SurfaceFault::Calendar));
        // One strike in the middle is enough, and one beyond the other's strikes.
        assert_eq!(
            check(&[800_000, 800_000, 810_000, 800_000, 800_000], &[565_686; 2], false),
            Err(SurfaceFault::Calendar)
        );
        assert_eq!(
            check(&[810_000, 800_000, 800_000, 800_000, 800_000], &[565_686; 2], false),
            Err(SurfaceFault::Calendar)
        );
        let same = Slice { forward: &forward, strikes: &strikes, vols_ppm: &[800_000; 5], tenor: &month() };
        assert_eq!(check_calendar(&same, &same), Err(MathError::Domain.into()));
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
