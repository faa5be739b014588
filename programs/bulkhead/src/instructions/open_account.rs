//! Opens a margin account. Anyone may pay the rent; the owner must sign.

use {
    crate::{
        constants::VERSION,
        events::{AccountOpened, Header},
        now::Now,
        state::{seeds, space_of, MarginAccount, Market},
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
#[instruction(sub_id: u8)]
pub struct OpenAccount {
    // Usually the owner itself: one key in two roles, of which only this one changes lamports.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    pub owner: Signer,
    pub market: Account<Market>,
    #[account(init, payer = payer, space = space_of::<MarginAccount>(),
        seeds = [seeds::MARGIN, market.address().as_ref(), owner.address().as_ref(), &[sub_id]], bump)]
    pub account: Account<MarginAccount>,
    pub system_program: Program<System>,
}

pub fn handler(ctx: &mut Context<OpenAccount>, sub_id: u8) -> Result<()> {
    let now = Now::read()?;
    let market = *ctx.accounts.market.address();
    let owner = *ctx.accounts.owner.address();
    let key = *ctx.accounts.account.address();
    let account = &mut ctx.accounts.account;
    account.version = VERSION;
    account.bump = ctx.bumps.account;
    account.sub_id = sub_id;
    account.owner = owner;
    account.market = market;
    let header = Header::next(&mut account.event_seq, now);
    emit!(AccountOpened { header, account: key, owner, market });
    Ok(())
}
