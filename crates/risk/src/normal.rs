//! The normal distribution in fixed point: density from its half square, and the Mills ratio for the tails.
//!
//! Tails are density times Mills ratio, which keeps their relative precision: far out-of-the-money options stay
//! exact to the last unit although the probability itself is tiny.

use crate::explog::exp_neg;
use crate::fixed::mulh;
use crate::math_error::MathError;
use crate::tables::{INV_SQRT_2PI_Q64, MILLS};

/// The kernels treat the density from here on as zero, Q57: n(9) = 1.03e-18.
pub const TAIL_Q57: u64 = 9 << 57;

/// n(x) in Q63 for x in Q57. Total: zero from [`TAIL_Q57`] on. Absolute error below 2e-17.
#[inline]
pub fn density(x: u64) -> u64 {
    if x >= TAIL_Q57 {
        return 0;
    }
    let doubled = x << 3; // Q60, < 9 * 2^60
    let half_square = mulh(doubled, doubled); // x^2 in Q56 is x^2 / 2 in Q57, <= 40.5
    mulh(exp_neg(half_square), INV_SQRT_2PI_Q64)
}

/// Mills ratio (1 - N(x)) / n(x) in Q62 for x in Q57; absolute error below 3e-16.
///
/// # Errors
/// [`MathError::Domain`] from [`TAIL_Q57`] on.
#[inline]
pub fn mills(x: u64) -> Result<u64, MathError> {
    // Pieces of width 1/16; the table ends where the domain does.
    let [c0, c1, c2, c3, c4, c5, c6, c7] =
        usize::try_from(x >> 53).ok().and_then(|piece| MILLS.get(piece)).ok_or(MathError::Domain)?;
    // Distance from the centre, |distance| <= 2^52, as u in [-1, 1).
    let distance = (x & ((1 << 53) - 1)).cast_signed().wrapping_sub(1 << 52);
    let u = distance << 11; // Q63
    let u_q31 = u >> 32;
    // Horner. |c4| < 2^31.4 bounds the Q54 sums: each product with |u_q31| <= 2^31 stays below 2^63.
    let p = c6.wrapping_add(c7.wrapping_mul(u_q31) >> 31);
    let p = c5.wrapping_add(p.wrapping_mul(u_q31) >> 31);
    let p = c4.wrapping_add(p.wrapping_mul(u_q31) >> 31);
    let p = c3.wrapping_add(p.wrapping_mul(u_q31) >> 23); // Q62 from here

    // |c1| < 2^57.1 bounds what is multiplied from here.
    let u_low = u & 0xffff_ffff;
    let p = c2.wrapping_add(times_unit(p, u_q31, u_low));
    let p = c1.wrapping_add(times_unit(p, u_q31, u_low));
    let p = c0.wrapping_add(times_unit(p, u_q31, u_low));
    Ok(p.cast_unsigned()) // positive: the ratio lies in [0.109, 1.2534] on the domain
}

/// `p * u` for u in [-1, 1) as a Q31 and the 32 bits that follow it; short by at most 2. Domain: `|p| < 2^62`.
///
/// With p split at 31 bits, every partial product is below 2^31 * 2^32.
#[inline]
fn times_unit(p: i64, u_q31: i64, u_low: i64) -> i64 {
    let (high, low) = (p >> 31, p & 0x7fff_ffff);
    high.wrapping_mul(u_q31)
        .wrapping_add(high.wrapping_mul(u_low) >> 32)
        .wrapping_add(low.wrapping_mul(u_q31) >> 31)
}

/// N(x) in Q63 for x in Q57. Total: 0 or 1 from [`TAIL_Q57`] on. Absolute error below 3e-16; the tail itself, N(x) for
/// x < 0, keeps its relative precision down to 1e-18. Not strictly monotone: neighbours may step back by their error.
#[inline]
pub fn cdf(x: i64) -> u64 {
    let distance = x.unsigned_abs();
    // Density times Mills ratio, Q61: at most 1/2.
    let tail = mills(distance).map_or(0, |mills| mulh(density(distance), mills) << 2).min(1 << 62);
    if x < 0 {
        tail
    } else {
        (1_u64 << 63).wrapping_sub(tail)
    }
}
