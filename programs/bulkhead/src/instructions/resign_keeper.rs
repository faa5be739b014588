//! Ends a keeper's service: it leases nothing any more, and its bond answers for what it leased until the cool-down is over.

use {
    crate::{
        error::BulkheadError,
        events::{Header, KeeperResigned},
        now::Now,
        state::KeeperBond,
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct ResignKeeper {
    pub keeper: Signer,
    #[account(mut, constraint = keeper_bond.keeper == *keeper.address() @ BulkheadError::NotOwner)]
    pub keeper_bond: Account<KeeperBond>,
}

pub fn handler(ctx: &mut Context<ResignKeeper>) -> Result<()> {
    let now = Now::read()?;
    let key = *ctx.accounts.keeper_bond.address();
    let bond = &mut ctx.accounts.keeper_bond;
    bond.require_open()?;
    bond.resigned_at = now.unix;
    let header = Header::next(&mut bond.event_seq, now);
    emit!(KeeperResigned {
        header,
        keeper_bond: key,
        market: bond.market,
        keeper: bond.keeper,
        bond: bond.bond
    });
    Ok(())
}
