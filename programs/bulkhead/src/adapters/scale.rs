//! Decimal scaling of foreign prices into quote atoms per unit.

/// `mantissa * 10^exponent` units of the quote as atoms of a mint with `decimals`, rounded down. `None` for a
/// negative mantissa or a result beyond 64 bits.
#[must_use]
pub fn to_atoms(mantissa: i64, exponent: i32, decimals: u8) -> Option<u64> {
    let mantissa = u64::try_from(mantissa).ok()?;
    let shift = exponent.checked_add(i32::from(decimals))?;
    let factor = 10u64.checked_pow(shift.unsigned_abs())?;
    if shift >= 0 {
        mantissa.checked_mul(factor)
    } else {
        mantissa.checked_div(factor)
    }
}

#[cfg(test)]
mod tests {
    use super::to_atoms;

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
}
