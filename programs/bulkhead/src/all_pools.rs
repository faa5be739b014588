//! The pools of all markets behind which a senior pool stands, appended to an instruction in the order in which they joined.

use {
    crate::{
        error::BulkheadError,
        state::{Pool, SeniorPool},
    },
    anchor_lang::prelude::*,
    core::mem::size_of,
};

/// That the senior pool's providers may leave: no market has a loss or an expiry under way that it may still have to pay for.
///
/// # Errors
/// [`BulkheadError::PoolAccountsMismatch`] unless `appended` are exactly the pools in order; [`BulkheadError::PoolEncumbered`],
/// [`BulkheadError::ExitsHeld`].
#[inline(never)]
pub fn require_exits_open(appended: &[AccountView], senior: &Account<SeniorPool>, now: i64) -> Result<()> {
    for_each(appended, senior, |pool| {
        // Before its notice is over a market costs the senior pool nothing: everybody may leave ahead of it.
        if pool.may_borrow(now) {
            pool.require_exits_open(now)?;
        }
        Ok(())
    })
}

/// What the senior pool counts on getting back from all of them, quote atoms.
///
/// # Errors
/// [`BulkheadError::PoolAccountsMismatch`] unless `appended` are exactly the pools in order.
#[inline(never)]
pub fn expected_back(appended: &[AccountView], senior: &Account<SeniorPool>, now: i64) -> Result<u64> {
    let mut expected = 0u64;
    for_each(appended, senior, |pool| {
        expected = expected.saturating_add(pool.senior_expects(now));
        Ok(())
    })?;
    Ok(expected)
}

fn for_each(
    appended: &[AccountView],
    senior: &Account<SeniorPool>,
    mut visit: impl FnMut(&Pool) -> Result<()>,
) -> Result<()> {
    let complete = u64::try_from(appended.len()) == Ok(senior.markets);
    require!(complete, BulkheadError::PoolAccountsMismatch);
    let whole = size_of::<Pool>().saturating_add(Pool::DISCRIMINATOR.len());
    for (index, view) in (0u64..).zip(appended) {
        require!(view.data_len() == whole, BulkheadError::PoolAccountsMismatch);
        let pool =
            Account::<Pool>::load(*view).map_err(|_| Error::from(BulkheadError::PoolAccountsMismatch))?;
        let expected = pool.has_joined() && pool.senior == *senior.address() && pool.senior_index == index;
        require!(expected, BulkheadError::PoolAccountsMismatch);
        visit(&pool)?;
    }
    Ok(())
}
