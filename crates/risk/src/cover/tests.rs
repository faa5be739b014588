use super::*;
use crate::greek_limits::GreekLimits;
use proptest::prelude::*;

const LIMITS: GreekLimits = GreekLimits { delta: 0, gamma: 0, vega: 0, theta: 0 };
const CHARGES: Charges = Charges {
    short_minimum_ppm: 0,
    maintenance_ppm: 800_000,
    confidence_ppm: 0,
    initial_factor_ppm: PPM,
    regime_ppm: PPM,
    cover_ppm: 500_000,
    greek_limits: LIMITS,
};
const TERMS: Terms = Terms { discount_ppm: 50_000, first_ppm: 50_000, fee_ppm: 10_000, buffer_ppm: 150_000 };

fn near(value: i64, initial: u64, maintenance: u64) -> Cover {
    let mut cover = Cover::default();
    cover.observe(value, value, Requirement { initial, maintenance }, &CHARGES).unwrap();
    cover
}

fn cash(cash: u64) -> Funds {
    Funds { cash, debt: 0, claims: 0 }
}

#[test]
fn one_expiry_needs_no_cover() {
    assert_eq!(Cover::default().initial_surplus(&cash(0)), Ok(None));
    assert_eq!(Cover::default().maintenance_surplus(&cash(0)), Ok(None));
    assert_eq!(Cover::default().restoring_share(&cash(0), -1, 1, &TERMS), Ok(0));
}

#[test]
fn half_of_the_near_requirement_must_be_there_in_cash() {
    let cover = near(-400, 1_000, 800);
    assert_eq!(cover.initial_surplus(&cash(1_000)), Ok(Some(100)));
    assert_eq!(cover.maintenance_surplus(&cash(1_000)), Ok(Some(200)));
    let owing = Funds { cash: 1_000, debt: 300, claims: 50 };
    assert_eq!(cover.initial_surplus(&owing), Ok(Some(-200)));
    assert_eq!(cover.maintenance_surplus(&owing), Ok(Some(-50)));
}

#[test]
fn the_tightest_expiry_counts_for_each_requirement() {
    let mut cover = near(-400, 1_000, 800);
    // Looser for maintenance, tighter for the initial requirement.
    cover.observe(-100, -100, Requirement { initial: 3_000, maintenance: 100 }, &CHARGES).unwrap();
    assert_eq!(cover.initial_surplus(&cash(1_000)), Ok(Some(-600)));
    assert_eq!(cover.maintenance_surplus(&cash(1_000)), Ok(Some(200)));
}

#[test]
fn payoffs_that_wait_count_for_maintenance_alone() {
    let mut cover = Cover::default();
    cover.observe(-400, 600, Requirement::default(), &CHARGES).unwrap();
    assert_eq!(cover.initial_surplus(&cash(100)), Ok(Some(-300)));
    assert_eq!(cover.maintenance_surplus(&cash(100)), Ok(Some(700)));
}

#[test]
fn nothing_to_sell_means_everything_goes() {
    let cover = near(-400, 0, 0);
    assert_eq!(cover.restoring_share(&cash(300), -400, 100, &TERMS), Ok(PPM));
    assert_eq!(cover.restoring_share(&cash(400), -400, 100, &TERMS), Ok(0));
}

proptest! {
    /// After selling the share at the terms, the near legs that are left are covered with the buffer.
    #[test]
    fn the_restoring_share_restores_cover(
        held in 0u64..1 << 40, near_value in -(1i64 << 40)..1 << 40, far_value in 0i64..1 << 41,
        maintenance in 0u64..1 << 39, book_maintenance in 0u64..1 << 39,
    ) {
        let cover = near(near_value, maintenance, maintenance);
        let funds = cash(held);
        let before = cover.maintenance_surplus(&funds).unwrap().unwrap();
        let value = near_value + far_value;
        let share = cover.restoring_share(&funds, value, book_maintenance, &TERMS).unwrap();
        prop_assert_eq!(share == 0, before >= 0);
        prop_assume!(share > 0 && share < PPM);
        let f = i128::from(share);
        let million = i128::from(PPM);
        let required = i128::from(maintenance.div_ceil(2)) * 115 / 100;
        let paid = i128::from(value) - i128::from(book_maintenance) * 6 / 100 - 2;
        let after = i128::from(held) * million + f * paid + (million - f) * (i128::from(near_value) - required);
        prop_assert!(after >= -4 * million, "{}", after);
    }
}

#[test]
fn figures_that_leave_the_range_are_refused() {
    let far = near(i64::MIN + 10, 0, 0);
    assert_eq!(far.initial_surplus(&Funds { cash: 0, debt: 1 << 62, claims: 0 }), Err(MathError::Overflow));
    assert_eq!(
        Cover::default().observe(0, 0, Requirement { initial: u64::MAX, maintenance: 0 }, &CHARGES),
        Ok(())
    );
}
