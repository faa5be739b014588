//! Rounded division against exact 128-bit identities.

mod cases;

use bulkhead_risk::math_error::MathError;
use bulkhead_risk::round::{bps_of, mul_div, ppm_of, Round};
use proptest::prelude::*;

/// All magnitudes alike, with the ends of the type.
fn any_word() -> impl Strategy<Value = u64> {
    prop_oneof![
        8 => (0_u32..64, any::<u64>()).prop_map(|(drop, word)| word >> drop),
        1 => Just(u64::MAX),
        1 => Just(0),
    ]
}

proptest! {
    #![proptest_config(cases::usually(20_000))]

    #[test]
    fn quotient_and_remainder_rebuild_the_product(a in any_word(), b in any_word(), c in any_word()) {
        let product = u128::from(a) * u128::from(b);
        let down = mul_div(a, b, c, Round::Down);
        let up = mul_div(a, b, c, Round::Up);
        if c == 0 {
            prop_assert_eq!((down, up), (Err(MathError::DivideByZero), Err(MathError::DivideByZero)));
            return Ok(());
        }
        match down {
            Ok(quotient) => {
                let rebuilt = u128::from(quotient) * u128::from(c);
                prop_assert!(rebuilt <= product && product - rebuilt < u128::from(c));
                let carry = u64::from(rebuilt != product);
                prop_assert_eq!(up, quotient.checked_add(carry).ok_or(MathError::Overflow));
            }
            Err(error) => {
                prop_assert_eq!(error, MathError::Overflow);
                prop_assert!(product >= u128::from(c) << 64);
                prop_assert_eq!(up, Err(MathError::Overflow));
            }
        }
    }

    #[test]
    fn parts_are_fractions_of_the_amount(amount in any_word(), parts in any_word()) {
        for round in [Round::Down, Round::Up] {
            prop_assert_eq!(bps_of(amount, parts, round), mul_div(amount, parts, 10_000, round));
            prop_assert_eq!(ppm_of(amount, parts, round), mul_div(amount, parts, 1_000_000, round));
        }
    }
}

#[test]
fn rounding_goes_where_it_is_told() {
    assert_eq!(mul_div(7, 3, 2, Round::Down), Ok(10));
    assert_eq!(mul_div(7, 3, 2, Round::Up), Ok(11));
    assert_eq!(mul_div(8, 3, 2, Round::Up), Ok(12));
    assert_eq!(bps_of(1, 1, Round::Down), Ok(0));
    assert_eq!(bps_of(1, 1, Round::Up), Ok(1));
    assert_eq!(ppm_of(3_000_000, 500_000, Round::Down), Ok(1_500_000));
    assert_eq!(mul_div(u64::MAX, 3, 3, Round::Up), Ok(u64::MAX));
    let (a, b, c) = (u64::MAX, u64::MAX - 1, u64::MAX - 2);
    assert_eq!(mul_div(a, b, c, Round::Down), Err(MathError::Overflow));
}

#[test]
fn rounding_up_past_the_type_overflows() {
    // The product is 2^65 - 1, so half of it is u64::MAX and a half.
    let (a, b, c) = (31, 1_190_112_520_884_487_201, 2);
    assert_eq!(u128::from(a) * u128::from(b), (1 << 65) - 1);
    assert_eq!(mul_div(a, b, c, Round::Down), Ok(u64::MAX));
    assert_eq!(mul_div(a, b, c, Round::Up), Err(MathError::Overflow));
}

#[test]
fn errors_say_what_was_wrong() {
    let said: Vec<String> = [MathError::Overflow, MathError::DivideByZero, MathError::Domain]
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(said[1], "division by zero");
    assert!(said[0] != said[2]);
}
