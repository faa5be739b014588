use super::*;
use proptest::prelude::*;

const GREEKS: MoneyGreeks = MoneyGreeks { delta: 60_000, gamma: 900, vega: 120, theta: -30 };

fn expiry(forward_row: &[i64; 33]) -> ExpiryRisk<'_> {
    ExpiryRisk {
        forward: 100_000,
        forward_row,
        forward_stable: -2_000,
        error_atoms: 2,
        ramp_atoms: 7,
        impact_q20: 1 << 19,
        quoted_impact_q20: 1 << 19,
        open_lots: 0,
        spread_atoms: 3,
    }
}

fn series(kind: OptionKind, call_row: &[i64; 33]) -> SeriesRisk<'_> {
    let peak = call_row.iter().copied().max().unwrap_or(0).max(0).unsigned_abs();
    SeriesRisk { kind, mark: 1_000, call_row, call_stable: -1_200, peak, call_greeks: GREEKS }
}

fn row() -> impl Strategy<Value = [i64; 33]> {
    proptest::array::uniform32(-1_000_000i64..1_000_000).prop_map(|r| {
        let mut out = [0; 33];
        out[1..].copy_from_slice(&r);
        out
    })
}

fn book(legs: &[(i64, OptionKind)], call: &[i64; 33], forward: &[i64; 33]) -> Exposure {
    let mut exposure = Exposure::default();
    let mut part = exposure.expiry(expiry(forward)).unwrap();
    for (lots, kind) in legs {
        part.add(*lots, &series(*kind, call)).unwrap();
    }
    part.close();
    exposure
}

proptest! {
    #[test]
    fn exposure_equals_the_wide_dot_product(a in row(), f in row(), n in -1_000_000i64..1_000_000, m in -1_000i64..1_000) {
        let e = book(&[(n, OptionKind::Call), (m, OptionKind::Put)], &a, &f);
        for s in 0..33 {
            let want = i128::from(n) * i128::from(a[s]) + i128::from(m) * i128::from(a[s] - f[s]);
            prop_assert_eq!(i128::from(e.profit[s]), want);
        }
        prop_assert_eq!(e.totals.gross_lots, n.unsigned_abs() + m.unsigned_abs());
        prop_assert_eq!(e.totals.greeks.delta, n * 60_000 + m * (60_000 - 100_000));
        prop_assert_eq!(e.totals.stable, n * -1_200 + m * (-1_200 + 2_000));
        prop_assert_eq!(e.totals.greeks.theta, (n + m) * -30);
    }

    /// Long options lose at most their mark, short ones at most their peak, whatever the scenario.
    #[test]
    fn no_scenario_loses_more_than_the_bound(up in proptest::array::uniform32(-1_000i64..1_000_000), n in -1_000i64..1_000, m in -1_000i64..1_000) {
        let mut a = [0; 33];
        a[1..].copy_from_slice(&up);
        let e = book(&[(n, OptionKind::Call), (m, OptionKind::Call)], &a, &[0; 33]);
        prop_assert!(e.worst_loss() <= e.totals.bound);
    }

    #[test]
    fn impact_grows_faster_than_the_size(n in 1u64..1 << 19, q in 0u64..MAX_IMPACT_Q20, more in 0u64..1 << 40, open in 0u64..1 << 21) {
        let row = [0; 33];
        let quoted_impact_q20 = (q + more).min(MAX_IMPACT_Q20);
        let at = ExpiryRisk { impact_q20: q, quoted_impact_q20, open_lots: open, ..expiry(&row) };
        let impact = |size| impact_per_lot(size, q, at.forward);
        prop_assert!(impact(2 * n) >= impact(n));
        prop_assert!(impact(n) <= at.forward / 4);
        prop_assert!(scarcity_per_lot(n, impact(n), &at) <= at.forward / 2);
    }
}

#[test]
fn holding_all_that_is_open_doubles_the_impact_for_initial_margin() {
    let row = [0; 33];
    let of = |open_lots| scarcity_per_lot(100, 50, &ExpiryRisk { open_lots, ..expiry(&row) });
    assert_eq!(impact_per_lot(100, 1 << 19, 100_000), 50);
    assert_eq!((of(0), of(100), of(50)), (50, 50, 50));
    assert_eq!(of(10_000), 0);
    let thin = ExpiryRisk { quoted_impact_q20: 1 << 21, open_lots: 10_000, ..expiry(&row) };
    assert_eq!(scarcity_per_lot(100, 50, &thin), 150 + 2);
}

