//! Liquidation: how large a slice of a portfolio may be taken over, and who pays for it.
//!
//! With equity `E`, maintenance requirement `M`, discount `d`, fee `c` and buffer `b`, taking the share `f` of
//! every leg at the marks leaves `E' = E - f (d + c) M` against `M' = (1 - f) M`. The smallest share that
//! restores `E' = (1 + b) M'` is
//!
//! ```text
//! f = ((1 + b) M - E) / (M (1 + b - d - c))
//! ```
//!
//! Health `E' - M'` rises by `f M (1 - d - c)`, so it strictly improves for every `f > 0`.

use crate::{
    math_error::MathError,
    round::{mul_div, ppm_of, Round},
    scenario::PPM,
};

/// Terms of a liquidation, parts per million of the maintenance requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Reward of whoever takes the slice.
    pub discount_ppm: u64,
    /// Fee credited to the pool.
    pub fee_ppm: u64,
    /// Surplus over maintenance at which liquidation stops.
    pub buffer_ppm: u64,
}

/// Share of the portfolio that restores the buffer, parts per million, rounded up, at most everything. Zero for
/// a healthy account.
///
/// # Errors
/// [`MathError::Domain`] when discount and fee reach one plus the buffer; [`MathError::Overflow`] otherwise.
pub fn restoring_share(equity: i64, maintenance: u64, terms: &Terms) -> Result<u64, MathError> {
    let need = i64::try_from(maintenance).map_err(|_| MathError::Overflow)?;
    if equity >= need {
        return Ok(0);
    }
    if equity <= 0 {
        return Ok(PPM);
    }
    let whole = PPM.checked_add(terms.buffer_ppm).ok_or(MathError::Overflow)?;
    let cost = terms.discount_ppm.checked_add(terms.fee_ppm).ok_or(MathError::Overflow)?;
    let kept = whole.checked_sub(cost).filter(|k| *k > 0).ok_or(MathError::Domain)?;
    let target = ppm_of(maintenance, whole, Round::Up)?;
    let missing = target.checked_sub(equity.unsigned_abs()).ok_or(MathError::Domain)?;
    let divisor = ppm_of(maintenance, kept, Round::Down)?;
    Ok(mul_div(missing, PPM, divisor, Round::Up)?.min(PPM))
}

/// Lots of one leg that a share covers, rounded up so that a small leg cannot stall progress.
///
/// # Errors
/// [`MathError::Overflow`] when the product leaves 64 bits.
pub fn lots_taken(lots: i64, share_ppm: u64) -> Result<i64, MathError> {
    let taken = ppm_of(lots.unsigned_abs(), share_ppm.min(PPM), Round::Up)?;
    let taken = i64::try_from(taken).map_err(|_| MathError::Overflow)?;
    Ok(if lots < 0 { taken.checked_neg().ok_or(MathError::Overflow)? } else { taken })
}

/// Cash movements of one liquidation, quote atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[must_use]
pub struct Payment {
    /// From the liquidator to the account.
    pub to_account: u64,
    /// From the account to the liquidator.
    pub from_account: u64,
    /// From the pool to the liquidator, where the account's collateral does not reach.
    pub from_pool: u64,
    /// From the account to the pool.
    pub fee: u64,
}

