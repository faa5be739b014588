//! What every price must satisfy, whatever the inputs.

mod cases;

use bulkhead_risk::black76::{
    price, Forward, Price, Strike, Tenor, TotalVol, MAX_PRICE, MAX_TENOR_SECONDS, MAX_VOL_PPM, MIN_VOL_PPM,
    YEAR_SECONDS,
};
use bulkhead_risk::greeks::{price_and_greeks, vol_greeks, Greeks, VolGreeks};
use bulkhead_risk::math_error::MathError;
use proptest::prelude::*;

fn quote(f: u64, k: u64, vol_ppm: u32, seconds: u64) -> Price {
    let vol = TotalVol::new(vol_ppm, &Tenor::from_seconds(seconds).unwrap()).unwrap();
    price(&Forward::new(f).unwrap(), &Strike::new(k).unwrap(), &vol)
}

/// Delta, and nothing else.
fn delta_alone(call_delta_q62: i64) -> Greeks {
    Greeks { call_delta_q62, gamma_ppm: 0, vega: 0, theta_per_day: 0, call_rho: 0, put_rho: 0 }
}

fn sensitivities(f: u64, k: u64, vol_ppm: u32, seconds: u64) -> Greeks {
    let tenor = Tenor::from_seconds(seconds).unwrap();
    let vol = TotalVol::new(vol_ppm, &tenor).unwrap();
    price_and_greeks(&Forward::new(f).unwrap(), &Strike::new(k).unwrap(), &vol, &tenor).1
}

fn vol_sensitivities(f: u64, k: u64, vol_ppm: u32, seconds: u64) -> VolGreeks {
    let tenor = Tenor::from_seconds(seconds).unwrap();
    let vol = TotalVol::new(vol_ppm, &tenor).unwrap();
    vol_greeks(&Forward::new(f).unwrap(), &Strike::new(k).unwrap(), &vol, &tenor)
}

/// All magnitudes alike, both ends included.
fn any_price() -> impl Strategy<Value = u64> {
    prop_oneof![
        8 => (0_u32..50).prop_flat_map(|bits| (1_u64 << bits)..=(1 << (bits + 1))),
        1 => Just(1),
        1 => Just(MAX_PRICE),
    ]
}

/// A strike on the same scale as the forward, so that time value matters.
fn any_pair() -> impl Strategy<Value = (u64, u64)> {
    prop_oneof![
        (any_price(), any_price()),
        (any_price(), 500_000_u64..2_000_000)
            .prop_map(|(f, ratio)| (f, scale(f, ratio, 1_000_000).clamp(1, MAX_PRICE))),
        (any_price(), 0_u64..3).prop_map(|(f, more)| (f, (f + more).min(MAX_PRICE))),
    ]
}

fn scale(amount: u64, by: u64, over: u64) -> u64 {
    (u128::from(amount) * u128::from(by) / u128::from(over)).try_into().unwrap()
}

fn any_vol() -> impl Strategy<Value = u32> {
    prop_oneof![
        (0_u32..10).prop_flat_map(|n| (MIN_VOL_PPM << n)..=(MIN_VOL_PPM << (n + 1)).min(MAX_VOL_PPM)),
        Just(MIN_VOL_PPM),
        Just(MAX_VOL_PPM),
    ]
}

fn any_seconds() -> impl Strategy<Value = u64> {
    prop_oneof![
        8 => (0_u32..27).prop_flat_map(|bits| (1_u64 << bits)..=(1 << (bits + 1)).min(MAX_TENOR_SECONDS)),
        1 => Just(0),
        1 => Just(MAX_TENOR_SECONDS),
    ]
}

