//! Raw SVI (Gatheral, "A parsimonious arbitrage-free implied volatility parameterization", 2004): total variance of one
//! expiry as a function of log-moneyness `k = ln(K/F)`.
//!
//! ```text
//! w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2))        volatility = sqrt(w / T)
//! ```
//!
//! The chain does not fit a surface; it evaluates one that was fitted elsewhere and checks the result at the listed
//! strikes like any other.

use crate::{
    black76::{Forward, Strike, Tenor, MAX_VOL_PPM, MIN_VOL_PPM},
    explog::{sqrt, sqrt_normalised, sqrt_q31},
    fixed::{mulh, normalise, ratio_q63, round_shift, smulh},
    math_error::MathError,
};

/// One, in the format of the parameters.
pub const ONE_Q48: i64 = 1 << 48;
/// Largest `a` either way: the total variance of 1,000 % over five years is 500.
const MAX_A_Q48: i64 = 512 << 48;
/// Largest `m` either way, and largest `sigma`: beyond it a smile has no shape within any listed strike.
const MAX_M_Q48: i64 = 4 << 48;
/// |k - m| must be below this, Q57.
const MAX_DISTANCE_Q57: u64 = 8 << 57;
/// 1,000,000 with its fraction point moved up 44 places.
const MILLION_SHIFTED: u64 = 1_000_000 << 44;

/// Why parameters were refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SviFault {
    /// A parameter lies outside its range.
    OutOfDomain,
    /// A wing rises faster than Lee's moment formula allows: `b (1 + |rho|) < 2`.
    WingTooSteep,
    /// Total variance falls below zero somewhere: `a + b sigma sqrt(1 - rho^2) >= 0`.
    NegativeVariance,
}

/// Parameters in Q48, as they travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SviParams {
    /// Level, -512 to 512.
    pub a: i64,
    /// Slope of the wings, 0 to 2.
    pub b: i64,
    /// Tilt, between -1 and 1, both excluded.
    pub rho: i64,
    /// Centre, -4 to 4.
    pub m: i64,
    /// Width of the smile's floor, 0 excluded, to 4.
    pub sigma: i64,
}

/// A slice whose parameters passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Svi {
    a_q52: i64,
    b_q60: i64,
    rho_q62: i64,
    m_q57: i64,
    sigma_square_q56: u64,
}

impl Svi {
    /// # Errors
    /// The first [`SviFault`] in the order of its variants.
    pub fn new(p: &SviParams) -> Result<Self, SviFault> {
        let inside = (-MAX_A_Q48..=MAX_A_Q48).contains(&p.a)
            && (0..=2 * ONE_Q48).contains(&p.b)
            && (1 - ONE_Q48..ONE_Q48).contains(&p.rho)
            && (-MAX_M_Q48..=MAX_M_Q48).contains(&p.m)
            && (1..=MAX_M_Q48).contains(&p.sigma);
        if !inside {
            return Err(SviFault::OutOfDomain);
        }
        // In 128 bits, once for each submission: b < 2^50, 1 + |rho| < 2^49.
        let one = ONE_Q48.unsigned_abs();
        let (b, tilt, sigma) = (p.b.unsigned_abs(), p.rho.unsigned_abs(), p.sigma.unsigned_abs());
        let slope = u128::from(b).wrapping_mul(u128::from(one.wrapping_add(tilt)));
        if slope >= 2_u128 << 96 {
            return Err(SviFault::WingTooSteep);
        }
        if p.a < 0 && lift(b, sigma, one.wrapping_sub(tilt), one.wrapping_add(tilt)) < p.a.unsigned_abs() {
            return Err(SviFault::NegativeVariance);
        }
        let sigma_q60 = sigma << 12; // <= 2^62
        Ok(Self {
            a_q52: p.a << 4,
            b_q60: p.b << 12,
            rho_q62: p.rho << 14,
            m_q57: p.m << 9,
            sigma_square_q56: mulh(sigma_q60, sigma_q60),
        })
    }

    /// Total variance at log-moneyness `k`, Q57, as Q52; absolute error below 1e-13 where `sigma` exceeds 0.001.
    ///
    /// # Errors
    /// [`MathError::Domain`] unless `|k - m| < 8`.
    #[inline]
    pub fn total_variance_q52(&self, k_q57: i64) -> Result<u64, MathError> {
        let x = k_q57.saturating_sub(self.m_q57);
        if x.unsigned_abs() >= MAX_DISTANCE_Q57 {
            return Err(MathError::Domain);
        }
        let x_q60 = x.unsigned_abs() << 3; // < 2^63
        let radicand = mulh(x_q60, x_q60).wrapping_add(self.sigma_square_q56); // Q56, < 2^62 + 2^60
        let (mantissa, shift) = normalise(radicand);
        let (mantissa, shift) = if shift & 1 == 0 { (mantissa, shift) } else { (mantissa >> 1, shift ^ 1) };
        let root = sqrt_q31(mantissa).wrapping_shr((shift >> 1).wrapping_add(2)).cast_signed(); // Q57, < 2^60.3
        let arm = (smulh(self.rho_q62, x) << 2).wrapping_add(root); // Q57, |rho x| <= |x| < 2^60, so < 2^61.2
        let rise = smulh(self.b_q60, arm) >> 1; // Q52, < 2^58

        // The floor was checked; what rounding leaves below zero is zero.
        Ok(self.a_q52.wrapping_add(rise).max(0).unsigned_abs())
    }

