//! Share accounting of a pool: who owns which part of the assets.
//!
//! Every conversion counts [`VIRTUAL_SHARES`] shares and [`VIRTUAL_ATOMS`] atoms that nobody owns. They set the first
//! price (1,000 shares an atom) and make inflating it expensive: whoever seeds an empty pool and gives value to it in
//! order to round the next depositor down gives the greater part of that value away. Every rounding favours the pool.
//!
//! The unowned part belongs to the holders who stay, and at last to the one who leaves last: redeeming every share
//! pays every atom, so a pool can be emptied to exactly zero. What rounding takes from a depositor is therefore not
//! burnt but may reach the last holder; [`MIN_SHARES_PER_DEPOSIT`] bounds it to a thousandth of the deposit.

use crate::math_error::MathError;
use crate::round::{mul_div, Round};

/// Shares that exist in every conversion and belong to nobody.
pub const VIRTUAL_SHARES: u64 = 1_000;
/// Atoms that exist in every conversion and belong to nobody.
pub const VIRTUAL_ATOMS: u64 = 1;
/// A deposit of a positive amount must buy this many shares, so that rounding down costs less than 1/1,000 of it.
/// At the first price that is one atom.
pub const MIN_SHARES_PER_DEPOSIT: u64 = 1_000;

/// Shares bought by `amount`, rounded down. `pool_assets` and `total_shares` are those before the deposit.
///
/// # Errors
/// [`MathError::Domain`] when a positive amount buys fewer than [`MIN_SHARES_PER_DEPOSIT`] shares,
/// [`MathError::Overflow`] when either total with its virtual part would exceed `u64::MAX` after the deposit: a pool
/// that accepts a deposit can always convert again.
pub fn shares_for_deposit(amount: u64, pool_assets: u64, total_shares: u64) -> Result<u64, MathError> {
    if amount == 0 {
        return Ok(0);
    }
    let (assets, shares) = with_virtual(pool_assets, total_shares)?;
    let bought = mul_div(amount, shares, assets, Round::Down)?;
    if bought < MIN_SHARES_PER_DEPOSIT {
        return Err(MathError::Domain);
    }
    assets.checked_add(amount).ok_or(MathError::Overflow)?;
    shares.checked_add(bought).ok_or(MathError::Overflow)?;
    Ok(bought)
}

/// Atoms paid for `shares`, rounded down. `pool_assets` and `total_shares` are those before the redemption, and
/// `total_shares` includes `shares`. Redeeming every share pays every atom.
///
/// # Errors
/// [`MathError::Domain`] when more shares are redeemed than exist, [`MathError::Overflow`] when a total with its
/// virtual part exceeds `u64::MAX`.
pub fn assets_for_shares(shares: u64, pool_assets: u64, total_shares: u64) -> Result<u64, MathError> {
    if shares > total_shares {
        return Err(MathError::Domain);
    }
    if shares == 0 {
        return Ok(0);
    }
    if shares == total_shares {
        return Ok(pool_assets);
    }
    let (assets, all_shares) = with_virtual(pool_assets, total_shares)?;
    // shares < all_shares, so the floor is at most pool_assets: the virtual atom is never paid out.
    mul_div(shares, assets, all_shares, Round::Down)
}

fn with_virtual(pool_assets: u64, total_shares: u64) -> Result<(u64, u64), MathError> {
    let assets = pool_assets.checked_add(VIRTUAL_ATOMS).ok_or(MathError::Overflow)?;
    let shares = total_shares.checked_add(VIRTUAL_SHARES).ok_or(MathError::Overflow)?;
    Ok((assets, shares))
}
