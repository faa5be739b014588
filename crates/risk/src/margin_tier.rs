//! Black-76 calls for risk arrays: many moved forwards and volatilities against one strike, at a sixth of the cost of
//! the precise tier.
//!
//! ```text
//! C = F N(d1) - K N(d2)      d1 = ln(F/K) / v + v/2      d2 = d1 - v
//! ```
//!
//! `C` is stationary in `d1` as long as `d2` follows it, so `ln(F)` and its divisor v need few bits; only `v` itself and the
//! normal distribution must be right. Puts follow by parity from the row of the forward.
//!
//! Forwards and strikes are scaled to 32 bits of the largest forward of the grid. A strike beyond it drops further
//! bits and counts its `N(d2)` in finer steps instead. Both products fit 64 bits all the same: `K N(d2) <= F/2`
//! wherever `K >= F`, because `d2` is then at most `-sqrt(2 ln(K/F))`.
#![allow(clippy::indexing_slicing)] // The table has 512 entries and the index is masked to nine bits.

use core::hint::cold_path;
use core::num::NonZeroU64;

use crate::black76::{Strike, Tenor, MAX_PRICE};
use crate::explog::ln_q28;
use crate::fixed::{normalise, quotient};
use crate::math_error::MathError;
use crate::tables::CDF;

/// Bound of a price's error, as a part of the largest forward of its scale, Q40: 2.2e-9.
///
/// The sum of 1.05e-9 for cutting forward, strike and both probabilities to 32 bits, 1.7e-10 for the table against the
/// forward, 7.6e-10 against a strike of up to 16 forwards, whose `N(d2)` is small, 1e-10 for v and 3e-11 for d1, as a test
/// computes. The worst of 708 reference cases was 5.9e-10, which is 2.9e-10 of forward and strike together.
pub const ERROR_Q40: u64 = 2_419;

/// Distance from the start of the table to d = 0, Q32.
const CDF_MIDDLE_Q32: i64 = 8 << 32;
/// Width of the table, Q32.
const TABLE_END_Q32: i64 = 16 << 32;
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
    /// Below 2^63.2; its last 30 bits are zero.
    ln_q58: u64,
}

impl GridForward {
    /// # Errors
    /// [`MathError::Domain`] unless `price` is in `1..=largest` of the scale.
    #[inline]
    pub fn new(price: u64, scale: &Scale) -> Result<Self, MathError> {
        if price > scale.largest {
            return Err(MathError::Domain);
        }
        let ln_q58 = ln_q28(price)?.cast_unsigned() << 30;
        Ok(Self { scaled: price.wrapping_shl(scale.shift) >> 32, ln_q58 })
    }

    /// Natural logarithm of the price, Q28.
    #[inline]
    pub fn ln_q28(&self) -> i64 {
        (self.ln_q58 >> 30).cast_signed()
    }
}

/// A strike on the scale of a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GridStrike {
    /// 32 bits on the scale, less the excess.
    scaled: u64,
    ln_q58: u64,
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
            ln_q58: strike.ln_q57().cast_unsigned() << 1,
            places: SPARE_PLACES.wrapping_sub(excess),
            per_atom: scale.per_atom,
        })
    }
}

/// The root of a tenor, ready to be multiplied by volatilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GridTenor {
    /// sqrt(T) / 1,000,000 times 2^(exponent - 5), in [2^38 - 1, 2^40).
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
        Some(Self { root: tenor.per_ppm() >> 24, exponent: tenor.root().exponent })
    }
}

/// A strike's volatility: v, what it makes of the strike, and the strike itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GridVol {
    /// v in Q32, below 22.5.
    v_q32: i64,
    /// v as a divisor of logarithms: at least 78, and off by less than one.
    v_q26: NonZeroU64,
    /// From ln(F) / v to d1 + 8, Q32: 8 + v/2 - ln(K) / v.
    to_table: i64,
    /// Where d2 + 8 ends for d1 to be inside the table, Q32: its width less v, or nothing.
    d2_end: u64,
    /// Those of the strike.
    scaled: u64,
    per_atom: NonZeroU64,
    places: u32,
}

impl GridVol {
    /// Domain: a volatility of the precise tier, 10,000 to 10,000,000 parts per million. Outside it the result is meaningless
    /// but nothing panics.
    #[inline]
    pub fn new(vol_ppm: u64, tenor: &GridTenor, strike: &GridStrike) -> Self {
        let v = vol_ppm.wrapping_mul(tenor.root); // times 2^(exponent - 5), in [2^51.2, 2^63.3)
        let v_q32 = v.wrapping_shr(tenor.exponent.wrapping_sub(37)); // places 25 to 39
        let v_q26 = NonZeroU64::MIN | v_q32 >> 6; // made odd to be known not to be zero
        let strike_ratio = quotient(strike.ln_q58, v_q26).cast_signed();
        let v_q32 = v_q32.cast_signed();
        let d2_end = TABLE_END_Q32.wrapping_sub(v_q32).max(0).cast_unsigned();
        let to_table = (v_q32 >> 1).wrapping_add(CDF_MIDDLE_Q32).wrapping_sub(strike_ratio);
        let GridStrike { scaled, per_atom, places, .. } = *strike;
        Self { v_q32, v_q26, to_table, d2_end, scaled, per_atom, places }
    }
}

