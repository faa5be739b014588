use super::*;
use proptest::prelude::*;

const NOW: i64 = 1_000_000;
const LIMITS: Limits =
    Limits { max_age_seconds: 30, max_confidence_ppm: 10_000, outlier_ppm: 10_000, quorum: 3, min_groups: 2 };

fn source(price: u64, group: u8) -> SourceInput {
    SourceInput {
        registered: true,
        voting: true,
        group,
        observation: Some(Observation { price, confidence: price / 1_000, publish_time: NOW, slot: 0 }),
    }
}

fn five(prices: [u64; 5]) -> [SourceInput; 8] {
    let mut out = [SourceInput::default(); 8];
    for (i, p) in prices.into_iter().enumerate() {
        out[i] = source(p, u8::try_from(i).unwrap() / 2);
    }
    out
}

#[test]
fn agreement_grades_by_how_many() {
    let all = five([1_000_000, 1_000_100, 999_900, 1_000_050, 1_000_000]);
    let r = aggregate(&all, &LIMITS, NOW).unwrap();
    assert_eq!((r.grade, r.valid, r.price), (Grade::A, 5, 1_000_000));
    let mut four = all;
    four[4].observation = None;
    assert_eq!(aggregate(&four, &LIMITS, NOW).unwrap().grade, Grade::B);
    four[3].voting = false;
    assert_eq!(aggregate(&four, &LIMITS, NOW).unwrap().grade, Grade::C);
    four[0].observation = Some(Observation { price: 0, confidence: 0, publish_time: NOW, slot: 0 });
    let r = aggregate(&four, &LIMITS, NOW).unwrap();
    assert_eq!((r.grade, r.verdicts[0]), (Grade::D, Verdict::NotAPrice));
}

#[test]
fn two_liars_at_the_edge_cannot_cast_the_scattered_honest_out() {
    let r = aggregate(&five([1_000_000, 1_000_000, 1_012_000, 1_014_000, 1_014_000]), &LIMITS, NOW).unwrap();
    assert_eq!(r.price, 1_012_000);
}

#[test]
fn one_group_is_no_quorum() {
    let mut s = five([1_000_000; 5]);
    for source in &mut s {
        source.group = 0;
    }
    assert_eq!(aggregate(&s, &LIMITS, NOW).unwrap().grade, Grade::D);
}

#[test]
fn each_defect_has_its_verdict() {
    let base = five([1_000_000; 5]);
    let with = |o: Observation| {
        let mut s = base;
        s[0].observation = Some(o);
        aggregate(&s, &LIMITS, NOW).unwrap().verdicts[0]
    };
    let good = Observation { price: 1_000_000, confidence: 10_000, publish_time: NOW - 30, slot: 0 };
    assert_eq!(with(good), Verdict::Valid);
    assert_eq!(with(Observation { publish_time: NOW - 31, ..good }), Verdict::Stale);
    assert_eq!(with(Observation { publish_time: NOW + 5, ..good }), Verdict::Valid);
    assert_eq!(with(Observation { publish_time: NOW + 6, ..good }), Verdict::Stale);
    assert_eq!(with(Observation { confidence: 10_001, ..good }), Verdict::Uncertain);
    assert_eq!(with(Observation { price: 0, ..good }), Verdict::NotAPrice);
    assert_eq!(with(Observation { price: u64::MAX, confidence: 0, ..good }), Verdict::NotAPrice);
    assert_eq!(with(Observation { price: 1_010_001, ..good }), Verdict::Outlier);
    assert_eq!(with(Observation { price: 1_010_000, ..good }), Verdict::Valid);
}

#[test]
fn nothing_valid_is_no_price() {
    let r = aggregate(&[SourceInput::default(); 8], &LIMITS, NOW).unwrap();
    assert_eq!((r.grade, r.price), (Grade::E, 0));
}

#[test]
fn three_strikes_in_a_row_quarantine() {
    let (s, q) = after_round(Verdict::Outlier, 0, 0, NOW);
    assert_eq!((s, q), (1, 0));
    assert_eq!(after_round(Verdict::Valid, s, q, NOW), (0, 0));
    assert_eq!(after_round(Verdict::Outlier, 2, 0, NOW), (0, NOW + QUARANTINE_SECONDS));
    assert_eq!(after_round(Verdict::Stale, 2, 0, NOW), (2, 0));
}

#[test]
fn age_degrades_the_grade() {
    assert_eq!(Grade::B.aged(60, 60), Grade::B);
    assert_eq!(Grade::A.aged(61, 60), Grade::D);
    assert_eq!(Grade::A.aged(301, 60), Grade::E);
    assert_eq!(Grade::E.aged(0, 60), Grade::E);
}

#[test]
fn live_time_skips_stalls_and_slow_chains() {
    assert_eq!(live_seconds(10, 25, 60), 10);
    assert_eq!(live_seconds(10, 4, 60), 4);
    assert_eq!(live_seconds(61, 200, 60), 0);
    assert_eq!(live_seconds(-5, 200, 60), 0);
}

#[test]
fn the_stable_price_has_a_speed_limit() {
    assert_eq!(stable_price(0, 500, 60, 10_000), Ok(500));
    assert_eq!(stable_price(1_000_000, 2_000_000, 60, 10_000), Ok(1_010_000));
    assert_eq!(stable_price(1_000_000, 500_000, 120, 10_000), Ok(980_000));
    assert_eq!(stable_price(1_000_000, 1_000_001, 60, 10_000), Ok(1_000_001));
}

proptest! {
    /// Up to two liars among five sources, saying anything, cannot move the median outside the honest range.
    #[test]
    fn a_minority_of_liars_cannot_leave_the_honest_range(
        honest in proptest::array::uniform3(995_000u64..1_005_000),
        lies in proptest::array::uniform2(0u64..u64::MAX),
        order in Just([0usize, 1, 2, 3, 4]).prop_shuffle(),
    ) {
        let words = [honest[0], honest[1], honest[2], lies[0], lies[1]];
        let mut prices = [0; 5];
        for (i, slot) in order.into_iter().enumerate() { prices[slot] = words[i]; }
        let mut s = five(prices);
        for x in &mut s { if let Some(o) = &mut x.observation { o.confidence = 0; } }
        let r = aggregate(&s, &LIMITS, NOW).unwrap();
        let (low, high) = (honest.iter().min().unwrap(), honest.iter().max().unwrap());
        prop_assert!(r.grade.is_quorum());
        prop_assert!((low..=high).contains(&&r.price), "{r:?}");
    }
}
