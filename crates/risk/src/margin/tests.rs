use super::*;
use proptest::prelude::*;

const CHARGES: Charges = Charges {
    short_minimum_ppm: 5_000,
    maintenance_ppm: 800_000,
    confidence_ppm: 1_000,
    initial_factor_ppm: PPM,
};

fn leg<'a>(lots: i64, kind: OptionKind, call: &'a [i64; 33], forward: &'a [i64; 33]) -> LegRisk<'a> {
    LegRisk { kind, lots, mark: 1_000, call_row: call, forward_row: forward, forward: 100_000 }
}

fn row() -> impl Strategy<Value = [i64; 33]> {
    proptest::array::uniform32(-1_000_000i64..1_000_000).prop_map(|r| {
        let mut out = [0; 33];
        out[1..].copy_from_slice(&r);
        out
    })
}

proptest! {
    #[test]
    fn exposure_equals_the_wide_dot_product(a in row(), f in row(), n in -1_000_000i64..1_000_000, m in -1_000i64..1_000) {
        let mut e = Exposure::default();
        e.add(&leg(n, OptionKind::Call, &a, &f)).unwrap();
        e.add(&leg(m, OptionKind::Put, &a, &f)).unwrap();
        for s in 0..33 {
            let want = i128::from(n) * i128::from(a[s]) + i128::from(m) * i128::from(a[s] - f[s]);
            prop_assert_eq!(i128::from(e.profit[s]), want);
        }
        prop_assert_eq!(e.gross_lots, n.unsigned_abs() + m.unsigned_abs());
    }

    #[test]
    fn initial_covers_maintenance_and_the_worst_scenario(a in row(), f in row(), n in -10_000i64..10_000) {
        let mut e = Exposure::default();
        e.add(&leg(n, OptionKind::Put, &a, &f)).unwrap();
        let r = requirement(&e, &CHARGES).unwrap();
        prop_assert!(r.initial >= r.maintenance);
        let worst = e.profit.iter().min().unwrap();
        prop_assert!(n == 0 || i64::try_from(r.initial).unwrap() >= -worst);
        prop_assert_eq!(n == 0, r.initial == 0);
    }

    #[test]
    fn a_full_hedge_leaves_only_contingencies(a in row(), f in row(), n in 1i64..10_000) {
        let mut e = Exposure::default();
        e.add(&leg(n, OptionKind::Call, &a, &f)).unwrap();
        e.add(&leg(-n, OptionKind::Call, &a, &f)).unwrap();
        prop_assert!(e.profit.iter().all(|p| *p == 0));
        prop_assert_eq!(e.value, 0);
        prop_assert!(requirement(&e, &CHARGES).unwrap().initial > 0);
    }

    #[test]
    fn stale_collateral_never_exceeds_cash_nor_counts_longs(a in row(), f in row(), n in -1_000i64..1_000, cash in 0u64..1 << 40) {
        let mut e = Exposure::default();
        e.add(&leg(n, OptionKind::Call, &a, &f)).unwrap();
        let free = stale_free_collateral(cash, 0, &e).unwrap();
        prop_assert!(free <= cash);
        if n >= 0 { prop_assert_eq!(free, cash) } else { prop_assert!(free < cash || cash == 0) }
    }
}

#[test]
fn shrinking_a_short_loses_no_more_and_shrinking_a_hedge_does() {
    let mut up = [0; 33];
    up[5] = 500;
    up[6] = -300;
    let zero = [0; 33];
    let book = |long: i64, short: i64| {
        let mut e = Exposure::default();
        e.add(&leg(long, OptionKind::Call, &up, &zero)).unwrap();
        e.add(&leg(short, OptionKind::Call, &up, &zero)).unwrap();
        e
    };
    assert!(book(0, -4).loses_no_more_than_without(&book(0, 1)));
    assert!(!book(3, -5).loses_no_more_than_without(&book(-1, 0)));
    assert!(book(0, 0).loses_no_more_than_without(&book(-5, 0)));
}

#[test]
fn bounds_are_enforced_at_the_edge_and_hold_inside() {
    let big = [(1i64 << 37) - 1; 33];
    let low = [-(1i64 << 37) + 1; 33];
    let lots = 1i64 << 20;
    let mut e = Exposure::default();
    for _ in 0..MAX_LEGS {
        e.add(&LegRisk {
            kind: OptionKind::Put,
            lots,
            mark: (1 << 37) - 1,
            call_row: &big,
            forward_row: &low,
            forward: 1_000,
        })
        .unwrap();
    }
    let want = i128::from(lots) * 32 * (i128::from(big[0]) - i128::from(low[0]));
    assert_eq!(i128::from(e.profit[0]), want);
    let mut over = Exposure::default();
    let bad = LegRisk { lots: lots + 1, ..leg(1, OptionKind::Call, &big, &low) };
    assert_eq!(over.add(&bad), Err(MathError::Domain));
    let bad = LegRisk { mark: 1 << 37, ..leg(1, OptionKind::Call, &big, &low) };
    assert_eq!(over.add(&bad), Err(MathError::Domain));
}

#[test]
fn free_collateral_is_the_lesser_of_cash_and_surplus() {
    let need = Requirement { initial: 60, maintenance: 48 };
    assert_eq!(free_collateral(100, 0, 0, &need), Ok(40));
    assert_eq!(free_collateral(100, 0, 500, &need), Ok(100));
    assert_eq!(free_collateral(100, 30, 500, &need), Ok(70));
    assert_eq!(free_collateral(100, 0, -50, &need), Ok(0));
    assert_eq!(equity(u64::MAX, 0, 0), Err(MathError::Overflow));
}
