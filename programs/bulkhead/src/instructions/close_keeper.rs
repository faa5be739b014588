//! Closes the account of a keeper who has resigned, owes no lease and has no bond left in it.

use {
    crate::{error::BulkheadError, state::KeeperBond},
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct CloseKeeper {
    #[account(mut)]
    pub keeper: Signer,
    #[account(mut, close = keeper, constraint = keeper_bond.keeper == *keeper.address() @ BulkheadError::NotOwner)]
    pub keeper_bond: Account<KeeperBond>,
}

pub fn handler(ctx: &mut Context<CloseKeeper>) -> Result<()> {
    let bond = &ctx.accounts.keeper_bond;
    require!(bond.resigned_at != 0 && bond.bond == 0, BulkheadError::BondLocked);
    require!(bond.open_leases == 0, BulkheadError::LeasesOpen);
    Ok(())
}