proptest! {
    #![proptest_config(cases::usually(4_000))]

    #[test]
    fn parity_is_exact_and_prices_stay_in_bounds(
        (f, k) in any_pair(), vol in any_vol(), seconds in any_seconds(),
    ) {
        let Price { call, put } = quote(f, k, vol, seconds);
        prop_assert_eq!(i128::from(call) - i128::from(put), i128::from(f) - i128::from(k));
        prop_assert!((f.saturating_sub(k)..=f).contains(&call));
        prop_assert!((k.saturating_sub(f)..=k).contains(&put));
    }

    #[test]
    fn call_rises_and_put_falls_with_the_forward(
        (f, k) in any_pair(), more in any_price(), vol in any_vol(), seconds in any_seconds(),
    ) {
        let higher = f.saturating_add(more).min(MAX_PRICE);
        let (low, high) = (quote(f, k, vol, seconds), quote(higher, k, vol, seconds));
        prop_assert!(high.call + 1 >= low.call);
        prop_assert!(high.put <= low.put + 1);
        // Delta never exceeds one.
        prop_assert!(high.call <= low.call + (higher - f) + 1);
    }

    #[test]
    fn call_falls_and_put_rises_with_the_strike(
        (f, k) in any_pair(), more in any_price(), vol in any_vol(), seconds in any_seconds(),
    ) {
        let higher = k.saturating_add(more).min(MAX_PRICE);
        let (low, high) = (quote(f, k, vol, seconds), quote(f, higher, vol, seconds));
        prop_assert!(high.call <= low.call + 1);
        prop_assert!(high.put + 1 >= low.put);
        prop_assert!(high.put <= low.put + (higher - k) + 1);
    }

    #[test]
    fn prices_rise_with_volatility(
        (f, k) in any_pair(), a in any_vol(), b in any_vol(), seconds in any_seconds(),
    ) {
        let (low, high) = (quote(f, k, a.min(b), seconds), quote(f, k, a.max(b), seconds));
        prop_assert!(high.call + 1 >= low.call);
    }

    #[test]
    fn prices_rise_with_time(
        (f, k) in any_pair(), vol in any_vol(), a in any_seconds(), b in any_seconds(),
    ) {
        let (short, long) = (quote(f, k, vol, a.min(b)), quote(f, k, vol, a.max(b)));
        prop_assert!(long.call + 1 >= short.call);
    }

    #[test]
    fn call_price_is_convex_in_the_strike(
        (f, k) in any_pair(), width in any_price(), vol in any_vol(), seconds in any_seconds(),
    ) {
        let width = width.min(k - 1).min(MAX_PRICE - k);
        let call = |strike| quote(f, strike, vol, seconds).call;
        // Four prices, each half a unit and a little off.
        prop_assert!(call(k - width) + call(k + width) + 2 >= 2 * call(k));
    }

    #[test]
    fn swapping_forward_and_strike_swaps_call_and_put(
        (f, k) in any_pair(), vol in any_vol(), seconds in any_seconds(),
    ) {
        let (quoted, swapped) = (quote(f, k, vol, seconds), quote(k, f, vol, seconds));
        prop_assert!(quoted.call.abs_diff(swapped.put) <= 1);
        prop_assert!(quoted.put.abs_diff(swapped.call) <= 1);
    }

    #[test]
    fn an_expired_option_is_worth_its_intrinsic_value((f, k) in any_pair(), vol in any_vol()) {
        let want = Price { call: f.saturating_sub(k), put: k.saturating_sub(f) };
        prop_assert_eq!(quote(f, k, vol, 0), want);
        let delta = match f.cmp(&k) {
            core::cmp::Ordering::Less => 0,
            core::cmp::Ordering::Equal => 1 << 61,
            core::cmp::Ordering::Greater => 1 << 62,
        };
        prop_assert!((sensitivities(f, k, vol, 0).call_delta_q62 - delta).abs() < 1 << 12);
        let got = Greeks { call_delta_q62: 0, ..sensitivities(f, k, vol, 0) };
        prop_assert_eq!(got, delta_alone(0));
        prop_assert_eq!(vol_sensitivities(f, k, vol, 0), VolGreeks { vanna_ppm: 0, volga: 0 });
    }

    #[test]
    fn greeks_stay_in_their_ranges(
        (f, k) in any_pair(), vol in any_vol(), seconds in any_seconds(), other in any_seconds(),
    ) {
        let got = sensitivities(f, k, vol, seconds);
        prop_assert!((0..=1 << 62).contains(&got.call_delta_q62));
        prop_assert!((0..=230_000_000_000).contains(&got.gamma_ppm));
        prop_assert!(got.vega <= f);
        prop_assert!(got.theta_per_day <= 0);
        prop_assert!(got.call_rho <= 0 && got.put_rho <= 0);
        // A foreign tenor is a mistake of the caller, not a panic.
        let foreign = Tenor::from_seconds(other).unwrap();
        let vol = TotalVol::new(vol, &Tenor::from_seconds(seconds).unwrap()).unwrap();
        let (f, k) = (Forward::new(f).unwrap(), Strike::new(k).unwrap());
        let _ = (price_and_greeks(&f, &k, &vol, &foreign), vol_greeks(&f, &k, &vol, &foreign));
    }

    #[test]
    fn greeks_are_the_slopes_of_the_price(
        f in (1_u64 << 42)..(1 << 49), moneyness in 700_000_u64..1_400_000,
        vol in 200_000_u32..2_000_000, seconds in 86_400_u64..2 * YEAR_SECONDS,
    ) {
        let k = scale(f, moneyness, 1_000_000);
        let got = sensitivities(f, k, vol, seconds);
        let slope = |up: u64, down: u64, width: f64| (up as f64 - down as f64) / width;
        let call = |f, vol, seconds| quote(f, k, vol, seconds).call;

        // A thousandth of the price's own scale, v: truncation is of the order of its square.
        let v = f64::from(vol) / 1e6 * (seconds as f64 / YEAR_SECONDS as f64).sqrt();
        let step = (f as f64 * v / 1e3) as u64;
        let (up, down) = (call(f + step, vol, seconds), call(f - step, vol, seconds));
        let delta = slope(up, down, 2.0 * step as f64) * 1e6;
        prop_assert!((delta - got.call_delta_ppm() as f64).abs() < 2.0, "delta {delta}, {got:?}");

        let tilt = |f| sensitivities(f, k, vol, seconds).call_delta_ppm();
        let gamma = (tilt(f + 10 * step) - tilt(f - 10 * step)) as f64 / (20 * step) as f64 * f as f64;
        let tolerance = 2e-4 * 0.4e6 / v + 50.0 / v;
        prop_assert!((gamma - got.gamma_ppm as f64).abs() < tolerance, "gamma {gamma}, {got:?}");

        let scale = f as f64;
        let vega = slope(call(f, vol + 1_000, seconds), call(f, vol - 1_000, seconds), 2e-3);
        prop_assert!((vega - got.vega as f64).abs() < 2e-5 * scale, "vega {vega}, {got:?}");

        let theta = -slope(call(f, vol, seconds + 600), call(f, vol, seconds - 600), 1_200.0 / 86_400.0);
        let tolerance = 1e-4 * scale * v;
        prop_assert!((theta - got.theta_per_day as f64).abs() < tolerance, "theta {theta}, {got:?}");

        let at = |vol| sensitivities(f, k, vol, seconds);
        let (more, less) = (at(vol + 1_000), at(vol - 1_000));
        let by_vol = vol_sensitivities(f, k, vol, seconds);
        let vanna = slope(more.call_delta_q62 as u64, less.call_delta_q62 as u64, 2e-3) / 2_f64.powi(62) * 1e6;
        prop_assert!((vanna - by_vol.vanna_ppm as f64).abs() < 200.0, "vanna {vanna}, {by_vol:?}");
        let volga = slope(more.vega, less.vega, 2e-3);
        prop_assert!((volga - by_vol.volga as f64).abs() < 2e-3 * scale, "volga {volga}, {by_vol:?}");
    }
}

