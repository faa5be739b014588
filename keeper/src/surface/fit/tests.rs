use {
    super::*,
    crate::surface::{listed::Listed, pace::Pace, step::Step},
    bulkhead_risk::surface::StepLimit,
    proptest::prelude::*,
    regit_svi::{jw_to_raw, no_arb::butterfly::butterfly_scan, raw_to_jw, SviJw},
};

const YEAR: u64 = 31_536_000;
const DAY: u64 = 86_400;
/// In standard deviations at the money.
const GRID: [f64; 9] = [-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0];

/// A slice given in units of its width, as traders see it: level and shape do not depend on the tenor.
fn slice(level: f64, seconds: u64, a: f64, b: f64, rho: f64, m: f64, sigma: f64) -> Smile {
    let years = seconds as f64 / YEAR as f64;
    let (variance, width) = (level * level * years, level * years.sqrt());
    let svi = RawSvi::new(a * variance, b * width, rho, m * width, sigma * width).unwrap();
    Smile { svi, years }
}

/// Quotes on `grid`, each off by its entry of `noise` in turn, a fraction of the volatility.
fn quotes(truth: &Smile, grid: &[f64], noise: &[f64]) -> Vec<Point> {
    let width = truth.svi.atm_total_variance().sqrt();
    let off = noise.iter().copied().cycle();
    grid.iter()
        .zip(off)
        .map(|(z, off)| Point { k: z * width, vol: truth.vol(z * width) * (1.0 + off), half_spread: 0.005 })
        .collect()
}

/// Largest relative error of the volatilities between `from` and `to`, hundredths of a standard deviation.
fn distance(fit: &Fit, truth: &Smile, from: i32, to: i32) -> f64 {
    let width = truth.svi.atm_total_variance().sqrt();
    (from..=to)
        .map(|i| f64::from(i) / 100.0 * width)
        .map(|k| (fit.smile.vol(k) / truth.vol(k) - 1.0).abs())
        .fold(0.0, f64::max)
}

fn shapes() -> Vec<(&'static str, [f64; 5])> {
    vec![
        ("symmetric", [0.6, 0.3, 0.0, 0.0, 1.3]),
        ("equity skew", [0.5, 0.45, -0.6, 0.2, 1.0]),
        ("call skew", [0.7, 0.25, 0.5, -0.3, 1.1]),
        ("negative a", [-0.3, 0.5, -0.2, 0.1, 2.5]),
        ("sharp", [0.8, 0.35, -0.3, 0.1, 0.5]),
    ]
}

#[test]
fn recovers_known_slices() {
    println!("{:>12} {:>6} {:>5} {:>9} {:>9} {:>9}", "shape", "level", "days", "exact", "1 % off", "outside");
    let noise = [0.01, -0.01, 0.006, -0.003, 0.01, -0.008];
    for (name, [a, b, rho, m, sigma]) in shapes() {
        for level in [0.3, 0.8, 1.5] {
            for days in [1, 7, 30, 180] {
                let truth = slice(level, days * DAY, a, b, rho, m, sigma);
                let exact = fit(&quotes(&truth, &GRID, &[0.0]), truth.years, |_| true).unwrap();
                let noisy = fit(&quotes(&truth, &GRID, &noise), truth.years, |_| true).unwrap();
                let recovered = distance(&exact, &truth, -250, 250);
                let inside = distance(&noisy, &truth, -200, 200);
                // Half a standard deviation beyond the last quote.
                let outside = distance(&noisy, &truth, -250, -200).max(distance(&noisy, &truth, 200, 250));
                println!(
                    "{name:>12} {level:>6} {days:>5} {recovered:>9.1e} {inside:>9.1e} {outside:>9.1e}  {}",
                    noisy.repair
                );
                assert_eq!(exact.repair, Repair::None, "{name} {level} {days}");
                assert!(recovered < 1e-6, "{name} {level} {days}: {recovered}");
                assert!(inside < 0.02, "{name} {level} {days}: {inside}");
            }
        }
    }
}

