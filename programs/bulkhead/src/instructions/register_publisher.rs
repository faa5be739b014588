//! Opens a publisher's feed and takes its bond, held in lamports by the feed account.

use {
    crate::{
        constants::{MIN_PUBLISHER_BOND_LAMPORTS, VERSION},
        error::BulkheadError,
        state::{seeds, space_of, Market, PublisherFeed},
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct RegisterPublisher {
    #[account(mut)]
    pub publisher: Signer,
    pub market: Account<Market>,
    #[account(init, payer = publisher, space = space_of::<PublisherFeed>(),
        seeds = [seeds::FEED, market.address().as_ref(), publisher.address().as_ref()], bump)]
    pub feed: Account<PublisherFeed>,
    pub system_program: Program<System>,
}

pub fn handler(ctx: &mut Context<RegisterPublisher>, bond_lamports: u64) -> Result<()> {
    require!(bond_lamports >= MIN_PUBLISHER_BOND_LAMPORTS, BulkheadError::BondTooSmall);
    let market = *ctx.accounts.market.address();
    let publisher = *ctx.accounts.publisher.address();
    let feed = &mut ctx.accounts.feed;
    feed.version = VERSION;
    feed.bump = ctx.bumps.feed;
    feed.market = market;
    feed.publisher = publisher;
    feed.bond_lamports = bond_lamports;

    let accounts = system_program::Transfer {
        from: ctx.accounts.publisher.try_cpi_handle_mut()?,
        to: ctx.accounts.feed.try_cpi_handle_mut()?,
    };
    let program = ctx.accounts.system_program.address();
    system_program::transfer(CpiContext::new(program, accounts), bond_lamports)
}
