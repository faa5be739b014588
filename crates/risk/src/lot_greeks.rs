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

/// How many lots there are in a unit, and a hundred times as many.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lots {
    pub per_unit: NonZeroU64,
    per_hundred: NonZeroU64,
}

impl Lots {
    pub fn new(per_unit: NonZeroU64) -> Self {
        // A hundred times 2^57 lots leave nothing of the 2^63 that are divided, and neither does the greatest divisor.
        let fits = per_unit.get() >> 57 == 0;
        let per_hundred = if fits { per_unit.get().wrapping_mul(100) } else { u64::MAX };
        Self { per_unit, per_hundred: NonZeroU64::new(per_hundred).unwrap_or(NonZeroU64::MAX) }
    }
}

impl LotGreeks {
    /// `quote` must be of this volatility and tenor, and `forward_lot` below 2^51; otherwise the result is meaningless
    /// but nothing panics.
    #[inline]
    pub fn new(quote: &Quote, v: &TotalVol, tenor: &Tenor, forward_lot: u64, lots: &Lots) -> Self {
        // Q11 after the high word; rounded to nearest.
        let delta = mulh(forward_lot.wrapping_shl(12), quote.call_delta_q63()).wrapping_add(1 << 10) >> 11;
        let delta = delta.cast_signed();
        let (v, root) = (v.exact(), tenor.root());
        let (Some(vol), Some(seconds)) =
            (NonZeroU64::new(v.mantissa >> 32), NonZeroU64::new(tenor.seconds()))
        else {
            return Self { delta, gamma: 0, vega: 0, theta: 0 };
        };
        let money = quote.money >> 32; // < 2^29.7, at 12 to 62 places less 32

        // A / v, its quotient below 2^30.8; at places -39 to 35.
        let per_vol = quotient(quote.money, vol);
        let gamma_places =
            quote.money_places.cast_signed().wrapping_add(32).wrapping_sub(v.exponent.cast_signed());
        // A sqrt(T), its product below 2^61.7; at places 10 to 74.
        let yearly = money.wrapping_mul(root.mantissa >> 32);
        let vega_places = quote.money_places.wrapping_add(root.exponent).wrapping_sub(64);
        // A v, its product below 2^61.7, at places 7 to 81.
        let decay = money.wrapping_mul(vol.get());
        let decay_places = quote.money_places.wrapping_add(v.exponent).wrapping_sub(64);
        Self {
            delta,
            gamma: per_hundred_lots(per_vol, gamma_places, lots),
            vega: quotient(yearly.checked_shr(vega_places).unwrap_or(0), lots.per_hundred),
            theta: quotient(daily_decay(decay, decay_places, seconds), lots.per_unit)
                .cast_signed()
                .wrapping_neg(),
        }
    }
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

/// `value * 2^-places` per hundred lots. Below zero places `value` must be below 2^31: what exceeds 32 places is made up
/// after the division, which leaves 56 bits.
#[inline]
fn per_hundred_lots(value: u64, places: i32, lots: &Lots) -> u64 {
    let first = places.max(-32);
    let whole = quotient(moved(value, first), lots.per_hundred);
    whole.wrapping_shl(first.wrapping_sub(places).unsigned_abs())
}

/// `decay * 2^-places * 43,200 / seconds`, `decay` being A v: theta a day without its sign.
///
/// Domain: `decay < 2^62` and seconds of a tenor. Relative error 2^-34 beyond one unit of `2^-places`.
#[inline]
pub(crate) fn daily_decay(decay: u64, places: u32, seconds: NonZeroU64) -> u64 {
    // The product is below 2^63.4. At 14 places less, -7 to 67; below zero only for v > 8, hence tenors of months, which
    // leave the room.
    moved(
        quotient((decay >> 14).wrapping_mul(HALF_DAY_SECONDS), seconds),
        places.cast_signed().wrapping_sub(14),
    )
}