    /// The volatility this slice gives a strike, parts per million to the nearest.
    ///
    /// # Errors
    /// [`MathError::Domain`] at expiry, for a strike outside [`Svi::total_variance_q52`]'s domain, and for a volatility
    /// outside `MIN_VOL_PPM..=MAX_VOL_PPM` of the kernels.
    pub fn vol_ppm_at(&self, strike: &Strike, forward: &Forward, tenor: &Tenor) -> Result<u32, MathError> {
        let variance = self.total_variance_q52(strike.ln_q57().wrapping_sub(forward.ln_q57()))?;
        let year_root = tenor.root();
        if variance == 0 || year_root.mantissa == 0 {
            return Err(MathError::Domain);
        }
        let root = sqrt_normalised(normalise(variance)); // exponent 33 to 63; times 2^26 as the variance is Q52
        let ratio = ratio_q63(root.mantissa >> 2, year_root.mantissa); // of the mantissas, Q61
        let places = 67_u32.wrapping_add(root.exponent).saturating_sub(year_root.exponent); // 24 to 68
        let vol = round_shift(mulh(ratio, MILLION_SHIFTED), places);
        u32::try_from(vol)
            .ok()
            .filter(|vol| (MIN_VOL_PPM..=MAX_VOL_PPM).contains(vol))
            .ok_or(MathError::Domain)
    }
}

/// `b sigma sqrt((1 - |rho|) (1 + |rho|))` in Q48, rounded down: how far the lowest total variance lies above `a`.
fn lift(b: u64, sigma: u64, less: u64, more: u64) -> u64 {
    let square_q62 = u128::from(less).wrapping_mul(u128::from(more)) >> 34; // <= 2^62
    let square_q62 = u64::try_from(square_q62).unwrap_or(1 << 62);
    let root_q31 = sqrt(square_q62).map_or(0, |root| root.mantissa.wrapping_shr(root.exponent)); // <= 2^31
    let product_q48 = u128::from(b).wrapping_mul(u128::from(sigma)) >> 48; // < 2^51
    u64::try_from(product_q48.wrapping_mul(u128::from(root_q31)) >> 31).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPICAL: SviParams = SviParams {
        a: ONE_Q48 / 100,
        b: ONE_Q48 / 10,
        rho: -ONE_Q48 / 3,
        m: ONE_Q48 / 50,
        sigma: ONE_Q48 / 8,
    };

    #[test]
    fn parameters_beyond_the_bounds_are_refused() {
        assert!(Svi::new(&TYPICAL).is_ok());
        for bad in [
            SviParams { a: MAX_A_Q48 + 1, ..TYPICAL },
            SviParams { b: -1, ..TYPICAL },
            SviParams { b: 2 * ONE_Q48 + 1, ..TYPICAL },
            SviParams { rho: ONE_Q48, ..TYPICAL },
            SviParams { rho: -ONE_Q48, ..TYPICAL },
            SviParams { m: MAX_M_Q48 + 1, ..TYPICAL },
            SviParams { sigma: 0, ..TYPICAL },
            SviParams { sigma: i64::MAX, ..TYPICAL },
            SviParams { a: i64::MIN, ..TYPICAL },
        ] {
            assert_eq!(Svi::new(&bad), Err(SviFault::OutOfDomain), "{bad:?}");
        }
    }

    #[test]
    fn wings_obey_the_moment_formula() {
        // b (1 + 1/2) < 2 up to b = 4/3.
        let steep = |b| Svi::new(&SviParams { b, rho: ONE_Q48 / 2, ..TYPICAL });
        assert!(steep(ONE_Q48 / 3 * 4).is_ok());
        assert_eq!(steep(ONE_Q48 / 3 * 4 + 2), Err(SviFault::WingTooSteep));
        assert_eq!(Svi::new(&SviParams { b: 2 * ONE_Q48, rho: 0, ..TYPICAL }), Err(SviFault::WingTooSteep));
        assert!(Svi::new(&SviParams { b: 2 * ONE_Q48 - 1, rho: 0, ..TYPICAL }).is_ok());
    }

    #[test]
    fn variance_stays_above_zero() {
        // 3-4-5: sqrt(1 - 0.6^2) = 0.8, so the floor is a + 0.8 b sigma = a + 0.01.
        let lowest = |a| Svi::new(&SviParams { a, rho: ONE_Q48 / 5 * 3, ..TYPICAL });
        assert!(lowest(-(ONE_Q48 / 100) + 1_000_000).is_ok());
        assert_eq!(lowest(-(ONE_Q48 / 100) - 1_000_000), Err(SviFault::NegativeVariance));
    }

    #[test]
    fn a_flat_slice_gives_its_volatility_everywhere() {
        // 64 % over a quarter of a year: w = 0.1024.
        let flat = SviParams { a: ONE_Q48 / 10_000 * 1_024, b: 0, ..TYPICAL };
        let svi = Svi::new(&flat).unwrap();
        let tenor = Tenor::from_seconds(31_536_000 / 4).unwrap();
        let forward = Forward::new(64_000_000_000).unwrap();
        for strike in [1_000_000_000, 64_000_000_000, 500_000_000_000] {
            let vol = svi.vol_ppm_at(&Strike::new(strike).unwrap(), &forward, &tenor);
            assert_eq!(vol, Ok(640_000));
        }
        let expired = Tenor::from_seconds(0).unwrap();
        let strike = Strike::new(1_000_000_000).unwrap();
        assert_eq!(svi.vol_ppm_at(&strike, &forward, &expired), Err(MathError::Domain));
        let second = Tenor::from_seconds(1).unwrap();
        assert_eq!(svi.vol_ppm_at(&strike, &forward, &second), Err(MathError::Domain));
        assert_eq!(svi.total_variance_q52(i64::MIN), Err(MathError::Domain));
        assert_eq!(svi.total_variance_q52(i64::MAX), Err(MathError::Domain));
    }
}
