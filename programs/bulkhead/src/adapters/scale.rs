//! Decimal scaling of foreign prices into quote atoms per unit.

/// Powers of five beyond this do not fit the 32 bits that [`shift_right`] divides by.
const MOST_DIGITS_AT_ONCE: u32 = 13;

/// `10^digits`, from a table: multiplying it out would cost more than all the rest of an adapter.
fn power_of_ten(digits: u32) -> Option<u64> {
    POWERS_OF_TEN.get(usize::try_from(digits).ok()?).copied()
}

static POWERS_OF_TEN: [u64; 20] = powers_of_ten();

#[allow(clippy::arithmetic_side_effects, clippy::indexing_slicing)] // const: checked by the compiler
const fn powers_of_ten() -> [u64; 20] {
    let mut powers = [1; 20];
    let mut digits = 1;
    while digits < powers.len() {
        powers[digits] = powers[digits - 1] * 10;
        digits += 1;
    }
    powers
}

/// `mantissa * 10^exponent` units of the quote as atoms of a mint with `decimals`, rounded down. `None` for a
/// negative mantissa, a shift by more than 19 digits or a result beyond 64 bits.
#[must_use]
pub fn to_atoms(mantissa: i64, exponent: i32, decimals: u8) -> Option<u64> {
    let mantissa = u64::try_from(mantissa).ok()?;
    let shift = exponent.checked_add(i32::from(decimals))?;
    let factor = power_of_ten(shift.unsigned_abs())?;
    if shift >= 0 {
        mantissa.checked_mul(factor)
    } else {
        mantissa.checked_div(factor)
    }
}

/// [`to_atoms`] for mantissas of 128 bits.
#[must_use]
pub fn wide_to_atoms(mantissa: i128, exponent: i32, decimals: u8) -> Option<u64> {
    if let Ok(narrow) = i64::try_from(mantissa) {
        return to_atoms(narrow, exponent, decimals);
    }
    let mantissa = u128::try_from(mantissa).ok()?;
    let shift = exponent.checked_add(i32::from(decimals))?;
    let digits = shift.unsigned_abs();
    let factor = power_of_ten(digits)?;
    if shift >= 0 {
        return u64::try_from(mantissa).ok()?.checked_mul(factor);
    }
    // Rounding down twice is rounding down once.
    let first = digits.min(MOST_DIGITS_AT_ONCE);
    let second = digits.checked_sub(first)?;
    let mut quotient = shift_right(bytemuck::cast(mantissa.to_le_bytes()), first)?;
    if second != 0 {
        quotient = shift_right(quotient, second)?;
    }
    match quotient {
        [low, 0] => Some(low),
        _ => None,
    }
}

/// `value / 10^digits`, rounded down, for 1 to [`MOST_DIGITS_AT_ONCE`] digits; low and high word. Ten is two times five: the
/// twos are shifted out, and what is left to divide by is short. The virtual machine has no division of 128 bits, and what the
/// compiler puts in its place costs many times this.
fn shift_right([low, high]: [u64; 2], digits: u32) -> Option<[u64; 2]> {
    let power_of_five = power_of_ten(digits)?.checked_shr(digits)?;
    let low = low.checked_shr(digits)? | high.checked_shl(u64::BITS.checked_sub(digits)?)?;
    let high = high.checked_shr(digits)?;
    // Digit by digit of 32 bits. A rest is less than the divisor, so 32 bits, and what is divided is 64.
    let (quotient, rest) = (high.checked_div(power_of_five)?, high.checked_rem(power_of_five)?);
    let part = (rest << 32) | (low >> 32);
    let (upper, rest) = (part.checked_div(power_of_five)?, part.checked_rem(power_of_five)?);
    let part = (rest << 32) | (low & u64::from(u32::MAX));
    Some([(upper << 32) | part.checked_div(power_of_five)?, quotient])
}

#[cfg(test)]
mod tests;
