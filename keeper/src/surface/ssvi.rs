//! A smile of three parameters that cannot have a butterfly, for quotes whose best fit has one.
//!
//! One slice of SSVI (Gatheral and Jacquier, 2014): with `x = phi k`,
//! `w(k) = theta / 2 (1 + rho x + sqrt((x + rho)^2 + 1 - rho^2))`. It has no butterfly when
//! `theta phi (1 + |rho|) < 4` and `theta phi^2 (1 + |rho|) <= 4` (theorem 4.2). For a given `rho` and `phi` the best
//! `theta` is one division, so the rest is a search in two bounded dimensions.

use regit_svi::{Quote, RawSvi};

/// Steps of the grid per dimension, and how often it is drawn closer around its best point.
const STEPS: i32 = 24;
const ROUNDS: i32 = 12;
/// Share of the last grid's extent that the next one covers.
const CLOSER: f64 = 0.4;
const MAX_RHO: f64 = 0.98;
/// Of `phi` times the standard deviation at the money, as a power of e; theorem 4.2 holds it below 2.
const LEAST_LN_PHI: f64 = -6.0;
const MOST_LN_PHI: f64 = 0.7;
/// Stays inside the strict one of the two conditions.
const INSIDE: f64 = 0.999;

struct Slice {
    theta: f64,
    rho: f64,
    phi: f64,
    objective: f64,
}

/// Least squares over `quotes`, which are in units of the smile's width: moneyness over `width`, variance over its
/// square. `None` when no slice within the conditions has a positive level.
pub fn fit(quotes: &[Quote], width: f64) -> Option<RawSvi> {
    let (mut rho, mut rho_reach) = (0.0, MAX_RHO);
    let (mut ln_phi, mut ln_phi_reach) =
        (LEAST_LN_PHI.midpoint(MOST_LN_PHI), (MOST_LN_PHI - LEAST_LN_PHI) / 2.0);
    let mut best: Option<Slice> = None;
    for _ in 0..ROUNDS {
        let along = |middle: f64, reach: f64, i: i32| middle + reach * f64::from(i) / f64::from(STEPS);
        let cells = (-STEPS..=STEPS).flat_map(|i| (-STEPS..=STEPS).map(move |j| (i, j)));
        let found = cells
            .map(|(i, j)| (along(rho, rho_reach, i), along(ln_phi, ln_phi_reach, j)))
            .filter(|(rho, ln_phi)| rho.abs() <= MAX_RHO && (LEAST_LN_PHI..=MOST_LN_PHI).contains(ln_phi))
            .filter_map(|(rho, ln_phi)| at(quotes, width, rho, ln_phi.exp()))
            .chain(best.take())
            .min_by(|a, b| a.objective.total_cmp(&b.objective))?;
        (rho, ln_phi) = (found.rho, found.phi.ln());
        (rho_reach, ln_phi_reach) = (rho_reach * CLOSER, ln_phi_reach * CLOSER);
        best = Some(found);
    }
    let Slice { theta, rho, phi, .. } = best?;
    let root = (1.0 - rho * rho).sqrt();
    let (variance, phi) = (theta * width * width, phi / width);
    RawSvi::new(variance / 2.0 * (1.0 - rho * rho), variance * phi / 2.0, rho, -rho / phi, root / phi).ok()
}

fn at(quotes: &[Quote], width: f64, rho: f64, phi: f64) -> Option<Slice> {
    let shape = |q: &Quote| {
        let x = phi * q.log_moneyness();
        0.5 * (1.0 + rho * x + (x + rho).hypot((1.0 - rho * rho).sqrt()))
    };
    let over = |f: &dyn Fn(&Quote) -> f64| quotes.iter().map(|q| q.weight() * f(q)).sum::<f64>();
    let best = over(&|q| shape(q) * q.total_variance()) / over(&|q| shape(q).powi(2));
    // In units of the width: theta phi^2 is as it is, theta phi shrinks with the width.
    let wing = phi * (1.0 + rho.abs());
    let theta = best.min(4.0 * INSIDE / (wing * phi)).min(4.0 * INSIDE / (wing * width));
    let objective = over(&|q| (theta * shape(q) - q.total_variance()).powi(2));
    (theta > 0.0 && objective.is_finite()).then_some(Slice { theta, rho, phi, objective })
}

#[cfg(test)]
mod tests {
    use {super::*, crate::surface::smile::Smile};

    fn quotes(w: impl Fn(f64) -> f64) -> Vec<Quote> {
        (-4..=4).map(|i| f64::from(i) / 2.0).map(|z| Quote::new(z, w(z), 1.0).unwrap()).collect()
    }

    #[test]
    fn finds_the_slice_that_made_the_quotes() {
        for (theta, rho, phi) in [(1.0, -0.4, 0.5), (1.1, 0.7, 0.9), (0.9, 0.0, 0.2), (1.0, -0.9, 0.3)] {
            let w = |z: f64| {
                let x: f64 = phi * z;
                theta / 2.0 * (1.0 + rho * x + f64::hypot(x + rho, f64::sqrt(1.0 - rho * rho)))
            };
            let width = 0.2;
            let found = fit(&quotes(w), width).unwrap();
            for z in [-3.0, -1.0, 0.0, 1.0, 3.0] {
                let error = found.total_variance(z * width) / (w(z) * width * width) - 1.0;
                assert!(error.abs() < 1e-4, "{theta} {rho} {phi} {z}: {error}");
            }
        }
    }

    #[test]
    fn has_no_butterfly_whatever_the_quotes() {
        let wild: [fn(f64) -> f64; 5] = [
            |z| 1.0 + 2.0 * z.abs(),
            |z| (1.0 - 0.4 * z).max(0.05),
            |z| (2.0 - z * z).max(0.01),
            |z| 1.0 + z * z,
            |z| if z > 0.0 { 4.0 } else { 0.1 },
        ];
        for (i, w) in wild.into_iter().enumerate() {
            for width in [0.005, 0.1, 0.6, 1.5] {
                let svi = fit(&quotes(w), width).unwrap();
                assert!(Smile { svi, years: 1.0 }.has_no_butterfly(), "{i} {width}: {svi:?}");
            }
        }
    }
}
