use super::*;
use proptest::prelude::*;

#[test]
fn a_spread_fades_by_half_an_hour_after_hour() {
    let s = Spread { ppm: 8_000, at: 1_000 };
    assert_eq!([s.now(1_000), s.now(4_599), s.now(4_600), s.now(8_200)], [8_000, 8_000, 4_000, 2_000]);
    assert_eq!(s.now(u64::MAX), 0);
}

#[test]
fn a_fill_counts_by_its_size_against_the_depth() {
    let mut dust = Spread::default();
    dust.record(50_000, 1_000_000, 1, 10_000, 5).unwrap();
    assert!(dust.ppm < 6, "{dust:?}");
    let mut block = Spread::default();
    block.record(50_000, 1_000_000, 10_000, 10_000, 5).unwrap();
    assert_eq!(block, Spread { ppm: 25_000, at: 5 });
    block.record(0, 1_000_000, 10_000, 10_000, 5).unwrap();
    assert_eq!(block.ppm, 12_500);
    block.record(1, 0, u64::MAX, 0, 5).unwrap();
    assert_eq!(block.ppm, MAX_SPREAD_PPM);
}

#[test]
fn dust_does_not_keep_a_record_alive() {
    let mut s = Spread { ppm: 64_000, at: 1_000 };
    for step in 1..=36 {
        s.record(0, 1_000_000, 1, 1_000_000, 1_000 + step * 600).unwrap();
    }
    assert_eq!(s, Spread { ppm: 1_000, at: 1_000 + 36 * 600 });
}

#[test]
fn only_what_exceeds_the_normal_spread_is_charged() {
    assert_eq!(spread_atoms(1_000_000, 5_000, 5_000), Ok(0));
    assert_eq!(spread_atoms(1_000_000, 6_500, 5_000), Ok(1_500));
    assert_eq!(spread_atoms(1_000_000, u64::MAX, 0), Ok(200_000));
}

#[test]
fn quotes_can_only_make_the_book_thinner_and_are_forgotten() {
    assert_eq!(depth_in_force(100, 0, 50, 60), 100);
    assert_eq!(depth_in_force(100, 40, 50, 60), 40);
    assert_eq!(depth_in_force(100, 400, 50, 60), 100);
    assert_eq!(depth_in_force(100, 40, 50, 3_651), 100);
    assert_eq!(depth_in_force(0, 0, 0, 0), 1);
}

#[test]
fn closing_the_whole_depth_moves_the_price_by_the_parameter() {
    let q = impact_q20(1_000_000, 10_000, 2_000).unwrap();
    assert_eq!((2_000 * q) >> IMPACT_BITS, 10_000);
    assert_eq!(impact_q20(1 << 36, 500_000, 1), Ok(MAX_IMPACT_Q20));
}

#[test]
fn the_ramp_begins_a_day_before() {
    assert_eq!(ramp_atoms(1_000_000, 20_000, 86_400), Ok(0));
    assert_eq!(ramp_atoms(1_000_000, 20_000, 43_200), Ok(10_000));
    assert_eq!(ramp_atoms(1_000_000, 20_000, 0), Ok(20_000));
    assert_eq!(ramp_atoms(1_000_000, 0, 0), Ok(0));
}

proptest! {
    #[test]
    fn records_stay_within_the_widest_spread(fills in proptest::collection::vec((0u64..1 << 40, 1u64..1 << 37, 1u64..1 << 20, 0u64..10_000), 1..40)) {
        let mut s = Spread::default();
        let mut unix = 1;
        for (distance, forward, lots, later) in fills {
            unix += later;
            s.record(distance, forward, lots, 10_000, unix).unwrap();
            prop_assert!(s.ppm <= MAX_SPREAD_PPM);
        }
    }

    #[test]
    fn the_ramp_never_falls_as_time_runs_out(forward in 0u64..1 << 37, left in 0u64..200_000, less in 0u64..200_000) {
        let later = left.saturating_sub(less);
        prop_assert!(ramp_atoms(forward, 20_000, later).unwrap() >= ramp_atoms(forward, 20_000, left).unwrap());
    }
}
