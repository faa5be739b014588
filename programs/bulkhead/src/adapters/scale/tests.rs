use {super::*, proptest::prelude::*};

/// The definition, in one division.
fn plain(mantissa: i128, exponent: i32, decimals: u8) -> Option<u64> {
    let mantissa = u128::try_from(mantissa).ok()?;
    let shift = exponent + i32::from(decimals);
    let factor = u128::from(10u64.checked_pow(shift.unsigned_abs())?);
    u64::try_from(if shift >= 0 { mantissa.checked_mul(factor)? } else { mantissa.checked_div(factor)? }).ok()
}

#[test]
fn scales_by_powers_of_ten_and_refuses_what_does_not_fit() {
    assert_eq!(to_atoms(793_805_000_000, -8, 6), Some(7_938_050_000));
    assert_eq!(to_atoms(5, 0, 6), Some(5_000_000));
    assert_eq!(to_atoms(5, 3, 6), Some(5_000_000_000));
    assert_eq!(to_atoms(199, -8, 6), Some(1));
    assert_eq!(to_atoms(-1, 0, 6), None);
    assert_eq!(to_atoms(1, 40, 6), None);
    assert_eq!(to_atoms(i64::MAX, 0, 6), None);
    assert_eq!(to_atoms(1, i32::MAX, 6), None);
}

#[test]
fn scales_wide_values_and_refuses_what_does_not_fit() {
    let unit = 10i128.pow(18);
    assert_eq!(wide_to_atoms(97_000 * unit + unit - 1, -18, 6), Some(97_000_999_999));
    assert_eq!(wide_to_atoms(97_000 * unit, -18, 9), Some(97_000_000_000_000));
    assert_eq!(wide_to_atoms(10i128.pow(12) - 1, -18, 6), Some(0));
    assert_eq!(wide_to_atoms(0, -18, 6), Some(0));
    assert_eq!(wide_to_atoms(-1, -18, 6), None);
    assert_eq!(wide_to_atoms(i128::MIN, -18, 6), None);
    assert_eq!(wide_to_atoms(i128::MAX, -18, 6), None);
    assert_eq!(wide_to_atoms(i128::MAX, -26, 6), None);
    assert_eq!(wide_to_atoms(i128::MAX, -25, 6), Some(17_014_118_346_046_923_173));
    assert_eq!(wide_to_atoms(i128::from(u64::MAX), -6, 6), Some(u64::MAX));
    assert_eq!(wide_to_atoms(i128::from(u64::MAX) + 1, -6, 6), None);
    assert_eq!(wide_to_atoms(i128::from(u64::MAX), -5, 6), None);
    assert_eq!(wide_to_atoms(1, i32::MAX, 6), None);
    assert_eq!(wide_to_atoms(i128::MAX, i32::MAX, 6), None);
    assert_eq!(wide_to_atoms(i128::MAX, i32::MIN, 6), None);
}

proptest! {
    #[test]
    fn agrees_with_the_definition(bits in any::<i128>(), down in 0u32..128, exponent in -40i32..40, decimals in 0u8..19) {
        let mantissa = bits >> down;
        prop_assert_eq!(wide_to_atoms(mantissa, exponent, decimals), plain(mantissa, exponent, decimals));
        if let Ok(narrow) = i64::try_from(mantissa) {
            prop_assert_eq!(to_atoms(narrow, exponent, decimals), plain(mantissa, exponent, decimals));
        }
    }
}
