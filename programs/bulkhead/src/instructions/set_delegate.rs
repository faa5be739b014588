//! Names a key that may trade for the account but never withdraw; all zeros revokes it.

use {
    crate::{error::BulkheadError, state::MarginAccount},
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct SetDelegate {
    pub owner: Signer,
    #[account(mut, constraint = account.owner == *owner.address() @ BulkheadError::NotOwner)]
    pub account: Account<MarginAccount>,
}

pub fn handler(ctx: &mut Context<SetDelegate>, delegate: Address) -> Result<()> {
    ctx.accounts.account.delegate = delegate;
    Ok(())
}
