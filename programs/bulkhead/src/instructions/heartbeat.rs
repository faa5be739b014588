//! A keeper's sign of life, without which it leases nothing. Sent every minute, so it is cheap and leaves no event.

use {
    crate::{error::BulkheadError, state::KeeperBond},
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct Heartbeat {
    pub keeper: Signer,
    #[account(mut, constraint = keeper_bond.keeper == *keeper.address() @ BulkheadError::NotOwner)]
    pub keeper_bond: Account<KeeperBond>,
}

pub fn handler(ctx: &mut Context<Heartbeat>) -> Result<()> {
    let slot = Clock::get()?.slot;
    let bond = &mut ctx.accounts.keeper_bond;
    bond.require_open()?;
    bond.seen_slot = slot;
    Ok(())
}
