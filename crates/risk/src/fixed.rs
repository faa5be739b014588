//! Wide multiplication, normalisation and division on 64-bit words: the ground floor of the kernels.
//!
//! `Qn` is fixed point with n fraction bits. The kernels use wrapping operations because the release profile checks
//! every other one at two to nine times the cost; each step carries the range argument that makes wrapping impossible.

use core::hint::cold_path;
use core::num::NonZeroU64;
use core::ops::Div;

/// A positive real as `mantissa * 2^-exponent` with the mantissa's top bit set, or zero with mantissa zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scaled {
    /// Zero, or at least 2^63.
    pub mantissa: u64,
    /// Binary places of the mantissa.
    pub exponent: u32,
}

impl Scaled {
    /// Exactly zero.
    pub const ZERO: Self = Self { mantissa: 0, exponent: 0 };
}

const LOW: u64 = 0xffff_ffff;

/// High word of `a * b`, short by at most 2: the product of the low halves and two fractions are dropped.
///
/// Total. Each partial product of 32-bit halves is at most (2^32 - 1)^2, and the sum is at most the exact high word.
#[inline]
pub fn mulh(a: u64, b: u64) -> u64 {
    let (a_low, a_high) = (a & LOW, a >> 32);
    let (b_low, b_high) = (b & LOW, b >> 32);
    a_high
        .wrapping_mul(b_high)
        .wrapping_add(a_high.wrapping_mul(b_low) >> 32)
        .wrapping_add(a_low.wrapping_mul(b_high) >> 32)
}

/// Signed form of [`mulh`]: floor of the high word, short by at most 2.
///
/// Total. High halves lie in [-2^31, 2^31) and low halves in [0, 2^32), so each partial product fits an i64.
#[inline]
pub fn smulh(a: i64, b: i64) -> i64 {
    const LOW_BITS: i64 = 0xffff_ffff;
    let (a_low, a_high) = (a & LOW_BITS, a >> 32);
    let (b_low, b_high) = (b & LOW_BITS, b >> 32);
    a_high
        .wrapping_mul(b_high)
        .wrapping_add(a_high.wrapping_mul(b_low) >> 32)
        .wrapping_add(a_low.wrapping_mul(b_high) >> 32)
}

/// Shifts `n` left until its top bit is set: `(mantissa, shift)` with `mantissa = n << shift`. Zero gives `(0, 63)`.
#[inline]
pub fn normalise(n: u64) -> (u64, u32) {
    normalise_within::<63>(n)
}

/// [`normalise`] for numbers that need at most `MOST` places, one less than a power of two; less where they need more.
///
/// By halving, because the chain's instruction set has no count of leading zeros. Each shift moves only zeros out. No step
/// is rare: the hint keeps the compiler from turning jumps into selections, each of which costs two jumps and two moves.
#[inline]
pub fn normalise_within<const MOST: u32>(n: u64) -> (u64, u32) {
    let (mut mantissa, mut shift) = (n, 0_u32);
    if MOST >= 32 && mantissa < 1 << 32 {
        cold_path();
        mantissa <<= 32;
        shift |= 32;
    }
    if MOST >= 16 && mantissa < 1 << 48 {
        cold_path();
        mantissa <<= 16;
        shift |= 16;
    }
    if MOST >= 8 && mantissa < 1 << 56 {
        cold_path();
        mantissa <<= 8;
        shift |= 8;
    }
    if MOST >= 4 && mantissa < 1 << 60 {
        cold_path();
        mantissa <<= 4;
        shift |= 4;
    }
    if MOST >= 2 && mantissa < 1 << 62 {
        cold_path();
        mantissa <<= 2;
        shift |= 2;
    }
    if mantissa < 1 << 63 {
        cold_path();
        mantissa <<= 1;
        shift |= 1;
    }
    (mantissa, shift)
}

/// `numerator / denominator` in Q63, short of the exact value by at most 5 units in the last place.
///
/// Domain: the denominator's top bit is set and `numerator < denominator / 2`; both are the caller's proof obligation.
/// Outside it the result is meaningless but nothing panics.
#[inline]
pub fn ratio_q63(numerator: u64, denominator: u64) -> u64 {
    // Two digits of 32 and 31 bits, each estimated with the divisor rounded up to its high half.
    let divisor = (denominator >> 32).wrapping_add(1); // in (2^31, 2^32]
    let missing = (1_u64 << 32).wrapping_sub(denominator & LOW); // divisor * 2^32 - denominator, in [1, 2^32]
    let first = numerator.checked_div(divisor).unwrap_or(0); // < 2^31, because numerator < denominator / 2
    let rest = numerator.wrapping_sub(first.wrapping_mul(divisor)); // < divisor <= 2^32

    // The rest against the exact denominator, halved: below 2^63 + 2^62.
    let rest = (rest << 31).wrapping_add(first.wrapping_mul(missing) >> 1);
    let second = rest.checked_div(divisor).unwrap_or(0); // < 2^33
    (first << 31).wrapping_add(second) // < 2^62 + 2^33
}

/// `value / divisor`, rounded down. Total, without the check for zero that `checked_div` makes each time.
#[inline]
pub fn quotient(value: u64, divisor: NonZeroU64) -> u64 {
    value.div(divisor)
}

/// `value * 2^-places`, rounded down. Up to 32 places to the left the caller vouches for the room.
#[inline]
pub(crate) fn moved(value: u64, places: i32) -> u64 {
    if places < 0 {
        value.wrapping_shl(places.unsigned_abs())
    } else {
        value.checked_shr(places.unsigned_abs()).unwrap_or(0)
    }
}

/// `value / 2^shift` to the nearest integer, halves up. Domain: `value < 2^63` (the carry of rounding must fit).
#[inline]
pub fn round_shift(value: u64, shift: u32) -> u64 {
    match shift {
        0 => value,
        1..=64 => round_shift_within(value, shift),
        _ => 0,
    }
}

/// [`round_shift`] for a shift of 1 to 64; any other gives something else.
#[inline]
pub fn round_shift_within(value: u64, shift: u32) -> u64 {
    // The inner shift is at most 63; the sum is at most 2^63.
    value.wrapping_shr(shift.wrapping_sub(1)).wrapping_add(1) >> 1
}
