//! Black-76 calls for risk arrays: many moved forwards and volatilities against one strike, at a sixth of the cost of
//! the precise tier.
//!
//! ```text
//! C = F N(d1) - K N(d2)      d1 = ln(F/K) / v + v/2      d2 = d1 - v
//! ```
//!
//! `C` is stationary in `d1` as long as `d2` follows it, so `ln(F/K)` and `1/v` need few bits; only `v` itself and the
//! normal distribution must be right. Puts follow by parity from the row of the forward.
//!
//! Forwards and strikes are scaled to 32 bits of the largest forward of the grid. A strike beyond it drops further
//! bits and counts its `N(d2)` in finer steps instead. Both products fit 64 bits all the same: `K N(d2) <= F/2`
//! wherever `K >= F`, because `d2` is then at most `-sqrt(2 ln(K/F))`.
#![allow(clippy::indexing_slicing)] // The table has 512 entries and the index is masked to nine bits.

use core::num::NonZeroU64;

use crate::black76::{Strike, Tenor, MAX_PRICE};
use crate::explog::ln_q28;
use crate::fixed::{normalise, quotient};
use crate::math_error::MathError;
use crate::tables::CDF;

/// Bound of a price's error, as a part of the largest forward of its scale, Q40: 2.2e-9.
///
/// The sum of: 9.4e-10 for cutting forward, strike and both probabilities to 32 bits; 1.8e-10 for the table against the
/// forward and 7.4e-10 against a strike of up to 16 forwards, whose `N(d2)` is small; 1e-10 for v in Q32. The worst of
/// 708 reference cases was 8.1e-10, which is 4.1e-10 of forward and strike together.
pub const ERROR_Q40: u64 = 2_419;

/// Distance from the start of the table to d = 0, Q32.
const CDF_MIDDLE_Q32: i64 = 8 << 32;
/// log2 of the width of the table, Q32.
const CDF_BITS: u32 = 36;
/// log2 of the width of a piece, Q32.
const PIECE_BITS: u32 = 27;
const ONE_Q40: u64 = 1 << 40;
/// Places between the table's format and the 32 bits that a product has room for.
const SPARE_PLACES: u32 = 8;
/// Bits by which a strike may exceed its scale.
const MAX_EXCESS: u32 = 3;

/// What the prices of one grid share: the power of two that takes its largest forward to 64 bits, and the lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    largest: u64,
    /// 13 to 63.
    shift: u32,
    /// Scaled units in one atom per lot.
    per_atom: NonZeroU64,
}

impl Scale {
    /// # Errors
    /// [`MathError::Domain`] unless `largest` is in `1..=MAX_PRICE`.
    pub fn new(largest: u64, lots_per_unit: NonZeroU64) -> Result<Self, MathError> {
        if !(1..=MAX_PRICE).contains(&largest) {
            return Err(MathError::Domain);
        }
        let (_, shift) = normalise(largest);
        // Where the product leaves 64 bits no price reaches one atom per lot; dividing by the most there is says so too.
        let fits = lots_per_unit.get() <= u64::MAX >> shift;
        let per_atom = if fits { lots_per_unit.get() << shift } else { u64::MAX };
        Ok(Self { largest, shift, per_atom: NonZeroU64::new(per_atom).ok_or(MathError::Domain)? })
    }
}

/// A forward of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GridForward {
    /// 32 bits on the scale.
    scaled: u64,
    ln_q28: i64,
}

impl GridForward {
    /// # Errors
    /// [`MathError::Domain`] unless `price` is in `1..=largest` of the scale.
    #[inline]
    pub fn new(price: u64, scale: &Scale) -> Result<Self, MathError> {
        if price > scale.largest {
            return Err(MathError::Domain);
        }
        Ok(Self { scaled: price.wrapping_shl(scale.shift) >> 32, ln_q28: ln_q28(price)? })
    }
}

/// A strike on the scale of a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GridStrike {
    /// 32 bits on the scale, less the excess.
    scaled: u64,
    ln_q28: i64,
    /// What to drop from N(d2) in Q40: the spare places less the excess. 5 to 8.
    places: u32,
    per_atom: NonZeroU64,
}

impl GridStrike {
    /// `None` for a strike that exceeds the scale by more than three bits: beyond 16 times the largest forward, and never
    /// below 8 times. Such a strike is left to the precise tier.
    #[inline]
    pub fn new(strike: &Strike, scale: &Scale) -> Option<Self> {
        let excess = match strike.price().wrapping_shr(64_u32.wrapping_sub(scale.shift)) {
            0 => 0,
            1 => 1,
            2..=3 => 2,
            4..=7 => MAX_EXCESS,
            _ => return None,
        };
        Some(Self {
            // shift >= 13 > excess; what is shifted out on the left is zero by the choice of the excess
            scaled: strike.price().wrapping_shl(scale.shift.wrapping_sub(excess)) >> 32,
            ln_q28: strike.ln_q57() >> 29,
            places: SPARE_PLACES.wrapping_sub(excess),
            per_atom: scale.per_atom,
        })
    }
}

