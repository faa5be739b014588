//! The kernels against reference values computed to 480 bits by `scripts/generate_vectors.py`.
//!
//! Every test prints the worst error it saw (`cargo test -- --nocapture`) and asserts the bound its function documents.

use bulkhead_risk::black76::{price, Forward, Strike, Tenor, TotalVol};
use bulkhead_risk::greeks::{price_and_greeks, vol_greeks};
use bulkhead_risk::margin_tier::{
    call_per_lot, GridForward, GridStrike, GridTenor, GridVol, Scale, ERROR_Q40,
};
use bulkhead_risk::math_error::MathError;
use bulkhead_risk::round::{mul_div, Round};
use bulkhead_risk::svi::{Svi, SviParams};
use bulkhead_risk::{explog, normal};
use core::num::NonZeroU64;
use serde::Deserialize;

/// Argument, whole units, 1/256 units.
type Row = (u64, u64, u64);

#[derive(Deserialize)]
struct Components {
    cdf: Vec<(i64, u64, u64)>,
    ln: Vec<Row>,
    exp_neg: Vec<Row>,
    density: Vec<Row>,
    mills: Vec<Row>,
    /// Argument, exponent, mantissa, 1/256 units of it.
    sqrt: Vec<(u64, u32, u64, u64)>,
}

#[derive(Deserialize)]
struct Black76 {
    cases: Vec<Case>,
}

#[derive(Deserialize, Debug)]
struct Case {
    f: u64,
    k: u64,
    vol_ppm: u32,
    seconds: u64,
    time_value: u64,
    time_value_65536ths: u64,
    delta_e9: i64,
    gamma_e9: i64,
    vega_64ths: i64,
    theta_per_day_64ths: i64,
    vanna_e9: i64,
    volga_64ths: i64,
    call_rho_64ths: i64,
}

/// Two factors, the divisor, and the quotient rounded down and up where it fits.
type Quotient = (u64, u64, u64, Option<u64>, Option<u64>);

#[derive(Deserialize)]
struct MulDiv {
    mul_div: Vec<Quotient>,
}

fn components() -> Components {
    serde_json::from_str(include_str!("../vectors/components.json")).unwrap()
}

fn black76() -> Vec<Case> {
    let all: Black76 = serde_json::from_str(include_str!("../vectors/black76.json")).unwrap();
    assert!(all.cases.len() >= 2_000);
    all.cases
}

/// |got - want| where want is `whole + parts / denominator`.
fn error(got: u64, whole: u64, parts: u64, denominator: i128) -> f64 {
    let scaled = (i128::from(got) - i128::from(whole)) * denominator - i128::from(parts);
    scaled.unsigned_abs() as f64 / denominator as f64
}

fn assert_worst(name: &str, worst: f64, bound: f64) {
    println!("{name}: worst {worst:.3e}, bound {bound:.1e}");
    assert!(worst <= bound, "{name}: {worst:e} exceeds {bound:e}");
    assert!(worst > 0.0, "{name}: no error at all means that nothing was compared");
}

fn worst_absolute(rows: &[Row], bits: i32, of: impl Fn(u64) -> u64) -> f64 {
    rows.iter().map(|&(x, whole, parts)| error(of(x), whole, parts, 256)).fold(0.0, f64::max)
        / 2f64.powi(bits)
}

#[test]
fn ln_is_within_its_bound() {
    let worst = worst_absolute(&components().ln, 57, |n| explog::ln(n).unwrap().unsigned_abs());
    assert_worst("ln, absolute", worst, 2e-17);
}

#[test]
fn exp_neg_is_within_its_bound() {
    // Beyond two units in the last place, relative to the value.
    let worst = components()
        .exp_neg
        .iter()
        .map(|&(y, whole, parts)| {
            (error(explog::exp_neg(y), whole, parts, 256) - 2.0).max(0.0) / (whole as f64 + 1.0)
        })
        .fold(0.0, f64::max);
    assert_worst("exp(-y), relative beyond 2 ulp", worst, 4e-17);
}

