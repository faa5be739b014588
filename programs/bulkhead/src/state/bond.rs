//! What the bonds of publishers and keepers have in common: quote atoms in the market's vault that answer for somebody's work.

use {
    crate::{
        amount::{add, sub},
        constants::BOND_COOLDOWN_SECONDS,
        error::BulkheadError,
    },
    anchor_lang::prelude::*,
};

/// What two halves of a slashed amount go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[must_use]
pub struct Slashed {
    pub to_reporter: u64,
    pub to_pool: u64,
}

/// Takes `amount` from a bond. The odd atom is the pool's.
///
/// # Errors
/// [`BulkheadError::OutOfRange`] when the bond holds less.
pub fn slash(bond: &mut u64, slashed_total: &mut u64, amount: u64) -> Result<Slashed> {
    *bond = sub(*bond, amount)?;
    *slashed_total = add(*slashed_total, amount)?;
    let to_reporter = amount >> 1;
    Ok(Slashed { to_reporter, to_pool: sub(amount, to_reporter)? })
}

/// The bond of whoever resigned then may leave now.
///
/// # Errors
/// [`BulkheadError::BondLocked`].
pub fn require_free(resigned_at: i64, now: i64) -> Result<()> {
    let free_at = resigned_at.saturating_add(BOND_COOLDOWN_SECONDS);
    require!(resigned_at != 0 && now >= free_at, BulkheadError::BondLocked);
    Ok(())
}
