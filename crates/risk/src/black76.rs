//! Black-76 prices of European options on a forward, undiscounted, in integer price units.
//!
//! Every price is intrinsic value plus one time value, which is the premium of whichever side is out of the money:
//!
//! ```text
//! A  = F n(d1) = K n(d2)          the density as money
//! M  = Mills ratio                tail = density * Mills ratio
//! time value = A (M(|d2|) - M(|d1|))            0 <= d2 < d1   the put
//!            = A (M(|d1|) - M(|d2|))            d2 < d1 < 0    the call
//!            = min(F, K) - A (M(|d1|) + M(|d2|))   otherwise
//! ```
//!
//! Adding the same number to both intrinsic values makes put-call parity exact and keeps each price between intrinsic
//! value and its cap by construction.
//!
//! Time is counted in years of 365 days. What repeats across a book is cached in the argument types: one logarithm for
//! each forward and strike, one square root for each expiry, one product for each volatility.

use crate::explog::{ln_normalised, sqrt_normalised};
use crate::fixed::{mulh, normalise, normalise_within, ratio_q63, round_shift_within, Scaled};
use crate::math_error::MathError;
use crate::normal::{density, mills};
use crate::tables::{INV_MILLION_Q83, INV_SQRT_YEAR_Q76};

/// Largest forward and strike, in price units. The kernels need 2^60; the rest is head room for sums of prices.
pub const MAX_PRICE: u64 = 1 << 50;
/// Seconds in the year of volatilities and tenors: 365 days.
pub const YEAR_SECONDS: u64 = 31_536_000;
/// Longest tenor.
pub const MAX_TENOR_SECONDS: u64 = 5 * YEAR_SECONDS;
/// Smallest volatility: 1 % per square root of a year.
pub const MIN_VOL_PPM: u32 = 10_000;
/// Largest volatility: 1,000 % per square root of a year.
pub const MAX_VOL_PPM: u32 = 10_000_000;

/// ln(MAX_PRICE), Q57, rounded up.
const MAX_LN_Q57: i64 = 35 << 57;
/// |ln(F/K)| / v is cut here, Q57. Beyond it |d| exceeds 32 - v/2 > 20, where no density is left.
const MAX_RATIO_Q57: u64 = 32 << 57;

/// A forward price with its normalisation and logarithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forward {
    price: u64,
    mantissa: u64,
    /// Places the price was shifted: 13 to 63.
    shift: u32,
    ln_q57: i64,
}

impl Forward {
    /// # Errors
    /// [`MathError::Domain`] unless `price` is in `1..=MAX_PRICE`.
    #[inline(never)]
    pub fn new(price: u64) -> Result<Self, MathError> {
        Self::prepared(price)
    }

    #[inline(always)]
    pub(crate) fn prepared(price: u64) -> Result<Self, MathError> {
        check_price(price)?;
        let (mantissa, shift) = normalise(price);
        Ok(Self { price, mantissa, shift, ln_q57: ln_normalised(mantissa, shift) })
    }

    /// The forward in price units.
    #[inline]
    pub fn price(&self) -> u64 {
        self.price
    }

    /// Natural logarithm of the price, Q57.
    #[inline]
    pub fn ln_q57(&self) -> i64 {
        self.ln_q57
    }

    /// The price shifted until its top bit is set, and how far.
    #[inline]
    pub(crate) fn normalised(&self) -> (u64, u32) {
        (self.mantissa, self.shift)
    }
}

/// A strike price with its logarithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strike {
    price: u64,
    ln_q57: i64,
}

impl Strike {
    /// # Errors
    /// [`MathError::Domain`] unless `price` is in `1..=MAX_PRICE`.
    #[inline(never)]
    pub fn new(price: u64) -> Result<Self, MathError> {
        Self::prepared(price)
    }

    #[inline(always)]
    pub(crate) fn prepared(price: u64) -> Result<Self, MathError> {
        check_price(price)?;
        let (mantissa, shift) = normalise(price);
        Ok(Self { price, ln_q57: ln_normalised(mantissa, shift) })
    }

    /// A strike whose logarithm was computed before: `ln_q57` must be what [`Strike::ln_q57`] gave for this price.
    ///
    /// # Errors
    /// [`MathError::Domain`] unless `price` is in `1..=MAX_PRICE` and `ln_q57` in the range of its logarithms. A wrong
    /// logarithm in that range gives a wrong price, but no panic.
    #[inline]
    pub fn with_ln(price: u64, ln_q57: i64) -> Result<Self, MathError> {
        check_price(price)?;
        if !(0..=MAX_LN_Q57).contains(&ln_q57) {
            return Err(MathError::Domain);
        }
        Ok(Self { price, ln_q57 })
    }

    /// The strike in price units.
    #[inline]
    pub fn price(&self) -> u64 {
        self.price
    }

    /// Natural logarithm of the price, Q57.
    #[inline]
    pub fn ln_q57(&self) -> i64 {
        self.ln_q57
    }
}