#[test]
fn density_is_within_its_bound() {
    assert_worst(
        "normal density, absolute",
        worst_absolute(&components().density, 63, normal::density),
        2e-17,
    );
}

#[test]
fn mills_is_within_its_bound() {
    let worst = worst_absolute(&components().mills, 62, |x| normal::mills(x).unwrap());
    assert_worst("Mills ratio, absolute", worst, 3e-16);
}

#[test]
fn cdf_is_within_its_bound() {
    let rows = components().cdf;
    let worst =
        rows.iter().map(|&(x, whole, parts)| error(normal::cdf(x), whole, parts, 256)).fold(0.0, f64::max);
    assert_worst("normal distribution, absolute", worst / 2f64.powi(63), 3e-16);
    for (x, _, _) in rows {
        assert_eq!(
            normal::cdf(x) + normal::cdf(-x),
            (1 << 63) + u64::from(x == 0) * (normal::cdf(0) * 2 - (1 << 63))
        );
    }
    assert_eq!((normal::cdf(i64::MIN), normal::cdf(i64::MAX)), (0, 1 << 63));
}

#[test]
fn sqrt_is_within_its_bound() {
    let mut worst = 0.0_f64;
    for (n, exponent, mantissa, parts) in components().sqrt {
        let got = explog::sqrt(n).unwrap();
        assert!(got.mantissa >= 1 << 63, "sqrt({n}) is not normalised");
        // A root just below a power of two may round up to it and be written with one place less.
        let places = exponent.checked_sub(got.exponent).expect("exponent too large");
        assert!(places <= 1, "exponent of sqrt({n})");
        let scaled =
            (i128::from(got.mantissa) << (places + 8)) - (i128::from(mantissa) << 8) - i128::from(parts);
        worst = worst.max(scaled.unsigned_abs() as f64 / 256.0 / mantissa as f64);
    }
    assert_worst("sqrt, relative", worst, 1e-18);
}

#[test]
fn component_domains_end_where_documented() {
    assert_eq!(explog::ln(0), Err(MathError::Domain));
    assert_eq!(explog::ln(1), Ok(0));
    assert_eq!(explog::sqrt(0), Err(MathError::Domain));
    assert_eq!(explog::exp_neg(0), 1 << 63);
    assert_eq!(explog::exp_neg(explog::EXP_ZERO_FROM_Q57), 0);
    assert_eq!(explog::exp_neg(u64::MAX), 0);
    assert_eq!(normal::density(normal::TAIL_Q57), 0);
    assert!(normal::density(normal::TAIL_Q57 - 1) > 0);
    assert_eq!(normal::mills(normal::TAIL_Q57), Err(MathError::Domain));
    assert!(normal::mills(normal::TAIL_Q57 - 1).is_ok());
}

#[test]
fn prices_are_within_their_bound() {
    let (mut worst, mut worst_small) = (0.0_f64, 0.0_f64);
    // Error beyond the half unit of rounding, as a part of the forward.
    let mut worst_relative = 0.0_f64;
    for case in black76() {
        let tenor = Tenor::from_seconds(case.seconds).unwrap();
        let vol = TotalVol::new(case.vol_ppm, &tenor).unwrap();
        let got = price(&Forward::new(case.f).unwrap(), &Strike::new(case.k).unwrap(), &vol);
        let off =
            error(got.call.min(got.put), case.time_value, case.time_value_65536ths, 65_536) - 1.0 / 65_536.0;
        assert!(off <= 0.55, "{case:?} gives {got:?}, {off} units off");
        worst = worst.max(off);
        if case.f.max(case.k) < 1 << 35 {
            worst_small = worst_small.max(off);
        }
        worst_relative = worst_relative.max((off - 0.5).max(0.0) / case.f as f64);
    }
    assert_worst("price, units, whole domain", worst, 0.55);
    assert_worst("price, units, prices below 2^35", worst_small, 0.502);
    println!("price, beyond half a unit, part of the forward: worst {worst_relative:.3e}");
}