/// Prices a call, quote atoms per lot, rounded down.
///
/// The forward must be of the strike's [`Scale`]; otherwise the result is meaningless but nothing panics. Error before
/// rounding: below [`ERROR_Q40`] of the largest forward of the scale.
pub type CallPerLot = fn(&GridForward, &GridVol) -> u64;

/// What prices this strike: nearly all lie inside their scale, which saves some shifts.
#[inline]
pub fn call_per_lot(k: &GridStrike) -> CallPerLot {
    if k.places == SPARE_PLACES {
        call_inside
    } else {
        call_beyond
    }
}

fn call_inside(f: &GridForward, v: &GridVol) -> u64 {
    let (d1, d2) = places_in_table(f, v);
    if d2 < v.d2_end {
        worth_per_lot(f, v, cdf_q32(d1), cdf_q32(d2))
    } else {
        worth_beyond_table(f, v, d1, d2)
    }
}

#[cold]
#[inline(never)]
fn worth_beyond_table(f: &GridForward, v: &GridVol, d1: u64, d2: u64) -> u64 {
    worth_per_lot(f, v, or_end(d1, cdf_q32, 1 << 32), or_end(d2, cdf_q32, 1 << 32))
}

/// For a strike beyond its scale N(d2) has finer steps.
#[inline(never)]
fn call_beyond(f: &GridForward, v: &GridVol) -> u64 {
    let (d1, d2) = places_in_table(f, v);
    let (in_money, exercised) = if d2 < v.d2_end {
        (cdf_q32(d1), cdf_q40(d2))
    } else {
        cold_path();
        (or_end(d1, cdf_q32, 1 << 32), or_end(d2, cdf_q40, ONE_Q40))
    };
    worth_per_lot(f, v, in_money, exercised.wrapping_shr(v.places))
}

/// d1 and d2 from the start of the table, Q32, as two's complement words: both lie inside it where the second, unsigned, is
/// below `d2_end`.
#[inline(always)]
fn places_in_table(f: &GridForward, v: &GridVol) -> (u64, u64) {
    // ln(F) / v and ln(K) / v are below 2^57 in Q32, so nothing leaves 64 bits.
    let d1 = quotient(f.ln_q58, v.v_q26).cast_signed().wrapping_add(v.to_table);
    (d1.cast_unsigned(), d1.wrapping_sub(v.v_q32).cast_unsigned())
}

#[inline(always)]
fn worth_per_lot(f: &GridForward, v: &GridVol, in_money: u64, exercised: u64) -> u64 {
    let worth = f.scaled.wrapping_mul(in_money); // <= (2^32 - 1) * 2^32
    let cost = v.scaled.wrapping_mul(exercised); // below 2^64, too
    if worth <= cost {
        cold_path();
        return 0;
    }
    quotient(worth.wrapping_sub(cost), v.per_atom)
}

/// N(d) in Q32 for d + 8 in Q32, inside the table. Error below 3.6e-10 + 1.8e-10: a unit and a half, and the cubic's.
#[inline(always)]
fn cdf_q32(position: u64) -> u64 {
    let [c0, c1, c2, c3] = piece(position);
    c0.wrapping_add(rise_q67(position, [*c1, *c2, *c3]) >> (PIECE_BITS + SPARE_PLACES)).cast_unsigned()
}

/// N(d) in Q40, inside the table. Error below 1.8e-10.
#[inline(always)]
fn cdf_q40(position: u64) -> u64 {
    let [c0, c1, c2, c3] = piece(position);
    let c0 = (c0 << SPARE_PLACES).wrapping_add(c3 & 0xff).wrapping_sub(0x80);
    c0.wrapping_add(rise_q67(position, [*c1, *c2, *c3]) >> PIECE_BITS).cast_unsigned()
}

#[inline(always)]
fn piece(position: u64) -> &'static [i64; 4] {
    &CDF[(position >> PIECE_BITS & 511) as usize]
}

/// What N(d) exceeds the constant of its piece by.
#[inline(always)]
fn rise_q67(position: u64, [c1, c2, c3]: [i64; 3]) -> i64 {
    let u = (position & ((1 << PIECE_BITS) - 1)).cast_signed(); // < 1 in Q27
                                                                // c1 < 2^33.7 and the others below 2^31, so every product is below 2^60.8.
    let p = c2.wrapping_add(c3.wrapping_mul(u) >> (PIECE_BITS + SPARE_PLACES));
    let p = c1.wrapping_add(p.wrapping_mul(u) >> PIECE_BITS);
    p.wrapping_mul(u)
}

/// N(d) anywhere: zero before the table and `one` behind it.
#[inline(never)]
fn or_end(position: u64, inside: fn(u64) -> u64, one: u64) -> u64 {
    if position < TABLE_END_Q32.cast_unsigned() {
        inside(position)
    } else if position.cast_signed() < 0 {
        0
    } else {
        one
    }
}