#[inline]
fn check_price(price: u64) -> Result<(), MathError> {
    if (1..=MAX_PRICE).contains(&price) {
        Ok(())
    } else {
        Err(MathError::Domain)
    }
}

/// Time to expiry with its square root in years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tenor {
    seconds: u64,
    root: Scaled,
    /// The root over 1,000,000, at least 2^62 - 2, at 19 places more than the root's.
    per_ppm: u64,
}

impl Tenor {
    /// Zero seconds is an expired option.
    ///
    /// # Errors
    /// [`MathError::Domain`] beyond [`MAX_TENOR_SECONDS`].
    #[inline(never)]
    pub fn from_seconds(seconds: u64) -> Result<Self, MathError> {
        Self::prepared(seconds)
    }

    #[inline(always)]
    pub(crate) fn prepared(seconds: u64) -> Result<Self, MathError> {
        if seconds > MAX_TENOR_SECONDS {
            return Err(MathError::Domain);
        }
        if seconds == 0 {
            return Ok(Self { seconds, root: Scaled::ZERO, per_ppm: 0 });
        }
        let (seconds_mantissa, shift) = normalise_within::<31>(seconds << 36); // below 2^27.3 before
        let root_seconds = sqrt_normalised((seconds_mantissa, shift.wrapping_add(36))); // exponent 50 to 63

        // High word of two mantissas >= 2^63: in [2^62 - 2, 2^64), so two further shifts at most.
        let (mantissa, extra) = normalise_within::<3>(mulh(root_seconds.mantissa, INV_SQRT_YEAR_Q76));
        let exponent = root_seconds.exponent.wrapping_add(76 - 64).wrapping_add(extra); // 62 to 76
        let per_ppm = mulh(mantissa, INV_MILLION_Q83); // a high word of 83 - 64 = 19 places more
        Ok(Self { seconds, root: Scaled { mantissa, exponent }, per_ppm })
    }

    /// Seconds to expiry.
    #[inline]
    pub fn seconds(&self) -> u64 {
        self.seconds
    }

    /// Square root of the years to expiry; its exponent is 62 to 76, or the whole is zero.
    #[inline]
    pub(crate) fn root(&self) -> Scaled {
        self.root
    }

    /// The root over 1,000,000, at 19 places more than the root has: at least 2^62 - 2, or zero at expiry.
    #[inline]
    pub(crate) fn per_ppm(&self) -> u64 {
        self.per_ppm
    }
}

/// v = volatility times the square root of time: the standard deviation of the log price at expiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TotalVol {
    /// Zero, or 1.78e-6 to 22.4: exponent 59 to 83.
    exact: Scaled,
    q57: u64,
}

impl TotalVol {
    /// `vol_ppm` is parts per million per square root of a year: 800,000 is 80 %. Absolute error below 1e-18 of the root of
    /// the tenor, and 4e-19 of v.
    ///
    /// # Errors
    /// [`MathError::Domain`] unless `vol_ppm` is in `MIN_VOL_PPM..=MAX_VOL_PPM`.
    #[inline(never)]
    pub fn new(vol_ppm: u32, tenor: &Tenor) -> Result<Self, MathError> {
        Self::prepared(vol_ppm, tenor)
    }

    #[inline(always)]
    pub(crate) fn prepared(vol_ppm: u32, tenor: &Tenor) -> Result<Self, MathError> {
        if !(MIN_VOL_PPM..=MAX_VOL_PPM).contains(&vol_ppm) {
            return Err(MathError::Domain);
        }
        if tenor.seconds == 0 {
            return Ok(Self { exact: Scaled::ZERO, q57: 0 });
        }
        // Both halves of the product below 2^55.3; the whole in [2^51.2, 2^63.3).
        let (vol, root) = (u64::from(vol_ppm), tenor.per_ppm);
        let product =
            ((root >> 32).wrapping_mul(vol) << 8).wrapping_add((root & 0xffff_ffff).wrapping_mul(vol) >> 24);
        let (mantissa, extra) = normalise_within::<15>(product);
        let exponent = tenor.root.exponent.wrapping_add(extra).wrapping_sub(24 - 19);
        let q57 = mantissa.wrapping_shr(exponent.wrapping_sub(57)); // shift 2 to 26
        Ok(Self { exact: Scaled { mantissa, exponent }, q57 })
    }
}

impl TotalVol {
    /// With all its places: zero, or an exponent of 59 to 83.
    #[inline]
    pub(crate) fn exact(&self) -> Scaled {
        self.exact
    }

    /// Q28, below 22.4.
    #[inline]
    pub(crate) fn q28(&self) -> u64 {
        self.q57 >> 29
    }
}

/// Prices of the two options on one strike, in price units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// In `max(f - k, 0)..=f`.
    pub call: u64,
    /// In `max(k - f, 0)..=k`; `call - put == f - k` exactly.
    pub put: u64,
}