#[test]
fn greeks_are_within_their_bounds() {
    let mut worst = [0.0_f64; 8];
    for case in black76() {
        let tenor = Tenor::from_seconds(case.seconds).unwrap();
        let vol = TotalVol::new(case.vol_ppm, &tenor).unwrap();
        let (f, k) = (Forward::new(case.f).unwrap(), Strike::new(case.k).unwrap());
        let (quoted, got) = price_and_greeks(&f, &k, &vol, &tenor);
        let by_vol = vol_greeks(&f, &k, &vol, &tenor);
        assert_eq!(quoted, price(&f, &k, &vol));
        let years = case.seconds.max(1) as f64 / 31_536_000.0;
        let sigma = f64::from(case.vol_ppm) / 1e6;
        let v = sigma * years.sqrt();
        let fine = 1e-15 + 1e-16 / v;
        // In units, beyond the relative part of the value the Greek has at the money.
        let off = |got: i64, want: i64, scale: f64, most: f64| {
            (got as f64 - want as f64 / scale).abs() - most - 1.0 / scale
        };
        let money = 0.4 * case.f as f64;
        let theta = money * sigma / years.sqrt() / 730.0;
        let offs = [
            off(got.call_delta_ppm(), case.delta_e9, 1e3, 0.0),
            off(got.gamma_ppm, case.gamma_e9, 1e3, 3e-9 * 0.4e6 / v),
            off(got.vega.try_into().unwrap(), case.vega_64ths, 64.0, fine * money * years.sqrt()),
            off(got.theta_per_day, case.theta_per_day_64ths, 64.0, 5e-9 * theta),
            off(got.call_rho, case.call_rho_64ths, 64.0, 0.55 * years),
            off(by_vol.vanna_ppm, case.vanna_e9, 1e3, 1e-7 * 1e6 / sigma),
            off(by_vol.volga, case.volga_64ths, 64.0, 1e-6 * money * years.sqrt() / sigma),
            // Delta itself, against its nine known digits.
            (got.call_delta_q62 as f64 / 2_f64.powi(62) * 1e9 - case.delta_e9 as f64 - 0.5).abs(),
        ];
        assert!(offs.iter().all(|off| *off <= 1.01), "{case:?} gives {got:?}, {by_vol:?}: {offs:?}");
        for (worst, off) in worst.iter_mut().zip(offs) {
            *worst = worst.max(off);
        }
    }
    let names =
        ["delta, ppm", "gamma, ppm", "vega", "theta", "rho", "vanna, ppm", "volga", "delta, 1e-9 cut"];
    let bounds = [0.51, 0.51, 0.51, 1.01, 1.01, 1.01, 1.01, 0.51];
    for ((name, worst), bound) in names.iter().zip(worst).zip(bounds) {
        assert_worst(&format!("{name}, units beyond the relative part"), worst, bound);
    }
}

#[test]
fn delta_is_within_its_bound_however_small_v_is() {
    // Forward, strike, volatility, seconds, delta in Q62 to the nearest: computed with 50 digits.
    let cases = [
        (126_252_302, 126_252_366, 10_000, 1, 1_789_095_690_382_378_731),
        (14_668_337_916, 14_668_364_036, 10_000, 1, 731_681_586_581_091_884),
        (825_321_037, 825_320_596, 10_000, 1, 2_849_733_915_447_798_692),
        (3_385_315_312_101, 3_385_303_255_501, 10_000, 1, 4_506_769_554_776_096_053),
        (223_929_736, 223_931_986, 10_000, 65, 1_116_063_010_406_798_446),
        (499_318_049_850, 499_314_855_340, 12_345, 7, 3_986_036_812_633_667_331),
        (29_429_296_532, 29_430_973_853, 800_000, 1, 1_589_086_856_113_920_236),
        (176_118_862, 176_101_928, 10_000, 3_600, 3_762_883_654_211_279_917),
        (311_072_002_360, 430_300_803_528, 800_000, 2_592_000, 446_413_441_342_847_565),
        (125_220_524, 1_125_899_906_842_624, 10_000_000, 157_680_000, 4_611_686_018_427_387_904),
        (91_148_281_684, 97_496_812_850, 10_000, 157_680_000, 6_225_305_879_625_979),
    ];
    let mut worst = 0.0_f64;
    for (f, k, vol_ppm, seconds, want) in cases {
        let tenor = Tenor::from_seconds(seconds).unwrap();
        let vol = TotalVol::new(vol_ppm, &tenor).unwrap();
        let (f, k) = (Forward::new(f).unwrap(), Strike::new(k).unwrap());
        let (_, got) = price_and_greeks(&f, &k, &vol, &tenor);
        let off = (got.call_delta_q62 - want).unsigned_abs() as f64 / 2_f64.powi(62);
        let v = f64::from(vol_ppm) / 1e6 * (seconds as f64 / 31_536_000.0).sqrt();
        worst = worst.max(off / (1e-15 + 2e-17 / v));
    }
    assert_worst("delta, part of its bound", worst, 1.0);
}

