//! Black-76 price and sensitivities in one pass.
//!
//! With `A = F n(d1)`, `T` in years and `v = sigma sqrt(T)`, all undiscounted:
//!
//! ```text
//! delta = N(d1)           gamma = n(d1) / F v      vega  = A sqrt(T)
//! theta = -A v / 2T       rho   = -T price
//! vanna = -n(d1) d2 / sigma                        volga = vega d1 d2 / sigma
//! ```
//!
//! Delta and vega come from full words, the others from their high halves. Vanna and volga are for display; they have a
//! function of their own, so that the others need not pay for them.

use core::num::NonZeroU64;

use crate::black76::{quote, quote_inline, Forward, Price, Quote, Strike, Tenor, TotalVol, YEAR_SECONDS};
use crate::fixed::{moved, mulh, quotient, round_shift_within, Scaled};
use crate::math_error::MathError;

/// Half a day in seconds: theta's factor.
const HALF_DAY_SECONDS: u64 = 43_200;

/// 1,000,000 with its fraction point moved up 44 places, the most that fits: a high word then loses only 20.
const MILLION_SHIFTED: u64 = 1_000_000 << 44;

/// Sensitivities. Those of the put that are not here are the call's, but its delta is less by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Greeks {
    /// dCall/dF, Q62, 0 to 1; absolute error below 1e-15 + 2e-17 / v, which is 1.2e-11 for the least v: a logarithm is off by
    /// that much whatever v it is divided by.
    pub call_delta_q62: i64,
    /// F * d2Call/dF2 in parts per million: the change of delta when the forward moves by all of itself. A move of 1 %
    /// changes delta by a hundredth of it. At most 2.3e11 (at the money, 1 % volatility, one second).
    pub gamma_ppm: i64,
    /// Price units per 1.00 (100 percentage points) of volatility.
    pub vega: u64,
    /// Price units per day of 86,400 seconds, at most zero.
    pub theta_per_day: i64,
    /// Price units per 1.00 of the discount rate, at a rate of zero; at most zero.
    pub call_rho: i64,
    pub put_rho: i64,
}

/// How delta and vega change with volatility, the same for call and put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VolGreeks {
    /// Change of delta per 1.00 of volatility, in parts per million.
    pub vanna_ppm: i64,
    /// Change of vega per 1.00 of volatility, in price units.
    pub volga: i64,
}

impl Greeks {
    /// Delta of the call in parts per million, rounded to nearest.
    #[inline]
    pub fn call_delta_ppm(&self) -> i64 {
        round_shift_within(mulh(self.call_delta_q62.unsigned_abs(), MILLION_SHIFTED), 42).cast_signed()
    }
}

/// Price and sensitivities. `tenor` must be the one `v` was made from; another one scales all but delta and gamma
/// wrongly but still gives an answer.
///
/// Rounded to nearest or towards zero, by at most a unit. Beyond that vega is off by 1e-15 + 1e-16 / v of its value at
/// the money, gamma by 3e-9 and theta by 5e-9 of theirs, rho by T times the error of the price. At expiry delta is 0,
/// 0.5 at the money, or 1, and the others are zero.
#[inline(never)]
pub fn price_and_greeks(f: &Forward, k: &Strike, v: &TotalVol, tenor: &Tenor) -> (Price, Greeks) {
    let at = quote_inline(f, k, v);
    (at.price, greeks_of(&at, v.exact(), tenor))
}

/// [`price_and_greeks`] from scratch, for who prices a single option: strike and forward in price units, volatility in parts
/// per million per square root of a year, seconds to expiry.
///
/// # Errors
/// [`MathError::Domain`] where the constructor of a term refuses it.
#[inline(never)]
pub fn price_and_greeks_of(
    forward: u64,
    strike: u64,
    vol_ppm: u32,
    seconds: u64,
) -> Result<(Price, Greeks), MathError> {
    let tenor = Tenor::prepared(seconds)?;
    let v = TotalVol::prepared(vol_ppm, &tenor)?;
    let at = quote_inline(&Forward::prepared(forward)?, &Strike::prepared(strike)?, &v);
    Ok((at.price, greeks_of(&at, v.exact(), &tenor)))
}