#[test]
fn huge_total_volatility_takes_the_call_to_its_forward() {
    // v = 22.4: the tails at |d| = 11.2 are nothing, at the money and far from it.
    for (f, k) in [(1 << 50, 1 << 50), (1 << 40, 1 << 40), (1 << 40, 1 << 41), (1 << 41, 1 << 40), (1, 1)] {
        assert_eq!(quote(f, k, MAX_VOL_PPM, MAX_TENOR_SECONDS), Price { call: f, put: k });
    }
    let got = sensitivities(1 << 50, 1 << 50, MAX_VOL_PPM, MAX_TENOR_SECONDS);
    let years = 5;
    assert_eq!(got, Greeks { call_rho: -years << 50, put_rho: -years << 50, ..delta_alone(1 << 62) });
}

#[test]
fn an_expired_volatility_with_a_live_tenor_has_no_greeks_but_delta() {
    let live = Tenor::from_seconds(86_400).unwrap();
    let expired = TotalVol::new(800_000, &Tenor::from_seconds(0).unwrap()).unwrap();
    let (f, k) = (Forward::new(1_000_000).unwrap(), Strike::new(1_000_000).unwrap());
    let (_, got) = price_and_greeks(&f, &k, &expired, &live);
    assert_eq!(got.call_delta_ppm(), 500_000);
    assert_eq!(Greeks { call_delta_q62: 0, ..got }, delta_alone(0));
    assert_eq!(vol_greeks(&f, &k, &expired, &live), VolGreeks { vanna_ppm: 0, volga: 0 });
}

