//! Names a key that may trade for the account but never withdraw; all zeros revokes it.

use {
    crate::{
        error::BulkheadError,
        events::{DelegateSet, Header},
        now::Now,
        state::MarginAccount,
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct SetDelegate {
    pub owner: Signer,
    #[account(mut, constraint = account.owner == *owner.address() @ BulkheadError::NotOwner)]
    pub account: Account<MarginAccount>,
}

pub fn handler(ctx: &mut Context<SetDelegate>, delegate: Address) -> Result<()> {
    let now = Now::read()?;
    let account = &mut ctx.accounts.account;
    account.delegate = delegate;
    let header = Header::next(&mut account.event_seq, now);
    emit!(DelegateSet { header, account: *account.address(), delegate });
    Ok(())
}