/// |ln(F/K)| / v in Q57, cut at 32; error below 5 units in the last place. A zero v leaves only in, at or out.
#[inline]
fn moneyness(x: u64, v: &TotalVol) -> u64 {
    if (x >> 5) >= v.q57 {
        return if x == 0 { 0 } else { MAX_RATIO_Q57 };
    }
    // x < 32 v, so a sixty-fourth of x on the scale of v's mantissa is below half of that mantissa.
    let places = v.exact.exponent.wrapping_sub(57); // 2 to 26
    let numerator = if places >= 6 {
        x.wrapping_shl(places.wrapping_sub(6))
    } else {
        x.wrapping_shr(6_u32.wrapping_sub(places)) // loses 4 bits where v >= 16
    };
    ratio_q63(numerator, v.exact.mantissa)
}

/// Call and put. Total: an expired option is worth its intrinsic value, an unboundedly volatile call its forward.
///
/// Error: half a unit of rounding to nearest plus at most 2.6e-16 of the forward, so 0.8 units at [`MAX_PRICE`] and
/// 0.501 below 2^35. The worst of 75,000 reference cases was 0.53. Rounding may therefore bend by one unit what theory has
/// straight: monotone in forward, strike, volatility and time. Parity, intrinsic value and caps hold exactly.
#[inline]
pub fn price(f: &Forward, k: &Strike, v: &TotalVol) -> Price {
    quote(f, k, v).price
}

/// A price with what the Greeks of one strike follow from at the cost of a product each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quote {
    pub price: Price,
    /// d1 and d2, Q57, below 43.3 either way.
    pub d1: i64,
    pub d2: i64,
    /// n(d1), Q63, at most 0.4.
    pub phi: u64,
    /// 1 - N(|d1|), Q63, at most 1/2.
    pub tail: u64,
    /// A = F n(d1) times 2^money_places, below 0.4 * 2^63.
    pub money: u64,
    /// 12 to 62.
    pub money_places: u32,
}

impl Quote {
    /// N(d1), Q63, at most 1.
    #[inline]
    pub fn call_delta_q63(&self) -> u64 {
        if self.d1 >= 0 {
            (1_u64 << 63).wrapping_sub(self.tail)
        } else {
            self.tail
        }
    }
}

/// One copy for all callers that can spare the few instructions of handing it over.
#[inline(never)]
pub(crate) fn quote(f: &Forward, k: &Strike, v: &TotalVol) -> Quote {
    quote_inline(f, k, v)
}

/// `value / 2^places` to the nearest integer, and zero for a difference below zero. Domain: `|value| < 2^61`.
#[inline]
fn rounded(value: u64, places: u32) -> i64 {
    round_shift_within(value.cast_signed().max(0).cast_unsigned(), places).cast_signed()
}

#[inline(always)]
pub(crate) fn quote_inline(f: &Forward, k: &Strike, v: &TotalVol) -> Quote {
    let x = f.ln_q57.wrapping_sub(k.ln_q57); // |x| <= ln 2^50 = 34.7
    let ratio = moneyness(x.unsigned_abs(), v).cast_signed(); // <= 32
    let ratio = if x < 0 { ratio.wrapping_neg() } else { ratio };
    let v_q57 = v.q57.cast_signed(); // < 22.4
    let d1 = ratio.wrapping_add(v_q57 >> 1); // |d| < 43.3, below 2^63 in Q57
    let d2 = d1.wrapping_sub(v_q57);
    let (distance1, distance2) = (d1.unsigned_abs(), d2.unsigned_abs());
    let phi = density(distance1);
    // Mills ratios, Q62, at most 1.2534. Where |d1| or |d2| reaches 9, A = F n(d1) = K n(d2) <= 2^50 * 1.03e-18: zero is
    // right to 1.5e-3 price units.
    let mills1 = mills(distance1).unwrap_or(0);
    let mills2 = mills(distance2).unwrap_or(0);
    let money = mulh(f.mantissa, phi);

    // A * M times 2^(shift - 3), each at most 0.4 * 1.2534 * 2^61, so the sum stays below 2^61.
    let tail1 = mulh(money, mills1);
    let tail2 = mulh(money, mills2);
    let places = f.shift.wrapping_sub(3); // 10 to 60
    let gap = f.price.cast_signed().wrapping_sub(k.price.cast_signed()); // both at most 2^50
    let call_worth = gap.max(0);
    let least = f.price.cast_signed().wrapping_sub(call_worth); // the lesser of the two
                                                                // What is neither below zero nor above the least keeps parity and the caps whatever the error; inside its bound the
                                                                // clamps never bind.
    let time_value = if d2 >= 0 {
        rounded(tail2.wrapping_sub(tail1), places).min(least)
    } else if d1 >= 0 {
        least.wrapping_sub(rounded(tail1.wrapping_add(tail2), places)).max(0)
    } else {
        rounded(tail1.wrapping_sub(tail2), places).min(least)
    };
    // Intrinsic value plus at most min(f, k): at most f and k.
    let call = call_worth.wrapping_add(time_value);
    let price = Price { call: call.cast_unsigned(), put: call.wrapping_sub(gap).cast_unsigned() };
    let tail = mulh(phi, mills1) << 2;
    Quote { price, d1, d2, phi, tail, money, money_places: f.shift.wrapping_sub(1) }
}
