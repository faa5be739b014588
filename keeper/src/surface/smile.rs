//! A smile: one slice of raw SVI, `w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2))`.
//!
//! `k` is the logarithm of strike over forward, `w` the squared volatility times years (Gatheral, 2004).

use {
    regit_svi::{
        no_arb::butterfly::{assess_raw, g, wing_bound_ok},
        ArbitrageStatus, RawSvi,
    },
    serde::Serialize,
};

/// Tolerance of the search for butterflies, on the scale of sigma.
const BOUNDARY: f64 = 1e-10;
/// The density is sampled this many standard deviations to either side, in this many steps each.
const SCAN_DEVIATIONS: f64 = 10.0;
const SCAN_STEPS: i32 = 1_000;
/// What rounding may take from a density factor whose terms are of order one.
const DENSITY_SLACK: f64 = 1e-9;

/// A slice with the years it is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Smile {
    pub svi: RawSvi,
    pub years: f64,
}

/// The parameters of a slice as binary fixed point: `a` and `b` with 60 bits after the point, `rho` with 62, `m` and
/// `sigma` with 57.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FixedSvi {
    pub a_q60: i64,
    pub b_q60: i64,
    pub rho_q62: i64,
    pub m_q57: i64,
    pub sigma_q57: i64,
}

impl Smile {
    /// Volatility at a logarithmic moneyness, a fraction per square root of a year.
    #[must_use]
    pub fn vol(&self, k: f64) -> f64 {
        (self.svi.total_variance(k) / self.years).sqrt()
    }

    /// True when no butterfly at any strike costs less than nothing.
    ///
    /// Two judges: the crate's assessment after Martini and Mingone (2022), which must not find a violation, and a
    /// scan of the density in steps of a hundredth of a standard deviation, which must not either. The scan settles
    /// what the assessment leaves open: its own margin is absolute, and slices of days lie within it.
    #[must_use]
    pub fn has_no_butterfly(&self) -> bool {
        let spread = self.svi.total_variance(0.0).sqrt();
        let step = spread * SCAN_DEVIATIONS / f64::from(SCAN_STEPS);
        let is_positive = |i: i32| g(&self.svi, f64::from(i) * step) >= -DENSITY_SLACK;
        wing_bound_ok(&self.svi)
            && (-SCAN_STEPS..=SCAN_STEPS).all(is_positive)
            && assess_raw(&self.svi, BOUNDARY).status() != ArbitrageStatus::ViolationDetected
    }

    /// The parameters in fixed point; `None` when one does not fit 64 bits (a total variance of 8 or more).
    #[must_use]
    pub fn fixed(&self) -> Option<FixedSvi> {
        let (a, b, rho, m, sigma) = self.svi.parameters();
        Some(FixedSvi {
            a_q60: fixed(a, 60)?,
            b_q60: fixed(b, 60)?,
            rho_q62: fixed(rho, 62)?,
            m_q57: fixed(m, 57)?,
            sigma_q57: fixed(sigma, 57)?,
        })
    }
}

fn fixed(value: f64, bits: i32) -> Option<i64> {
    let scaled = (value * 2.0_f64.powi(bits)).round();
    // 2^63 itself does not fit.
    (scaled.abs() < 2.0_f64.powi(63)).then_some(scaled as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn smile(a: f64, b: f64, rho: f64, m: f64, sigma: f64, years: f64) -> Smile {
        Smile { svi: RawSvi::new(a, b, rho, m, sigma).unwrap(), years }
    }

    #[test]
    fn tells_slices_with_butterflies_from_those_without() {
        // Axel Vogt's slice (Gatheral and Jacquier, 2014, section 3.1).
        assert!(!smile(-0.0410, 0.1331, 0.3060, 0.3586, 0.4153, 1.0).has_no_butterfly());
        assert!(!smile(0.04, 3.0, -0.3, 0.0, 0.1, 1.0).has_no_butterfly());
        assert!(smile(0.04, 0.1, -0.2, 0.0, 0.3, 1.0).has_no_butterfly());
        // A day at 60 %: the assessment alone would leave it open.
        assert!(smile(0.0007, 0.01, -0.2, 0.0, 0.03, 1.0 / 365.0).has_no_butterfly());
        assert!(smile(0.09, 0.0, 0.0, 0.0, 1.0, 0.25).has_no_butterfly());
    }

    #[test]
    fn fixed_point_keeps_the_parameters_and_refuses_what_does_not_fit() {
        let fixed = smile(-0.01, 0.25, -0.5, 0.125, 0.375, 1.0).fixed().unwrap();
        assert_eq!(fixed.b_q60, 1 << 58);
        assert_eq!(fixed.rho_q62, -(1 << 61));
        assert_eq!((fixed.m_q57, fixed.sigma_q57), (1 << 54, 3 << 54));
        assert!((fixed.a_q60 as f64 / 2.0_f64.powi(60) + 0.01).abs() < 1e-17);
        assert_eq!(smile(8.0, 0.1, 0.0, 0.0, 0.1, 1.0).fixed(), None);
    }
}
