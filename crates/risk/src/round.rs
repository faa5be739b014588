//! Multiplication and division of amounts with a named rounding direction.
//!
//! No amount is divided anywhere without saying which way the fraction goes. Callers state in whose favour they round;
//! the default of the protocol is against the user.

use crate::math_error::MathError;

/// Basis points in one.
pub const BPS_ONE: u64 = 10_000;
/// Parts per million in one.
pub const PPM_ONE: u64 = 1_000_000;

/// Where the fraction of a quotient goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
}

/// `a * b / c` through an exact 128-bit product.
///
/// # Errors
/// [`MathError::DivideByZero`] when `c` is zero, [`MathError::Overflow`] when the rounded quotient exceeds `u64::MAX`.
#[inline(never)] // called from everywhere: one copy keeps the program small
pub fn mul_div(a: u64, b: u64, c: u64, round: Round) -> Result<u64, MathError> {
    let (quotient, exact) = if is_short(a, b) {
        short_div(a.wrapping_mul(b), c)?
    } else {
        // Two 64-bit factors fill at most 128 bits, so the wrapping product is the exact one.
        let product = u128::from(a).wrapping_mul(u128::from(b));
        match u64::try_from(product) {
            Ok(small) => short_div(small, c)?,
            Err(_) => {
                let divisor = u128::from(c);
                let wide = product.checked_div(divisor).ok_or(MathError::DivideByZero)?;
                let quotient = u64::try_from(wide).map_err(|_| MathError::Overflow)?;
                (quotient, wide.wrapping_mul(divisor) == product)
            }
        }
    };
    match round {
        Round::Up if !exact => quotient.checked_add(1).ok_or(MathError::Overflow),
        _ => Ok(quotient),
    }
}

/// True for factors whose product fits 64 bits for certain: two of 32 bits, prices in parts per million, and squared parts per
/// million over some hours. On chain the 128-bit product costs more than all the rest.
#[inline]
const fn is_short(a: u64, b: u64) -> bool {
    (a | b) >> 32 == 0 || (a >> 44 == 0 && b >> 20 == 0) || (a >> 50 == 0 && b >> 14 == 0)
}

/// Quotient, and whether it is exact. Hardware division: about a tenth of the cost of the 128-bit one on chain.
#[inline]
fn short_div(product: u64, c: u64) -> Result<(u64, bool), MathError> {
    let quotient = product.checked_div(c).ok_or(MathError::DivideByZero)?;
    Ok((quotient, quotient.wrapping_mul(c) == product))
}

/// `bps` basis points of `amount`; more than [`BPS_ONE`] is allowed and means more than the whole.
///
/// # Errors
/// [`MathError::Overflow`] when the result exceeds `u64::MAX`.
#[inline]
pub fn bps_of(amount: u64, bps: u64, round: Round) -> Result<u64, MathError> {
    mul_div(amount, bps, BPS_ONE, round)
}

/// `ppm` parts per million of `amount`; more than [`PPM_ONE`] is allowed and means more than the whole.
///
/// # Errors
/// [`MathError::Overflow`] when the result exceeds `u64::MAX`.
#[inline]
pub fn ppm_of(amount: u64, ppm: u64, round: Round) -> Result<u64, MathError> {
    // Parts of the amount, and few multiples of a small one, by whole millions and the rest: exact without a 128-bit product, a
    // tenth of its cost on chain.
    if ppm > PPM_ONE && (amount | ppm) >> 32 != 0 {
        return mul_div(amount, ppm, PPM_ONE, round);
    }
    let whole = amount.checked_div(PPM_ONE).ok_or(MathError::DivideByZero)?;
    let rest = amount.wrapping_sub(whole.wrapping_mul(PPM_ONE)); // below a million
    let part = rest.wrapping_mul(ppm); // below 2^52
    let of_rest = part.checked_div(PPM_ONE).ok_or(MathError::DivideByZero)?;
    let up = round == Round::Up && of_rest.wrapping_mul(PPM_ONE) != part;
    Ok(whole.wrapping_mul(ppm).wrapping_add(of_rest).wrapping_add(u64::from(up)))
}
