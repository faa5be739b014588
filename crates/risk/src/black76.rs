//! Black-76 prices and Greeks of European options on a forward, undiscounted, in integer price units.
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

use crate::explog::{ln_normalised, sqrt};
use crate::fixed::{mulh, normalise, ratio_q63, round_shift, Scaled};
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
/// 1,000,000 with its fraction point moved up 44 places, the most that fits: a high word then loses only 20.
const MILLION_SHIFTED: u64 = 1_000_000 << 44;
/// Half a day in seconds, theta's factor, with its fraction point moved up 48 places.
const HALF_DAY_SHIFTED: u64 = 43_200 << 48;

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
        check_price(price)?;
        let (mantissa, shift) = normalise(price);
        Ok(Self { price, mantissa, shift, ln_q57: ln_normalised(mantissa, shift) })
    }

    /// The forward in price units.
    #[inline]
    pub fn price(&self) -> u64 {
        self.price
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
}

impl Tenor {
    /// Zero seconds is an expired option.
    ///
    /// # Errors
    /// [`MathError::Domain`] beyond [`MAX_TENOR_SECONDS`].
    #[inline(never)]
    pub fn from_seconds(seconds: u64) -> Result<Self, MathError> {
        if seconds > MAX_TENOR_SECONDS {
            return Err(MathError::Domain);
        }
        if seconds == 0 {
            return Ok(Self { seconds, root: Scaled::ZERO });
        }
        let root_seconds = sqrt(seconds)?; // exponent 50 to 63

        // High word of two mantissas >= 2^63: in [2^62, 2^64), so one further shift at most.
        let (mantissa, extra) = normalise(mulh(root_seconds.mantissa, INV_SQRT_YEAR_Q76));
        let exponent = root_seconds.exponent.wrapping_add(76 - 64).wrapping_add(extra); // 62 to 76
        Ok(Self { seconds, root: Scaled { mantissa, exponent } })
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
}

/// v = volatility times the square root of time: the standard deviation of the log price at expiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TotalVol {
    /// Zero, or 1.78e-6 to 22.4: exponent 59 to 83.
    exact: Scaled,
    q57: u64,
}

impl TotalVol {
    /// `vol_ppm` is parts per million per square root of a year: 800,000 is 80 %. Relative error below 2e-18.
    ///
    /// # Errors
    /// [`MathError::Domain`] unless `vol_ppm` is in `MIN_VOL_PPM..=MAX_VOL_PPM`.
    #[inline(never)]
    pub fn new(vol_ppm: u32, tenor: &Tenor) -> Result<Self, MathError> {
        if !(MIN_VOL_PPM..=MAX_VOL_PPM).contains(&vol_ppm) {
            return Err(MathError::Domain);
        }
        if tenor.seconds == 0 {
            return Ok(Self { exact: Scaled::ZERO, q57: 0 });
        }
        let (vol, vol_shift) = normalise(u64::from(vol_ppm)); // shift 40 to 50
        let product = mulh(mulh(vol, tenor.root.mantissa), INV_MILLION_Q83); // three mantissas >= 2^63: >= 2^60
        let (mantissa, extra) = normalise(product);
        let exponent =
            tenor.root.exponent.wrapping_add(vol_shift).wrapping_add(extra).wrapping_sub(2 * 64 - 83);
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
}

/// Prices of the two options on one strike, in price units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// In `max(f - k, 0)..=f`.
    pub call: u64,
    /// In `max(k - f, 0)..=k`; `call - put == f - k` exactly.
    pub put: u64,
}

/// Sensitivities. Those of the put follow: its delta is the call's less one, the others are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Greeks {
    /// dCall/dF in parts per million, 0 to 1,000,000.
    pub call_delta_ppm: i64,
    /// F * d2Call/dF2 in parts per million: the change of delta when the forward moves by all of itself. A move of 1 %
    /// changes delta by a hundredth of it. At most 2.3e11 (at the money, 1 % volatility, one second).
    pub gamma_ppm: i64,
    /// Price units per 1.00 (100 percentage points) of volatility.
    pub vega: u64,
    /// Price units per day of 86,400 seconds, at most zero.
    pub theta_per_day: i64,
}

/// What price and Greeks share.
struct Densities {
    /// d1 >= 0.
    call_likely: bool,
    /// d2 >= 0.
    call_in_the_money: bool,
    /// n(d1), Q63, at most 0.4.
    phi: u64,
    /// A = F n(d1), times 2^(shift - 1): below 0.4 * 2^63.
    money: u64,
    /// Mills ratios at |d1| and |d2|, Q62, at most 1.2534; zero where `money` is below 2^-9 price units.
    mills1: u64,
    mills2: u64,
}