/// Settles a slice worth `slice_value` (negative for a net short slice) against the account's `cash`.
///
/// The liquidator receives the value of what it takes over plus the discount on `maintenance_taken`; the account
/// pays first, then the pool, for what the legs owe and the discount on that, up to `pool_available`; the fee is paid only
/// from what is left.
///
/// # Errors
/// [`MathError::Overflow`] when an amount leaves 63 bits.
pub fn payment(
    slice_value: i64,
    maintenance_taken: u64,
    cash: u64,
    pool_available: u64,
    terms: &Terms,
) -> Result<Payment, MathError> {
    let reward = ppm_of(maintenance_taken, terms.discount_ppm, Round::Down)?;
    let reward = i64::try_from(reward).map_err(|_| MathError::Overflow)?;
    // Positive: the liquidator pays the account.
    let price = slice_value.checked_sub(reward).ok_or(MathError::Overflow)?;
    let to_account = u64::try_from(price).unwrap_or(0);
    let owed = if price < 0 { price.unsigned_abs() } else { 0 };
    let from_account = owed.min(cash);
    // The pool takes over what the legs owe, with the discount on that: a book of contingencies alone earns nothing from it.
    let negative = if slice_value < 0 { slice_value.unsigned_abs() } else { 0 };
    let bonus = ppm_of(negative, terms.discount_ppm, Round::Down)?;
    let insured = negative.checked_add(bonus).ok_or(MathError::Overflow)?.min(owed);
    let from_pool = insured.saturating_sub(from_account).min(pool_available);
    let left = cash.saturating_sub(from_account).checked_add(to_account).ok_or(MathError::Overflow)?;
    let fee = ppm_of(maintenance_taken, terms.fee_ppm, Round::Up)?.min(left);
    Ok(Payment { to_account, from_account, from_pool, fee })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TERMS: Terms = Terms { discount_ppm: 50_000, fee_ppm: 10_000, buffer_ppm: 150_000 };

    #[test]
    fn healthy_accounts_lose_nothing_and_insolvent_ones_everything() {
        assert_eq!(restoring_share(100, 100, &TERMS), Ok(0));
        assert_eq!(restoring_share(0, 100, &TERMS), Ok(PPM));
        assert_eq!(restoring_share(-5, 100, &TERMS), Ok(PPM));
        let bad = Terms { discount_ppm: 1_150_000, ..TERMS };
        assert_eq!(restoring_share(50, 100, &bad), Err(MathError::Domain));
    }

    #[test]
    fn the_account_pays_before_the_pool_and_the_fee_comes_last() {
        let p = payment(-1_000, 1_000, 10_000, 0, &TERMS).unwrap();
        assert_eq!(p, Payment { to_account: 0, from_account: 1_050, from_pool: 0, fee: 10 });
        let p = payment(-1_000, 1_000, 400, 5_000, &TERMS).unwrap();
        assert_eq!(p, Payment { to_account: 0, from_account: 400, from_pool: 650, fee: 0 });
        let p = payment(-1_000, 1_000, 400, 100, &TERMS).unwrap();
        assert_eq!((p.from_account, p.from_pool), (400, 100));
        let p = payment(2_000, 1_000, 0, 0, &TERMS).unwrap();
        assert_eq!(p, Payment { to_account: 1_950, from_account: 0, from_pool: 0, fee: 10 });
    }

    proptest! {
        #[test]
        fn the_restoring_share_reaches_the_buffer(m in 1_000u64..1 << 45, e in 1u64..1 << 45) {
            prop_assume!(e < m);
            let share = restoring_share(i64::try_from(e).unwrap(), m, &TERMS).unwrap();
            prop_assert!(share > 0 && share <= PPM);
            let (m, e, f) = (i128::from(m), i128::from(e), i128::from(share));
            let million = 1_000_000i128;
            let after = e * million * million - f * 60_000 * m;
            let need = (million - f) * m * 1_150_000;
            // Short by no more than the rounding of one part per million, unless everything is taken.
            prop_assert!(share == PPM || after >= need, "{after} {need}");
            let less = f - 3;
            let under = e * million * million - less * 60_000 * m;
            prop_assert!(under < (million - less) * m * 1_150_000 || m < 4_000_000);
        }

        #[test]
        fn lots_round_up_and_never_exceed_the_leg(lots in -1_000_000i64..1_000_000, share in 0u64..=PPM) {
            let t = lots_taken(lots, share).unwrap();
            prop_assert!(t.unsigned_abs() <= lots.unsigned_abs());
            prop_assert!(t == 0 || t.signum() == lots.signum());
            prop_assert!(u128::from(t.unsigned_abs()) * 1_000_000 >= u128::from(lots.unsigned_abs()) * u128::from(share));
        }

        #[test]
        fn payments_never_exceed_what_is_there(v in -(1i64 << 50)..1 << 50, m in 0u64..1 << 45, cash in 0u64..1 << 50, pool in 0u64..1 << 50) {
            let p = payment(v, m, cash, pool, &TERMS).unwrap();
            prop_assert!(p.from_pool <= pool);
            prop_assert!(p.from_account + p.fee <= cash + p.to_account);
            prop_assert!(p.from_pool == 0 || p.from_account == cash);
            prop_assert!(p.from_pool == 0 || v < 0 && p.from_pool <= v.unsigned_abs() / 100 * 105 + 105);
            prop_assert!(p.to_account == 0 || p.from_account + p.from_pool == 0);
        }
    }
}
