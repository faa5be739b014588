//! Natural logarithm, exponential and square root in fixed point.
//!
//! Table for the leading bits, short series for the rest. Error bounds are asserted against reference vectors.
#![allow(clippy::indexing_slicing)] // Both tables have 256 entries and every index is masked to eight bits.

use core::num::NonZeroU64;

use crate::fixed::{mulh, normalise, normalise_within, quotient, ratio_q63, Scaled};
use crate::math_error::MathError;
use crate::tables::{EXP, LN, LN2_LOW7, LN2_Q57, STEPS_PER_UNIT_Q23, STEP_LOW32, STEP_Q57};

/// [`exp_neg`] is zero from here on, Q57.
pub const EXP_ZERO_FROM_Q57: u64 = 44 << 57;

/// ln(n) in Q57 for `n >= 1`; absolute error below 2e-17. Strictly increasing up to 2^50.
///
/// # Errors
/// [`MathError::Domain`] when `n` is zero.
#[inline]
pub fn ln(n: u64) -> Result<i64, MathError> {
    if n == 0 {
        return Err(MathError::Domain);
    }
    let (mantissa, shift) = normalise(n);
    Ok(ln_normalised(mantissa, shift))
}

/// [`ln`] of a number already split by [`normalise`]: top bit of `mantissa` set, `shift <= 63`.
#[inline]
pub(crate) fn ln_normalised(mantissa: u64, shift: u32) -> i64 {
    // With c the mantissa cut to nine bits: ln m = ln c + 2 atanh(rho / 2), rho = 2 (m - c) / (m + c) < 2^-8.
    let index = (mantissa >> 55) & 0xff;
    let cut = index.wrapping_add(256) << 55; // <= mantissa, top bit set
    let excess = mantissa.wrapping_sub(cut); // < 2^55
    let mean = (mantissa >> 1).wrapping_add(cut >> 1); // top bit set
    let rho = ratio_q63(excess << 6, mean); // Q69, < 2^61

    // rho + rho^3 / 12 + rho^5 / 80; the next term is below 2^-64.
    let rho_q40 = rho >> 29; // < 2^32
    let square_q48 = rho_q40.wrapping_mul(rho_q40) >> 32; // < 2^32
    let cube_q88 = rho_q40.wrapping_mul(square_q48); // < 2^64
    let fifth_q104 = (cube_q88 >> 32).wrapping_mul(square_q48).wrapping_div(80); // product < 2^64
    let series = (rho >> 5).wrapping_add(cube_q88.wrapping_div(12) >> 24).wrapping_add(fifth_q104 >> 40);
    // ln(1 + i/256) + ln(m/c) = ln of a number below 2: under 0.7 * 2^64.
    let fraction_q64 = LN[(index & 0xff) as usize].wrapping_add(series);
    let octaves = 63_u64.wrapping_sub(u64::from(shift)); // <= 63
    let low_q64 = octaves.wrapping_mul(LN2_LOW7).wrapping_add(fraction_q64); // + < 2^13
    octaves.wrapping_mul(LN2_Q57).wrapping_add(low_q64 >> 7).cast_signed() // < 64 ln 2 * 2^57 < 2^63
}

/// ln(n) in Q28 for `n >= 1`, for kernels that need no more; absolute error below 5e-9.
///
/// # Errors
/// [`MathError::Domain`] when `n` is zero.
#[inline]
pub fn ln_q28(n: u64) -> Result<i64, MathError> {
    if n == 0 {
        return Err(MathError::Domain);
    }
    let (mantissa, shift) = normalise(n);
    // As in `ln`, with one short division: rho = (m - c) / mean < 2^-8.
    let index = (mantissa >> 55) & 0xff;
    let cut = index.wrapping_add(256) << 55; // <= mantissa, top bit set
    let excess = mantissa.wrapping_sub(cut); // < 2^55
    let mean = (mantissa >> 33).wrapping_add(cut >> 33); // [2^31, 2^32)
    let rho_q40 = (excess << 8).checked_div(mean).unwrap_or(0); // < 2^32
    let rho_q32 = rho_q40 >> 8;
    let cube_q32 = (rho_q32.wrapping_mul(rho_q32) >> 32).wrapping_mul(rho_q32) >> 32; // < 2^8
    let fraction_q32 =
        (LN[(index & 0xff) as usize] >> 32).wrapping_add(rho_q32).wrapping_add(cube_q32.wrapping_div(12));
    let octaves = 63_u64.wrapping_sub(u64::from(shift)); // <= 63
    let whole_q32 = octaves.wrapping_mul(LN2_Q57) >> 25; // product < 2^63
    Ok((whole_q32.wrapping_add(fraction_q32) >> 4).cast_signed())
}