#[inline]
fn densities(f: &Forward, k: &Strike, v: &TotalVol) -> Densities {
    let x = f.ln_q57.wrapping_sub(k.ln_q57); // |x| <= ln 2^50 = 34.7
    let ratio = moneyness(x.unsigned_abs(), v).cast_signed(); // <= 32
    let ratio = if x < 0 { ratio.wrapping_neg() } else { ratio };
    let v_q57 = v.q57.cast_signed(); // < 22.4
    let d1 = ratio.wrapping_add(v_q57 >> 1); // |d| < 43.3, below 2^63 in Q57
    let d2 = d1.wrapping_sub(v_q57);
    let (distance1, distance2) = (d1.unsigned_abs(), d2.unsigned_abs());
    let phi = density(distance1);
    // Where |d1| or |d2| reaches 9, A = F n(d1) = K n(d2) <= 2^50 * 1.03e-18: zero is right to 1.5e-3 price units.
    Densities {
        call_likely: d1 >= 0,
        call_in_the_money: d2 >= 0,
        phi,
        money: mulh(f.mantissa, phi),
        mills1: mills(distance1).unwrap_or(0),
        mills2: mills(distance2).unwrap_or(0),
    }
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
/// 0.501 below 2^35. The worst of 75,000 reference cases was 0.53.
#[inline(never)]
pub fn price(f: &Forward, k: &Strike, v: &TotalVol) -> Price {
    price_of(&densities(f, k, v), f, k)
}

/// A price with what the Greeks of one strike follow from at the cost of a product each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quote {
    pub price: Price,
    /// N(d1), Q63, at most 1.
    pub call_delta: u64,
    /// A = F n(d1) times 2^money_places, below 2^61.7.
    pub money: u64,
    /// 12 to 62.
    pub money_places: u32,
}

#[inline(never)]
pub(crate) fn quote(f: &Forward, k: &Strike, v: &TotalVol) -> Quote {
    let at = densities(f, k, v);
    Quote {
        price: price_of(&at, f, k),
        call_delta: call_delta(&at),
        money: at.money,
        money_places: f.shift.wrapping_sub(1),
    }
}

/// N(d1), Q63.
#[inline]
fn call_delta(at: &Densities) -> u64 {
    let tail = mulh(at.phi, at.mills1) << 2; // 1 - N(|d1|), at most 1/2
    if at.call_likely {
        (1_u64 << 63).wrapping_sub(tail)
    } else {
        tail
    }
}

#[inline]
fn price_of(at: &Densities, f: &Forward, k: &Strike) -> Price {
    // The clamps below never bind while the error bound holds; they keep parity and the caps independent of it.
    // A * M times 2^(shift - 3), each at most 0.4 * 1.2534 * 2^61, so the sum stays below 2^61.
    let tail1 = mulh(at.money, at.mills1);
    let tail2 = mulh(at.money, at.mills2);
    let places = f.shift.wrapping_sub(3); // 10 to 60
    let least = f.price.min(k.price);
    let time_value = if at.call_in_the_money {
        round_shift(tail2.saturating_sub(tail1), places).min(least)
    } else if at.call_likely {
        least.saturating_sub(round_shift(tail1.wrapping_add(tail2), places))
    } else {
        round_shift(tail1.saturating_sub(tail2), places).min(least)
    };
    // Intrinsic value plus at most min(f, k): at most f and k.
    Price {
        call: f.price.saturating_sub(k.price).wrapping_add(time_value),
        put: k.price.saturating_sub(f.price).wrapping_add(time_value),
    }
}

/// Sensitivities of the call. `tenor` must be the one `v` was made from; another one scales vega and theta wrongly but
/// still gives an answer.
///
/// Rounded to nearest. Error: 0.51 units, plus for all but delta the part 1e-15 + 1e-16 / v of the value at the money.
/// At expiry delta is 0, 0.5 at the money, or 1, and the others are zero.
#[inline]
pub fn greeks(f: &Forward, k: &Strike, v: &TotalVol, tenor: &Tenor) -> Greeks {
    let at = densities(f, k, v);
    let tail = mulh(at.phi, at.mills1) << 2; // 1 - N(|d1|), Q63, at most 1/2
    let tail_ppm = round_shift(mulh(tail, MILLION_SHIFTED), 43).cast_signed(); // <= 500,000
    let call_delta_ppm = if at.call_likely { 1_000_000_i64.wrapping_sub(tail_ppm) } else { tail_ppm };
    if v.q57 == 0 || tenor.seconds == 0 {
        return Greeks { call_delta_ppm, gamma_ppm: 0, vega: 0, theta_per_day: 0 };
    }
    // F * gamma = n(d1) / v; 0.4 * 2^63 is below half of any mantissa.
    let per_vol = ratio_q63(at.phi, v.exact.mantissa); // n(d1) / v times 2^(126 - exponent), < 2^62
    let gamma_places = 106_u32.wrapping_sub(v.exact.exponent); // 23 to 47
    let gamma_ppm = round_shift(mulh(per_vol, MILLION_SHIFTED), gamma_places).cast_signed(); // < 2^62

    // vega = A sqrt(T); shifts 10 to 74.
    let vega_places = f.shift.wrapping_add(tenor.root.exponent).wrapping_sub(65);
    let vega = round_shift(mulh(at.money, tenor.root.mantissa), vega_places);
    // theta = -A v / 2T a year = -A v * 43,200 / seconds a day. The high word is below 2^62.7 and half of it below half
    // of any mantissa, so the quotient and its product are below 2^63.
    let (seconds, seconds_shift) = normalise(tenor.seconds); // shift 36 to 63
    let decay = ratio_q63(mulh(at.money, v.exact.mantissa) >> 1, seconds);
    // v <= 10 sqrt(T) keeps the difference above 2; the saturation serves only a foreign tenor.
    let theta_places = f.shift.wrapping_add(v.exact.exponent).saturating_sub(seconds_shift.wrapping_add(19));
    let theta = round_shift(mulh(decay, HALF_DAY_SHIFTED), theta_places);
    let theta_per_day = theta.cast_signed().wrapping_neg();
    Greeks { call_delta_ppm, gamma_ppm, vega, theta_per_day }
}