/// The root of a tenor, ready to be multiplied by volatilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GridTenor {
    /// sqrt(T) / 1,000,000 times 2^(exponent - 13), in [2^30, 2^32).
    root: u64,
    /// That of the root: 62 to 76.
    exponent: u32,
}

impl GridTenor {
    /// `None` at expiry, where prices are intrinsic values and need no kernel.
    #[inline]
    pub fn new(tenor: &Tenor) -> Option<Self> {
        if tenor.seconds() == 0 {
            return None;
        }
        Some(Self { root: tenor.per_ppm() >> 32, exponent: tenor.root().exponent })
    }
}

/// A strike's volatility: v, its inverse, and what they make of the strike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GridVol {
    /// v in Q32, below 22.5.
    v_q32: i64,
    /// From ln(F) / v to d1 + 8, Q32: 8 + v/2 - ln(K) / v.
    to_table: i64,
    /// 1/v times 2^(86 - exponent), below 2^30.
    inverse: i64,
    /// 82 less the exponent of the tenor: 6 to 20.
    places: u32,
}

impl GridVol {
    /// Domain: a volatility of the precise tier, 10,000 to 10,000,000 parts per million. Outside it the result is meaningless
    /// but nothing panics.
    #[inline]
    pub fn new(vol_ppm: u64, tenor: &GridTenor, strike: &GridStrike) -> Self {
        let v = vol_ppm.wrapping_mul(tenor.root); // times 2^(exponent - 13), in [2^43.2, 2^55.3)
        let v_q32 = v.wrapping_shr(tenor.exponent.wrapping_sub(45)).cast_signed(); // places 17 to 31
        let coarse = v >> 24; // [2^19.2, 2^31.3)
        let inverse = (1_u64 << 49).checked_div(coarse).unwrap_or(0).cast_signed(); // [2^17.7, 2^29.8)
        let places = 82_u32.wrapping_sub(tenor.exponent);
        let strike_ratio = per_vol(strike.ln_q28, inverse, places);
        let to_table = (v_q32 >> 1).wrapping_add(CDF_MIDDLE_Q32).wrapping_sub(strike_ratio);
        Self { v_q32, to_table, inverse, places }
    }
}

/// A logarithm over v, Q32: ln < 35 in Q28 times the inverse is below 2^63.
#[inline]
fn per_vol(ln_q28: i64, inverse: i64, places: u32) -> i64 {
    ln_q28.wrapping_mul(inverse).wrapping_shr(places)
}

/// Call, quote atoms per lot, rounded down.
///
/// `f` and `k` must be of one [`Scale`] and `v` of `k`; otherwise the result is meaningless but nothing panics. Error before rounding:
/// below [`ERROR_Q40`] of the largest forward of the scale.
#[inline(never)] // called 33 times a strike: one copy, and the VM saves the registers
pub fn call_per_lot(f: &GridForward, k: &GridStrike, v: &GridVol) -> u64 {
    // |ln(F/K) / v| < 2^57.2 in Q32, so nothing leaves 64 bits.
    let d1 = per_vol(f.ln_q28, v.inverse, v.places).wrapping_add(v.to_table); // from the start of the table
    let d2 = d1.wrapping_sub(v.v_q32);
    let (d1, d2) = (d1.cast_unsigned(), d2.cast_unsigned());
    // One test for both: below zero the top bits are set.
    let (in_money, exercised) = if (d1 | d2) >> CDF_BITS == 0 {
        (cdf_q40(d1), cdf_q40(d2))
    } else {
        (cdf_or_end(d1), cdf_or_end(d2))
    };
    let in_money = in_money >> SPARE_PLACES; // <= 2^32
    let exercised = exercised.wrapping_shr(k.places);
    let worth = f.scaled.wrapping_mul(in_money); // <= (2^32 - 1) * 2^32
    let cost = k.scaled.wrapping_mul(exercised); // below 2^64, too
    if worth <= cost {
        return 0;
    }
    quotient(worth.wrapping_sub(cost), k.per_atom)
}

/// N(d) in Q40 for d + 8 in Q32, inside the table. Error below 1.8e-10.
#[inline]
fn cdf_q40(position: u64) -> u64 {
    let [c0, c1, c2, c3] = CDF[(position >> PIECE_BITS & 511) as usize];
    let u = (position & ((1 << PIECE_BITS) - 1)).cast_signed(); // < 1 in Q27
                                                                // Coefficients from c1 on are below 2^33.7, so every product is below 2^60.8.
    let p = c2.wrapping_add(c3.wrapping_mul(u) >> PIECE_BITS);
    let p = c1.wrapping_add(p.wrapping_mul(u) >> PIECE_BITS);
    c0.wrapping_add(p.wrapping_mul(u) >> PIECE_BITS).cast_unsigned()
}

/// The same anywhere, `position` being a two's complement word: zero before the table and one behind it.
#[cold]
fn cdf_or_end(position: u64) -> u64 {
    if position >> CDF_BITS == 0 {
        cdf_q40(position)
    } else if position.cast_signed() < 0 {
        0
    } else {
        ONE_Q40
    }
}