#[test]
fn shrinking_a_short_loses_no_more_and_shrinking_a_hedge_does() {
    let mut up = [0; 33];
    up[5] = 500;
    up[6] = -300;
    let zero = [0; 33];
    let pair = |long, short| book(&[(long, OptionKind::Call), (short, OptionKind::Call)], &up, &zero);
    assert!(pair(0, -4).loses_no_more_than_without(&pair(0, 1)));
    assert!(!pair(3, -5).loses_no_more_than_without(&pair(-1, 0)));
    assert!(pair(0, 0).loses_no_more_than_without(&pair(-5, 0)));
}

#[test]
fn bounds_are_enforced_at_the_edge_and_hold_inside() {
    const TOP: i64 = (1 << 37) - 1;
    let (big, low) = ([TOP; 33], [-TOP; 33]);
    let lots = 1i64 << 20;
    let widest = ExpiryRisk {
        forward: (1 << 37) - 1,
        forward_stable: TOP,
        error_atoms: (1 << 37) - 1,
        ramp_atoms: (1 << 37) - 1,
        spread_atoms: (1 << 37) - 1,
        impact_q20: MAX_IMPACT_Q20,
        quoted_impact_q20: MAX_IMPACT_Q20,
        ..expiry(&low)
    };
    let greeks = MoneyGreeks { delta: -TOP, gamma: TOP, vega: TOP, theta: -TOP };
    let largest = SeriesRisk {
        mark: (1 << 37) - 1,
        peak: (1 << 37) - 1,
        call_stable: -TOP,
        call_greeks: greeks,
        ..series(OptionKind::Put, &big)
    };
    for sign in [-1, 1] {
        let mut e = Exposure::default();
        let mut part = e.expiry(widest).unwrap();
        for _ in 0..MAX_LEGS {
            part.add(sign * lots, &largest).unwrap();
        }
        assert_eq!(part.add(1, &largest), Err(MathError::Domain));
        part.close();
        let all = i128::from(sign * lots) * 32;
        let top = i128::from(TOP);
        let t = &e.totals;
        assert_eq!(i128::from(e.profit[0]), all * 2 * top);
        assert_eq!(i128::from(t.value), all * top);
        assert_eq!(i128::from(t.stable), all * -2 * top);
        assert_eq!(i128::from(t.greeks.delta), all * -2 * top);
        assert_eq!(i128::from(t.greeks.theta), all * -top);
        assert_eq!(u128::from(t.gross_notional), all.unsigned_abs() * top.unsigned_abs());
        assert_eq!(u128::from(t.impact), all.unsigned_abs() * (top.unsigned_abs() >> 2));
        assert_eq!(t.scarcity, t.impact);
        assert_eq!(i128::from(t.short_floor), if sign < 0 { all * 2 * top } else { 0 });
    }
}

#[test]
fn figures_beyond_the_bounds_are_refused_and_change_nothing() {
    static ROW: [i64; 33] = [0; 33];
    let row = ROW;
    let mut over = Exposure::default();
    let fine = series(OptionKind::Call, &ROW);
    let with = |call_greeks| SeriesRisk { call_greeks, ..series(OptionKind::Call, &ROW) };
    let bad = [
        SeriesRisk { mark: 1 << 37, ..fine },
        SeriesRisk { peak: 1 << 37, ..fine },
        SeriesRisk { call_stable: -(1 << 37), ..fine },
        with(MoneyGreeks { delta: i64::MIN, ..GREEKS }),
        with(MoneyGreeks { gamma: 1 << 37, ..GREEKS }),
        with(MoneyGreeks { vega: -(1 << 37), ..GREEKS }),
        with(MoneyGreeks { theta: 1 << 40, ..GREEKS }),
    ];
    for series in bad {
        assert_eq!(over.expiry(expiry(&row)).unwrap().add(1, &series), Err(MathError::Domain), "{series:?}");
    }
    let mut book = over.expiry(expiry(&row)).unwrap();
    assert_eq!(book.add((1 << 20) + 1, &fine), Err(MathError::Domain));
    assert_eq!(book.add(i64::MIN, &fine), Err(MathError::Domain));
    book.close();
    let bad = [
        ExpiryRisk { forward: 1 << 37, ..expiry(&row) },
        ExpiryRisk { error_atoms: 1 << 37, ..expiry(&row) },
        ExpiryRisk { ramp_atoms: 1 << 37, ..expiry(&row) },
        ExpiryRisk { spread_atoms: 1 << 37, ..expiry(&row) },
        ExpiryRisk { forward_stable: 1 << 37, ..expiry(&row) },
        ExpiryRisk { quoted_impact_q20: MAX_IMPACT_Q20 + 1, ..expiry(&row) },
        ExpiryRisk { quoted_impact_q20: 0, ..expiry(&row) },
    ];
    for expiry in bad {
        assert!(matches!(over.expiry(expiry), Err(MathError::Domain)), "{expiry:?}");
    }
    assert_eq!(over, Exposure::default());
}
