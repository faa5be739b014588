use super::*;
use proptest::prelude::*;
use std::vec::Vec;

const CALM: u64 = 1_000_000;

/// Feeds one bucket a minute whose price moves by `move_ppm`, up and down in turn.
fn walk(regime: &mut Regime, first: u64, minutes: u64, move_ppm: u64) {
    for i in 0..minutes {
        let price = 1_000_000_000 + if i % 2 == 0 { 0 } else { 1_000 * move_ppm };
        regime.observe_bucket(first + i, price, 60).unwrap();
        regime.settle_factor(CALM).unwrap();
    }
}

#[test]
fn realised_volatility_is_the_root_of_annualised_squares() {
    let mut r = Regime::default();
    walk(&mut r, 1_000, 600, 1_400);
    // 0.14 % a minute is 0.0014 * sqrt(525,600) = 101.5 % a year.
    let vol = r.realised_vol_ppm().unwrap();
    assert!((1_000_000..1_020_000).contains(&vol), "{vol}");
}

#[test]
fn the_factor_rises_with_the_storm_and_decays_back_to_one() {
    let mut r = Regime::default();
    assert_eq!(r.factor_ppm(), PPM);
    walk(&mut r, 1, 60, 500);
    assert_eq!(r.factor_ppm(), PPM);
    walk(&mut r, 61, 240, 20_000);
    assert_eq!(r.factor_ppm(), MAX_FACTOR_PPM);
    walk(&mut r, 301, 120, 500);
    let soon = r.factor_ppm();
    assert!(soon > PPM && soon <= MAX_FACTOR_PPM, "{soon}");
    walk(&mut r, 421, 1_440, 500);
    assert_eq!(r.factor_ppm(), PPM);
}

#[test]
fn slow_slots_raise_it_and_normal_ones_let_it_go() {
    let mut r = Regime::default();
    let (mut unix, mut slot) = (1_700_000_000u64, 10u64);
    let mut run = |seconds: u64, slots: u64, times: u64, r: &mut Regime| {
        for _ in 0..times {
            unix += seconds;
            slot += slots;
            r.observe_clock(unix, slot).unwrap();
            r.settle_factor(CALM).unwrap();
        }
    };
    run(20, 50, 10, &mut r);
    assert_eq!((r.congestion_ppm, r.factor_ppm()), (PPM, PPM));
    run(3_600, 0, 1, &mut r); // the chain stood still for an hour
    assert_eq!(r.factor_ppm(), MAX_CONGESTION_FACTOR_PPM);
    run(20, 50, 60, &mut r);
    assert_eq!(r.factor_ppm(), PPM);
}

#[test]
fn a_new_bucket_length_begins_a_new_series() {
    let mut r = Regime::default();
    walk(&mut r, 1_000, 10, 100);
    let variance = r.variance;
    r.observe_bucket(10, 2_000_000_000, 300).unwrap();
    assert_eq!((r.variance, r.bucket_id, r.bucket_price), (variance, 10, 2_000_000_000));
    r.observe_bucket(10, 1, 300).unwrap();
    assert_eq!(r.bucket_price, 2_000_000_000);
    r.observe_bucket(11, 0, 300).unwrap();
    assert_eq!(r.bucket_id, 10);
    assert_eq!(r.settle_factor(0), Err(MathError::DivideByZero));
}

proptest! {
    #[test]
    fn the_factor_stays_between_one_and_three(
        steps in proptest::collection::vec((0u64..1 << 50, 1u64..5, 0u64..100_000, 0u64..1_000_000), 1..60), calm in 100_000u64..5_000_000,
    ) {
        let mut r = Regime::default();
        let (mut id, mut unix, mut slot) = (1u64, 1_700_000_000u64, 1u64);
        for (price, buckets, seconds, slots) in steps {
            id += buckets;
            unix += seconds;
            slot += slots;
            r.observe_bucket(id, price, 60).unwrap();
            r.observe_clock(unix, slot).unwrap();
            r.settle_factor(calm).unwrap();
            prop_assert!((PPM..=MAX_FACTOR_PPM).contains(&r.factor_ppm()));
        }
    }
}

#[test]
fn a_round_takes_a_bucket_or_looks_at_the_clock() {
    let mut r = Regime::default();
    let mut seen = Vec::new();
    for (id, unix) in [(7, 1_000), (7, 1_001), (7, 1_002), (8, 1_060), (8, 1_061), (9, 2_000)] {
        let before = r;
        r.observe(Some((id, 1_000)), 60, unix, unix, CALM).unwrap();
        seen.push((r.bucket_id != before.bucket_id, r.probed_at != before.probed_at));
    }
    // At first both are new; much later both are due.
    let (both, clock, bucket, nothing) = ((true, true), (false, true), (true, false), (false, false));
    assert_eq!(seen, [both, nothing, nothing, bucket, clock, both]);
}

#[test]
fn no_jump_of_the_price_makes_a_round_fail() {
    let mut r = Regime::default();
    for (id, price) in [(1, 1), (2, 1 << 50), (3, 1), (4, 1 << 50)] {
        r.observe(Some((id, price)), 60, 1_700_000_000 + id * 60, id * 150, CALM).unwrap();
    }
    assert_eq!(r.factor_ppm(), MAX_FACTOR_PPM);
}