/// Forward, the largest of its scale, strike, volatility, seconds, call, 1/65,536 units.
type MarginRow = (u64, u64, u64, u32, u64, u64, u64);

#[derive(Deserialize)]
struct MarginTier {
    cases: Vec<MarginRow>,
}

#[test]
fn margin_prices_are_within_their_bound() {
    let all: MarginTier = serde_json::from_str(include_str!("../vectors/margin_tier.json")).unwrap();
    let one = NonZeroU64::new(1).unwrap();
    let (mut worst, mut worst_near, mut worst_sum) = (0.0_f64, 0.0_f64, 0.0_f64);
    for (f, largest, k, vol_ppm, seconds, call, parts) in all.cases {
        let scale = Scale::new(largest, one).unwrap();
        let strike = GridStrike::new(&Strike::new(k).unwrap(), &scale).unwrap();
        let tenor = GridTenor::new(&Tenor::from_seconds(seconds).unwrap()).unwrap();
        let vol = GridVol::new(u64::from(vol_ppm), &tenor, &strike);
        let got = call_per_lot(&strike)(&GridForward::new(f, &scale).unwrap(), &vol);
        // Rounding down leaves up to a unit.
        let off = (error(got, call, parts, 65_536) - 1.0).max(0.0);
        worst = worst.max(off / largest as f64);
        if f == largest && k <= 3 * f {
            worst_near = worst_near.max(off / f as f64);
            worst_sum = worst_sum.max(off / (f as f64 + k as f64));
        }
    }
    assert_worst("margin price, part of the largest forward", worst, ERROR_Q40 as f64 / 2f64.powi(40));
    assert_worst("margin price, part of the forward, strikes up to three forwards", worst_near, 2e-9);
    assert_worst("margin price, part of forward and strike together", worst_sum, 1e-9);
}

/// a, b, rho, m, sigma, log-moneyness, total variance, 1/256 units.
type SviRow = (i64, i64, i64, i64, i64, i64, u64, u64);

#[derive(Deserialize)]
struct SviSlices {
    cases: Vec<SviRow>,
}

#[test]
fn svi_is_within_its_bound() {
    let all: SviSlices = serde_json::from_str(include_str!("../vectors/svi.json")).unwrap();
    let worst = all
        .cases
        .iter()
        .map(|&(a, b, rho, m, sigma, k, whole, parts)| {
            let slice = Svi::new(&SviParams { a, b, rho, m, sigma }).unwrap();
            error(slice.total_variance_q52(k).unwrap(), whole, parts, 256) / 2f64.powi(52)
        })
        .fold(0.0, f64::max);
    assert_worst("SVI total variance, absolute", worst, 1e-13);
}

#[test]
fn mul_div_matches_big_integers() {
    let all: MulDiv = serde_json::from_str(include_str!("../vectors/mul_div.json")).unwrap();
    let mut overflows = 0;
    for (a, b, c, down, up) in all.mul_div {
        assert_eq!(mul_div(a, b, c, Round::Down), down.ok_or(MathError::Overflow), "{a} * {b} / {c} down");
        assert_eq!(mul_div(a, b, c, Round::Up), up.ok_or(MathError::Overflow), "{a} * {b} / {c} up");
        overflows += u32::from(down.is_none());
    }
    assert!(overflows > 20, "the vectors must reach both outcomes");
}
