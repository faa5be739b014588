//! Adds to a publisher's bond, by anybody: a feed whose bond was slashed to less than half is not listened to.

use {
    crate::{
        amount::add,
        error::BulkheadError,
        events::{Header, PublisherBonded},
        now::Now,
        state::{Ledger, Market, PublisherFeed},
        token::transfer::Transfer,
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct AddBond {
    pub payer: Signer,
    pub market: Account<Market>,
    #[account(mut, constraint = ledger.market == *market.address() @ BulkheadError::WrongMarket)]
    pub ledger: Account<Ledger>,
    #[account(mut, constraint = feed.market == *market.address() @ BulkheadError::WrongMarket)]
    pub feed: Account<PublisherFeed>,
    /// CHECK: a token account of the quote mint, which [`Transfer`] checks; the payer signs for it.
    #[account(mut)]
    pub source: UncheckedAccount,
    /// CHECK: the market's own.
    #[account(mut, address = market.vault @ BulkheadError::WrongMarket)]
    pub vault: UncheckedAccount,
    /// CHECK: the market's own.
    #[account(address = market.quote_mint @ BulkheadError::WrongMarket)]
    pub quote_mint: UncheckedAccount,
    /// CHECK: the market's own.
    #[account(address = market.token_program @ BulkheadError::WrongMarket)]
    pub token_program: UncheckedAccount,
}

pub fn handler(ctx: &mut Context<AddBond>, amount: u64) -> Result<()> {
    require!(amount > 0, BulkheadError::ZeroAmount);
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    a.feed.require_open()?;
    a.ledger.receive(amount)?;
    a.feed.bond = add(a.feed.bond, amount)?;
    let transfer =
        Transfer { market: &a.market, vault: &a.vault, wallet: &a.source, quote_mint: &a.quote_mint, amount };
    transfer.receive(&a.payer)?;
    let mut seq = a.feed.publications;
    emit!(PublisherBonded {
        header: Header::next(&mut seq, now),
        market: a.feed.market,
        publisher: a.feed.publisher,
        bond: a.feed.bond,
    });
    Ok(())
}