#[test]
fn recovers_the_parameters_themselves() {
    let truth = slice(0.8, 30 * DAY, 0.5, 0.45, -0.6, 0.2, 1.0);
    let found = fit(&quotes(&truth, &GRID, &[0.0]), truth.years, |_| true).unwrap().smile.svi;
    let (a, b, rho, m, sigma) = found.parameters();
    let (ta, tb, trho, tm, tsigma) = truth.svi.parameters();
    for (found, want) in [(a, ta), (b, tb), (rho, trho), (m, tm), (sigma, tsigma)] {
        assert!((found - want).abs() < 1e-4 * want.abs(), "{found} {want}");
    }
}

#[test]
fn wide_quotes_weigh_less() {
    let truth = slice(0.8, 30 * DAY, 0.6, 0.3, 0.0, 0.0, 1.3);
    let mut points = quotes(&truth, &GRID, &[0.0]);
    points[4].vol *= 1.1;
    let tight = fit(&points, truth.years, |_| true).unwrap();
    points[4].half_spread = 0.1;
    let wide = fit(&points, truth.years, |_| true).unwrap();
    assert!(distance(&wide, &truth, -200, 200) < distance(&tight, &truth, -200, 200) / 10.0);
}

#[test]
fn few_quotes_are_refused_by_name() {
    let truth = slice(0.8, 30 * DAY, 0.6, 0.3, 0.0, 0.0, 1.3);
    for strikes in 0..MIN_STRIKES {
        let points = quotes(&truth, &GRID[..strikes], &[0.0]);
        // Calls and puts at one strike are one strike.
        let doubled = [points.clone(), points].concat();
        let refused = fit(&doubled, truth.years, |_| true);
        assert_eq!(refused, Err(FitError::TooFewQuotes { strikes, need: MIN_STRIKES }));
    }
}

/// Axel Vogt's slice (Gatheral and Jacquier, 2014, section 3.1), which has a butterfly in its right wing, with that wing
/// bent. Its density factor has its minimum near 0.82: 2e-4 at 0.92, -3e-3 at 0.95, -3e-2 at the slice's own 1.3168.
fn vogt(right_wing: f64) -> Smile {
    let vogt = RawSvi::new(-0.0410, 0.1331, 0.3060, 0.3586, 0.4153).unwrap();
    let jw = raw_to_jw(&vogt, 1.0).unwrap();
    let bent = SviJw::new(
        jw.atm_variance(),
        jw.atm_skew(),
        jw.put_wing(),
        right_wing,
        jw.min_variance(),
        jw.maturity(),
    );
    Smile { svi: jw_to_raw(&bent.unwrap()).unwrap(), years: 1.0 }
}

#[test]
fn an_arbitrage_in_the_quotes_is_repaired() {
    let grid: Vec<f64> = (-8..=8).map(f64::from).collect();
    for (right_wing, has_arbitrage) in
        [(0.80, false), (0.92, false), (0.95, true), (1.0, true), (1.3168, true)]
    {
        let truth = vogt(right_wing);
        assert_eq!(truth.has_no_butterfly(), !has_arbitrage, "{right_wing}");
        let Fit { smile, repair, rms_error, max_error } =
            fit(&quotes(&truth, &grid, &[0.0]), 1.0, |_| true).unwrap();
        println!("wing {right_wing}: {repair}, rms {rms_error:.4}, max {max_error:.4}");
        assert_eq!(repair != Repair::None, has_arbitrage, "{right_wing}: {repair}");
        assert!(smile.has_no_butterfly());
        assert!(!butterfly_scan(&smile.svi, -1.5, 1.5).unwrap().violation_observed());
    }
}

#[test]
fn quotes_that_no_smile_makes_are_refused() {
    let truth = slice(0.8, 30 * DAY, 0.6, 0.3, 0.0, 0.0, 1.3);
    let zigzag = fit(&quotes(&truth, &GRID, &[0.4, -0.4]), truth.years, |_| true);
    assert!(matches!(zigzag, Err(FitError::PoorFit { .. })), "{zigzag:?}");
    // A frown.
    let frown: Vec<Point> = quotes(&truth, &GRID, &[0.0])
        .iter()
        .zip(GRID)
        .map(|(p, z)| Point { vol: 1.2 - 0.2 * z * z, ..*p })
        .collect();
    let refused = fit(&frown, truth.years, |_| true);
    assert!(matches!(refused, Err(FitError::PoorFit { .. })), "{refused:?}");
    assert_eq!(fit(&quotes(&truth, &GRID, &[0.0]), truth.years, |_| false), Err(FitError::Arbitrage));
}

