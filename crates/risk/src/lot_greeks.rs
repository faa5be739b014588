//! Sensitivities of one lot, from what pricing its mark left behind.
//!
//! They serve limits, so 32 bits of each factor are enough: a product or two for each Greek.

use core::num::NonZeroU64;

use crate::black76::{Forward, Quote, Tenor, TotalVol};
use crate::fixed::{moved, normalise, normalise_within, quotient};

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

/// One lot of a forward.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lot {
    pub per_unit: NonZeroU64,
    /// Quote atoms, rounded down; at most 2^50.
    pub worth: u64,
    /// A hundredth of its worth times 2^places: 32 bits, the top one set, or zero where the lot is worth next to nothing.
    hundredth: u64,
    /// -12 to 101.
    places: i32,
}

impl Lot {
    pub fn new(forward: &Forward, per_unit: NonZeroU64) -> Self {
        let (mantissa, shift) = forward.normalised();
        // Short by less than one, which for 2^43 lots and more in a unit is more than 2^-20 of it; but then no Greek
        // exceeds 2^7 * 2247 atoms, and what is missing is 0.3 of one.
        let (lot, more) = normalise(quotient(mantissa, per_unit));
        let (hundredth, most) = normalise_within::<7>(lot.wrapping_div(100));
        let places = shift.wrapping_add(more).wrapping_add(most).cast_signed().wrapping_sub(32);
        Self { per_unit, worth: quotient(forward.price(), per_unit), hundredth: hundredth >> 32, places }
    }
}

impl LotGreeks {
    /// `quote` must be of this lot's forward, this volatility and tenor; otherwise the result is meaningless but nothing
    /// panics.
    #[inline]
    pub fn new(quote: &Quote, v: &TotalVol, tenor: &Tenor, lot: &Lot) -> Self {
        // Exact for a probability of one, so that a worthless put has no delta.
        let in_money = quote.call_delta_q63() >> 31; // Q32
        let (high, low) = (lot.worth >> 32, lot.worth & 0xffff_ffff);
        let delta = high.wrapping_mul(in_money).wrapping_add(low.wrapping_mul(in_money) >> 32).cast_signed();
        let v = v.exact();
        let (Some(vol), Some(seconds)) =
            (NonZeroU64::new(v.mantissa >> 32), NonZeroU64::new(tenor.seconds()))
        else {
            return Self { delta, gamma: 0, vega: 0, theta: 0 };
        };
        let root = tenor.root();
        let vol_places = v.exponent.cast_signed();

        // A / 100, below 2^61.7, at places + 31; then its high half.
        let money = lot.hundredth.wrapping_mul(quote.phi >> 32);
        let top = money >> 32;
        // A / v: the quotient below 2^30.8.
        let gamma = quotient(money, vol) << 32;
        let gamma_places = lot.places.wrapping_add(95).wrapping_sub(vol_places); // 0 to 137
                                                                                 // A sqrt(T) and A v, below 2^61.7.
        let vega = top.wrapping_mul(root.mantissa >> 32);
        let vega_places = lot.places.wrapping_add(root.exponent.cast_signed()).wrapping_sub(33); // 17 to 144
        let decay = top.wrapping_mul(vol.get()) >> 14;
        // Half a day's 43,200 seconds are a hundred times 16,875 / 2^8 hundredths.
        let theta = quotient(decay.wrapping_mul(16_875), seconds);
        let theta_places = lot.places.wrapping_add(vol_places).wrapping_sub(55);
        Self {
            delta,
            gamma: gamma >> (gamma_places.min(63) & 63),
            vega: vega >> (vega_places.min(63) & 63),
            theta: moved(theta, theta_places).cast_signed().wrapping_neg(),
        }
    }
}