/// exp(-y) in Q63 for y in Q57. Total: zero from y = 44, where the value is below one unit.
///
/// Relative error below 4e-17, plus at most two units in the last place (2e-19).
#[inline]
pub fn exp_neg(y: u64) -> u64 {
    if y >= EXP_ZERO_FROM_Q57 {
        return 0;
    }
    // y = steps * ln 2 / 256 + g with 0 <= g < 0.00272, because the constants are rounded down.
    let steps = (y >> 32).wrapping_mul(STEPS_PER_UNIT_Q23) >> 48; // Q25 * Q23; factors < 2^30.5 and 2^31.6
    let low = steps.wrapping_mul(STEP_LOW32) >> 32; // steps < 2^14
    let g = y.wrapping_sub(steps.wrapping_mul(STEP_Q57)).wrapping_sub(low); // Q57, < 2^48.5

    // exp(-g) = 1 - g + g^2/2 (1 - g/3 (1 - g/4 (1 - g/5))).
    let g_q40 = g >> 17; // < 2^31.5
    let fifth = (1_u64 << 32).wrapping_sub(g_q40.wrapping_mul(ONE_FIFTH_Q32) >> 40); // Q32, product < 2^61.2
    let quarter = (1_u64 << 32).wrapping_sub(g_q40.wrapping_mul(fifth) >> 42); // Q32, product < 2^63.5
    let third_q42 = (g_q40.wrapping_mul(quarter) >> 30).wrapping_div(3); // < 2^31.9
    let square_q80 = mulh(g << 15, g << 15); // g^2; g << 15 < 2^63.5
    let correction = (square_q80 >> 33).wrapping_mul(third_q42) >> 27; // g^2/2 in Q48, < 2^30; product < 2^62
    let e = (1_u64 << 63) // Q63; the terms shrink, so e stays in (2^62, 2^63]
        .wrapping_sub(g << 6)
        .wrapping_add(square_q80 >> 18)
        .wrapping_sub(correction);
    let scaled = mulh(e, EXP[(steps & 0xff) as usize]) << 1; // Q62 to Q63, <= 2^63
    scaled.wrapping_shr((steps >> 8) as u32) // at most 63, because y < 44 < 64 ln 2
}

/// 1/5, Q32, rounded down.
const ONE_FIFTH_Q32: u64 = 858_993_459;

/// Square root of `n >= 1`; relative error below 1e-18.
///
/// # Errors
/// [`MathError::Domain`] when `n` is zero.
#[inline]
pub fn sqrt(n: u64) -> Result<Scaled, MathError> {
    if n == 0 {
        return Err(MathError::Domain);
    }
    Ok(sqrt_normalised(normalise(n)))
}

/// [`sqrt`] of a number already split by [`normalise`]: top bit of the mantissa set, shift at most 63.
#[inline]
pub(crate) fn sqrt_normalised((mantissa, shift): (u64, u32)) -> Scaled {
    // The shift must be even for the root to have a whole one.
    let (radicand, shift) = if shift & 1 == 0 { (mantissa, shift) } else { (mantissa >> 1, shift ^ 1) };
    let root = sqrt_q31(radicand); // sqrt(n) * 2^(shift/2 + 31), in [2^62, 2^63]
    let (mantissa, extra) = normalise_within::<1>(root);
    Scaled { mantissa, exponent: (shift >> 1).wrapping_add(31).wrapping_add(extra) }
}

/// Square root in Q31 of a radicand in [2^62, 2^64); result in [2^62, 2^63].
#[inline]
pub(crate) fn sqrt_q31(radicand: u64) -> u64 {
    // A line 2.95 % off at worst; Newton squares the error: 0.044 %, 1e-7, less than one unit of 32 bits. Every iterate
    // lies in [2^30, 2^33), so sums fit; made odd, it is known not to be zero.
    let step = |root: u64| odd(root).get().wrapping_add(quotient(radicand, odd(root))) >> 1;
    let line = (radicand >> 33).wrapping_add(1 << 30).wrapping_mul(LINE_Q30) >> 30; // product < 2^62.1
    let mut root = step(step(step(line)));
    // Never below the root's whole part, so that or one more. The wrapping difference is exact even when root^2 is 2^64.
    let mut rest = radicand.wrapping_sub(root.wrapping_mul(root)).cast_signed();
    if rest < 0 {
        root = root.wrapping_sub(1);
        rest = rest.wrapping_add(root.wrapping_mul(2).wrapping_add(1).cast_signed());
    }
    // One more term of the series: sqrt(n) = r + (n - r^2) / 2r, where n - r^2 <= 2r < 2^33.
    (root << 31).wrapping_add(quotient(rest.cast_unsigned() << 30, odd(root)))
}

/// Four times 2 / (3 + sqrt(8)), Q30: the slope of the line that is equally far off sqrt(x) at 1, 2 and 4.
const LINE_Q30: u64 = 1_473_799_776;

/// `n` or one more.
#[inline]
fn odd(n: u64) -> NonZeroU64 {
    NonZeroU64::MIN | n
}