#[test]
fn the_smallest_total_volatility_prices_to_the_unit() {
    // One second at 1 %: v = 1.7807e-6, at the money the premium is F v / sqrt(2 pi).
    let premium = (1_u64 << 50) as f64 * (0.01 / 31_536_000_f64.sqrt()) * 0.398_942_280_401_432_7;
    let got = quote(1 << 50, 1 << 50, MIN_VOL_PPM, 1);
    assert!((got.call as f64 - premium).abs() < 1.0, "{got:?}, {premium}");
    assert_eq!(got.call, got.put);
    // A hundredth of a percent away is 56 standard deviations: intrinsic.
    let f = 1 << 50;
    let k = f - f / 10_000;
    assert_eq!(quote(f, k, MIN_VOL_PPM, 1), Price { call: f - k, put: 0 });
}

#[test]
fn arguments_outside_the_domain_are_refused() {
    for bad in [0, MAX_PRICE + 1, u64::MAX] {
        assert_eq!(Forward::new(bad), Err(MathError::Domain));
        assert_eq!(Strike::new(bad), Err(MathError::Domain));
    }
    for good in [1, MAX_PRICE] {
        assert_eq!(Forward::new(good).unwrap().price(), good);
        assert_eq!(Strike::new(good).unwrap().price(), good);
    }
    assert_eq!(Tenor::from_seconds(MAX_TENOR_SECONDS + 1), Err(MathError::Domain));
    assert_eq!(Tenor::from_seconds(MAX_TENOR_SECONDS).unwrap().seconds(), MAX_TENOR_SECONDS);
    for seconds in [0, 1, MAX_TENOR_SECONDS] {
        let tenor = Tenor::from_seconds(seconds).unwrap();
        for bad in [0, MIN_VOL_PPM - 1, MAX_VOL_PPM + 1, u32::MAX] {
            assert_eq!(TotalVol::new(bad, &tenor), Err(MathError::Domain));
        }
        assert!(TotalVol::new(MIN_VOL_PPM, &tenor).is_ok());
        assert!(TotalVol::new(MAX_VOL_PPM, &tenor).is_ok());
    }
}

#[test]
fn neighbouring_prices_have_distinct_logarithms() {
    // At the top of the domain two neighbours are 8.9e-16 apart in ln; their order decides in or out of the money.
    for f in [MAX_PRICE - 1, (1 << 49) + 1, (1 << 49) + (1 << 41) - 1, 3 << 48] {
        let ln = |n| bulkhead_risk::explog::ln(n).unwrap();
        assert!(ln(f) < ln(f + 1), "{f}");
        assert!(ln(f - 1) < ln(f), "{f}");
    }
}
