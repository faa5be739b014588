//! Sensitivities of one lot, from what pricing its mark left behind.

use core::num::NonZeroU64;

use crate::black76::{Quote, Tenor, TotalVol};
use crate::fixed::{mulh, quotient};

/// Half a day in seconds: theta's factor.
const HALF_DAY_SECONDS: u64 = 43_200;

/// Quote atoms per lot. Error: two atoms and 1e-8 of the Greek's value at the money.
pub(crate) struct LotGreeks {
    /// N(d1) times the value of a lot of the forward.
    pub delta: i64,
    /// F^2 gamma / 100: what a rise of the forward by 1 % adds to delta, times the value of a lot.
    pub gamma: u64,
    /// A sqrt(T) / 100: per percentage point of volatility.
    pub vega: u64,
    /// -A v / 2T a year, per day.
    pub theta: i64,
}

impl LotGreeks {
    /// `quote` must be of this volatility and tenor, and `forward_lot` below 2^51; otherwise the result is meaningless
    /// but nothing panics.
    #[inline]
    pub fn new(
        quote: &Quote,
        v: &TotalVol,
        tenor: &Tenor,
        forward_lot: u64,
        lots_per_unit: NonZeroU64,
    ) -> Self {
        // Q11 after the high word; rounded to nearest.
        let delta = mulh(forward_lot.wrapping_shl(12), quote.call_delta_q63()).wrapping_add(1 << 10) >> 11;
        let (vol, root) = (v.exact(), tenor.root());
        let money_places = quote.money_places.cast_signed(); // 12 to 62, as A = money * 2^-money_places
        let money = quote.money >> 32; // < 2^29.7

        // A / v, its quotient below 2^30.8; at places -39 to 35.
        let per_vol = quote.money.checked_div(vol.mantissa >> 32).unwrap_or(0);
        let gamma_places = money_places.wrapping_add(32).wrapping_sub(vol.exponent.cast_signed());
        // A sqrt(T), its product below 2^61.7; at places 10 to 74.
        let yearly = money.wrapping_mul(root.mantissa >> 32);
        let vega_places = quote.money_places.wrapping_add(root.exponent).wrapping_sub(64);
        // A v, its product below 2^61.7, at places 7 to 81.
        let decay = money.wrapping_mul(vol.mantissa >> 32);
        let decay_places = quote.money_places.wrapping_add(vol.exponent).wrapping_sub(64);
        Self {
            delta: delta.cast_signed(),
            gamma: hundredth_per_lot(per_vol, gamma_places, lots_per_unit),
            vega: quotient(yearly.checked_shr(vega_places).unwrap_or(0), lots_per_unit).wrapping_div(100),
            theta: quotient(daily_decay(decay, decay_places, tenor.seconds()), lots_per_unit)
                .cast_signed()
                .wrapping_neg(),
        }
    }
}

/// `value * 2^-places`, rounded down. Up to 32 places to the left the caller vouches for the room.
#[inline]
fn moved(value: u64, places: i32) -> u64 {
    if places < 0 {
        value.wrapping_shl(places.unsigned_abs())
    } else {
        value.checked_shr(places.unsigned_abs()).unwrap_or(0)
    }
}

/// A hundredth of `value * 2^-places` per lot. Below zero places `value` must be below 2^31: what exceeds 32 places is
/// made up after the division, which leaves 56 bits.
#[inline]
fn hundredth_per_lot(value: u64, places: i32, lots_per_unit: NonZeroU64) -> u64 {
    let first = places.max(-32);
    let whole = quotient(moved(value, first), lots_per_unit).wrapping_div(100);
    whole.wrapping_shl(first.wrapping_sub(places).unsigned_abs())
}

/// `decay * 2^-places * 43,200 / seconds`, `decay` being A v: theta a day without its sign. Zero at expiry.
///
/// Domain: `decay < 2^62`. Relative error 2^-34 beyond one unit of `2^-places`.
#[inline]
pub(crate) fn daily_decay(decay: u64, places: u32, seconds: u64) -> u64 {
    let daily = if seconds < 1 << 15 {
        (decay >> 14).wrapping_mul(HALF_DAY_SECONDS).checked_div(seconds).unwrap_or(0)
    // product < 2^63.4
    } else {
        decay.checked_div(seconds).unwrap_or(0).wrapping_mul(HALF_DAY_SECONDS) >> 14
        // product < 2^62.4
    };
    // Now at 14 places less, -7 to 67; below zero only for v > 8, hence tenors of months, which leave the room.
    moved(daily, places.cast_signed().wrapping_sub(14))
}