#[inline(always)]
fn greeks_of(at: &Quote, v: Scaled, tenor: &Tenor) -> Greeks {
    let call_delta_q62 = (at.call_delta_q63() >> 1).cast_signed();
    let root = tenor.root();
    let (Some(vol), Some(seconds)) = (NonZeroU64::new(v.mantissa >> 32), NonZeroU64::new(tenor.seconds()))
    else {
        return Greeks { call_delta_q62, gamma_ppm: 0, vega: 0, theta_per_day: 0, call_rho: 0, put_rho: 0 };
    };
    // F * gamma = n(d1) / v: the quotient, < 2^30.8, at 95 - exponent places, 12 to 36.
    let per_vol = quotient(at.phi, vol);
    let gamma_ppm =
        round_shift_within(per_vol.wrapping_mul(1_000_000), 95_u32.wrapping_sub(v.exponent)).cast_signed();

    // A sqrt(T) at places 10 to 74; below 2^63, so from 64 on it rounds to zero.
    let vega_places = at.money_places.wrapping_add(root.exponent).wrapping_sub(64);
    let vega = round_shift_within(mulh(at.money, root.mantissa), vega_places.min(64));

    let decay = (at.money >> 32).wrapping_mul(vol.get()); // A v: 2^29.7 * 2^32
    let decay_places = at.money_places.wrapping_add(v.exponent).wrapping_sub(64); // 7 to 81
    let theta_per_day = daily_decay(decay, decay_places, seconds).cast_signed().wrapping_neg();
    Greeks {
        call_delta_q62,
        gamma_ppm,
        vega,
        theta_per_day,
        call_rho: times_years(at.price.call, seconds.get()).cast_signed().wrapping_neg(),
        put_rho: times_years(at.price.put, seconds.get()).cast_signed().wrapping_neg(),
    }
}

/// Vanna and volga, under the same condition as [`price_and_greeks`].
///
/// Rounded towards zero, by at most a unit. Beyond that vanna is off by 1e-7 of 1 / sigma, volga by 1e-6 of vega at the
/// money over sigma. Zero at expiry.
#[inline(never)]
pub fn vol_greeks(f: &Forward, k: &Strike, v: &TotalVol, tenor: &Tenor) -> VolGreeks {
    let at = quote(f, k, v);
    let (v, root) = (v.exact(), tenor.root());
    let money = at.money >> 32; // < 2^29.7
    if v.mantissa == 0 || root.mantissa == 0 || money == 0 {
        return VolGreeks { vanna_ppm: 0, volga: 0 };
    }
    // 1 / sigma = sqrt(T) / v times 2^sigma_places: in [2^30, 2^32], 24 to 35 places as sigma is 0.01 to 10.
    let per_sigma = (root.mantissa >> 1).checked_div(v.mantissa >> 32).unwrap_or(0);
    let sigma_places = 31_u32.wrapping_add(root.exponent).wrapping_sub(v.exponent);
    // Where A is not zero, |d1| < 9 and |d2| < 31.4.
    let d1 = at.d1.unsigned_abs() >> 31; // Q26
    let d2 = at.d2.unsigned_abs() >> 31; // Q26, < 2^31
                                         // n(d1) |d2| in Q57 <= 9.1, to Q28; then < 2^63.2.
    let vanna = ((at.phi >> 32).wrapping_mul(d2) >> 29).wrapping_mul(per_sigma);
    let vanna_ppm = (vanna >> 20).wrapping_mul(1_000_000).wrapping_shr(sigma_places.wrapping_add(8)); // < 2^63.2

    let curve = money.wrapping_mul(d1.wrapping_mul(d2) >> 28); // d1 d2 in Q24, < 2^32.2; then < 2^61.9
    let scale = (root.mantissa >> 33).wrapping_mul(per_sigma) >> 32; // sqrt(T) / sigma, < 2^31
    let volga_places = at.money_places.wrapping_add(root.exponent).wrapping_add(sigma_places); // 104 more than places
    let volga = moved((curve >> 31).wrapping_mul(scale), volga_places.cast_signed().wrapping_sub(104));
    VolGreeks { vanna_ppm: signed(vanna_ppm, at.d2 > 0), volga: signed(volga, (at.d1 < 0) != (at.d2 < 0)) }
}

/// `decay * 2^-places * 43,200 / seconds`, `decay` being A v: theta a day without its sign.
///
/// Domain: `decay < 2^62` and seconds of a tenor. Relative error 2^-34 beyond one unit of `2^-places`.
#[inline]
fn daily_decay(decay: u64, places: u32, seconds: NonZeroU64) -> u64 {
    // The product is below 2^63.4. At 14 places less, -7 to 67; below zero only for v > 8, hence tenors of months, which
    // leave the room.
    moved(
        quotient((decay >> 14).wrapping_mul(HALF_DAY_SECONDS), seconds),
        places.cast_signed().wrapping_sub(14),
    )
}

/// `price * seconds / YEAR_SECONDS`, rounded down: by whole years' worth and the rest, which keeps the products below
/// 2^53.
#[inline]
fn times_years(price: u64, seconds: u64) -> u64 {
    let whole = price.wrapping_div(YEAR_SECONDS).wrapping_mul(seconds);
    whole.wrapping_add(price.wrapping_rem(YEAR_SECONDS).wrapping_mul(seconds).wrapping_div(YEAR_SECONDS))
}

#[inline]
fn signed(size: u64, negative: bool) -> i64 {
    let size = size.cast_signed();
    if negative {
        size.wrapping_neg()
    } else {
        size
    }
}
