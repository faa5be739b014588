//! A smile: one slice of raw SVI, `w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2))`.
//!
//! `k` is the logarithm of strike over forward, `w` the squared volatility times years (Gatheral, 2004).

use {
    bulkhead_risk::svi::{SviParams, ONE_Q48},
    regit_svi::{
        no_arb::butterfly::{assess_raw, g, wing_bound_ok},
        ArbitrageStatus, RawSvi,
    },
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

    /// The parameters as the chain takes them; `None` when one does not fit 64 bits.
    #[must_use]
    pub fn params(&self) -> Option<SviParams> {
        let (a, b, rho, m, sigma) = self.svi.parameters();
        Some(SviParams { a: fixed(a)?, b: fixed(b)?, rho: fixed(rho)?, m: fixed(m)?, sigma: fixed(sigma)? })
    }
}

fn fixed(value: f64) -> Option<i64> {
    let scaled = (value * ONE_Q48 as f64).round();
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
        let params = smile(-0.01, 0.25, -0.5, 0.125, 0.375, 1.0).params().unwrap();
        assert_eq!((params.b, params.rho), (1 << 46, -(1 << 47)));
        assert_eq!((params.m, params.sigma), (1 << 45, 3 << 45));
        assert!((params.a as f64 / ONE_Q48 as f64 + 0.01).abs() < 1e-14);
        assert_eq!(smile(32_768.0, 0.1, 0.0, 0.0, 0.1, 1.0).params(), None);
    }
}
