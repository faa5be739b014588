//! Closes an empty margin account; the rent goes to its owner.

use {
    crate::{
        error::BulkheadError,
        events::{AccountClosed, Header},
        now::Now,
        state::MarginAccount,
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct CloseAccount {
    #[account(mut)]
    pub owner: Signer,
    #[account(mut, close = owner, constraint = account.owner == *owner.address() @ BulkheadError::NotOwner)]
    pub account: Account<MarginAccount>,
}

pub fn handler(ctx: &mut Context<CloseAccount>) -> Result<()> {
    let now = Now::read()?;
    let owner = *ctx.accounts.owner.address();
    let key = *ctx.accounts.account.address();
    let account = &mut ctx.accounts.account;
    require!(account.is_empty(), BulkheadError::AccountNotEmpty);
    let header = Header::next(&mut account.event_seq, now);
    emit!(AccountClosed { header, account: key, owner });
    Ok(())
}
