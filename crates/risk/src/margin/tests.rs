use super::*;
use crate::greek_limits::MoneyGreeks;
use proptest::prelude::*;

const WIDE: GreekLimits = GreekLimits { delta: 1 << 60, gamma: 1 << 60, vega: 1 << 60, theta: 1 << 60 };
const CHARGES: Charges = Charges {
    short_minimum_ppm: 5_000,
    maintenance_ppm: 800_000,
    confidence_ppm: 1_000,
    initial_factor_ppm: PPM,
    regime_ppm: PPM,
    cover_ppm: 500_000,
    greek_limits: WIDE,
};

fn totals(lots: u64) -> Totals {
    let notional = lots * 100_000;
    Totals {
        gross_lots: lots,
        short_notional: notional,
        gross_notional: notional,
        error: 2 * lots,
        ramp: 3 * lots,
        impact: 5 * lots,
        spread: 7 * lots,
        value: -1,
        ..Totals::default()
    }
}

#[test]
fn every_contingency_is_counted_once() {
    // 1,000 + 20 errors + 5,000 short minimum + 30 ramp + 1,000 confidence + 50 impact = 7,100; spread 70.
    let r = requirement(&totals(10), 1_000, &CHARGES).unwrap();
    assert_eq!(r, Requirement { initial: 7_170, maintenance: 5_680 });
    assert_eq!(requirement(&Totals::default(), 1_000, &CHARGES), Ok(Requirement::default()));
}

#[test]
fn the_regime_and_the_spread_together_at_most_treble_the_base_and_leave_maintenance_alone() {
    let rough = Charges { regime_ppm: 3_000_000, ..CHARGES };
    let r = requirement(&totals(10), 1_000, &rough).unwrap();
    assert_eq!(r, Requirement { initial: 21_300, maintenance: 5_680 });
    let wide = Totals { spread: 1 << 40, ..totals(10) };
    assert_eq!(requirement(&wide, 1_000, &CHARGES).unwrap().initial, 21_300);
    let guarded = Charges { initial_factor_ppm: 1_250_000, ..CHARGES };
    assert_eq!(requirement(&totals(10), 1_000, &guarded).unwrap().initial, 8_963);
}

#[test]
fn a_book_without_shorts_can_lose_its_value_and_no_more() {
    let long = Totals { short_notional: 0, value: 900, impact: 1 << 40, ..totals(10) };
    assert_eq!(requirement(&long, 700, &CHARGES), Ok(Requirement { initial: 970, maintenance: 720 }));
    assert_eq!(stale_free_collateral(&Funds { cash: 5, ..Funds::default() }, &long), Ok(5));
}

#[test]
fn greeks_beyond_their_limits_raise_the_initial_margin_alone() {
    let limited = Charges { greek_limits: GreekLimits { delta: 1_000, ..WIDE }, ..CHARGES };
    let book = Totals { greeks: MoneyGreeks { delta: 3_000, ..MoneyGreeks::default() }, ..totals(10) };
    let r = requirement(&book, 1_000, &limited).unwrap();
    assert_eq!(r, Requirement { initial: 7_170 + 200, maintenance: 5_680 });
}

proptest! {
    #[test]
    fn initial_covers_maintenance_and_the_worst_scenario(
        lots in 1u64..1 << 20, worst in 0u64..1 << 50, regime in 0u64..5_000_000, factor in 0u64..2_000_000, share in 0u64..2_000_000,
    ) {
        let c = Charges { regime_ppm: regime, initial_factor_ppm: factor, maintenance_ppm: share, ..CHARGES };
        let r = requirement(&totals(lots), worst, &c).unwrap();
        prop_assert!(r.initial >= r.maintenance);
        prop_assert!(r.initial >= worst);
    }

    #[test]
    fn more_risk_never_needs_less(lots in 1u64..1 << 19, more in 0u64..1 << 19, worst in 0u64..1 << 49, worse in 0u64..1 << 49) {
        let less = requirement(&totals(lots), worst, &CHARGES).unwrap();
        let added = requirement(&totals(lots + more), worst + worse, &CHARGES).unwrap();
        prop_assert!(added.initial >= less.initial && added.maintenance >= less.maintenance);
    }

    #[test]
    fn stale_collateral_never_exceeds_cash_nor_counts_longs(floor in -(1i64 << 40)..=0, cash in 0u64..1 << 40, debt in 0u64..1 << 40) {
        let funds = Funds { cash, debt, claims: 1 << 40 };
        let free = stale_free_collateral(&funds, &Totals { short_floor: floor, value: 1 << 40, ..totals(1) }).unwrap();
        prop_assert!(free <= cash.saturating_sub(debt));
        prop_assert!(u128::from(cash.saturating_sub(debt) - free) >= u128::from(floor.unsigned_abs().min(cash.saturating_sub(debt))));
    }
}

#[test]
fn equity_counts_debt_and_leaves_claims_out() {
    let funds = Funds { cash: 100, debt: 30, claims: 1_000 };
    assert_eq!(equity(&funds, -50), Ok(20));
    assert_eq!(health(20, 50), Ok(-30));
    let too_much = Funds { cash: u64::MAX, ..Funds::default() };
    assert_eq!(equity(&too_much, 0), Err(MathError::Overflow));
    assert_eq!(health(i64::MIN, 1), Err(MathError::Overflow));
}