/// What a market at `forward` lists: strikes at the quoted ones and halfway between.
fn strikes(points: &[Point], forward: u64) -> Vec<u64> {
    let mut all: Vec<u64> = points
        .windows(2)
        .flat_map(|pair| [pair[0].k, pair[0].k.midpoint(pair[1].k)])
        .map(|k| (k.exp() * forward as f64) as u64)
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Fits as the plan does and returns what it would send.
fn send(points: &[Point], seconds: u64) -> Result<(Fit, Step, Vec<u64>), FitError> {
    let forward = 8_000_000_000;
    let strikes = strikes(points, forward);
    let listed = Listed { forward, strikes: &strikes, seconds_left: seconds, neighbours: &[] };
    let limit = StepLimit { max_step_ppm: 1, interval_seconds: 60 };
    let first =
        Pace { last_ppm: Vec::new(), last_basis_ppm: None, vols: limit, basis: limit, elapsed_seconds: 0 };
    let passes = |smile: &Smile| listed.sample(smile).is_ok_and(|vols| listed.check(&vols).is_ok());
    let fit = fit(points, seconds as f64 / YEAR as f64, passes)?;
    let target = listed.sample(&fit.smile).unwrap();
    let step = listed.step(&first, target).unwrap();
    Ok((fit, step, strikes))
}

/// A few, for each is a handful of fits, or the number that `PROPTEST_CASES` asks for.
fn cases() -> u32 {
    std::env::var_os("PROPTEST_CASES").map_or(32, |_| ProptestConfig::default().cases)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    /// Whatever the quotes, a surface that is sent passes the chain's own checks and stays near the quotes.
    #[test]
    fn every_surface_passes_the_chain_s_checks(
        level in 0.1..3.0_f64,
        seconds in 3_600..2 * YEAR,
        shape in (0.0..1.0_f64, 0.0..1.5_f64, -0.95..0.95_f64, -1.0..1.0_f64, 0.05..2.0_f64),
        noise in prop::collection::vec(-0.2..0.2_f64, 9),
        roughness in 0.0..1.0_f64,
    ) {
        let (a, b, rho, m, sigma) = shape;
        let years = seconds as f64 / YEAR as f64;
        let (variance, width) = (level * level * years, level * years.sqrt());
        let made = RawSvi::new(a * variance, b * width, rho, m * width, sigma * width);
        prop_assume!(made.is_ok());
        let truth = Smile { svi: made.unwrap(), years };
        let noise: Vec<f64> = noise.iter().map(|n| n * roughness.powi(3)).collect();
        let points = quotes(&truth, &GRID, &noise);
        if let Ok((fit, step, strikes)) = send(&points, seconds) {
            let tenor = bulkhead_risk::black76::Tenor::from_seconds(seconds).unwrap();
            let checked = bulkhead_risk::surface::check_arbitrage(8_000_000_000, &strikes, &step.vols_ppm, &tenor);
            prop_assert_eq!(checked, Ok(()));
            prop_assert!(fit.smile.has_no_butterfly());
            prop_assert!(fit.rms_error <= MAX_RMS_ERROR && fit.max_error <= MAX_ERROR);
            let highest = points.iter().map(|p| p.vol).fold(0.0, f64::max);
            let lowest = points.iter().map(|p| p.vol).fold(f64::INFINITY, f64::min);
            for ppm in &step.vols_ppm {
                let vol = f64::from(*ppm) / 1e6;
                prop_assert!(vol > lowest / 2.0 && vol < highest * 2.0, "{} of {} to {}", vol, lowest, highest);
            }
        }
    }
}
