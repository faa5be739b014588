//! Returns a publisher's bond once nothing it signed can be challenged any more, and closes its feed.

use {
    crate::{
        constants::PUBLISHER_COOLDOWN_SECONDS,
        error::BulkheadError,
        now::Now,
        state::{Ledger, Market, PublisherFeed},
        token::transfer::Transfer,
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct ClosePublisher {
    #[account(mut)]
    pub publisher: Signer,
    pub market: Account<Market>,
    #[account(mut, constraint = ledger.market == *market.address() @ BulkheadError::WrongMarket)]
    pub ledger: Account<Ledger>,
    #[account(mut, close = publisher, constraint = feed.market == *market.address() @ BulkheadError::WrongMarket,
        constraint = feed.publisher == *publisher.address() @ BulkheadError::NotOwner)]
    pub feed: Account<PublisherFeed>,
    /// CHECK: the market's own.
    #[account(mut, address = market.vault @ BulkheadError::WrongMarket)]
    pub vault: UncheckedAccount,
    /// CHECK: a token account of the quote mint, which [`Transfer`] checks.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// CHECK: the market's own.
    #[account(address = market.quote_mint @ BulkheadError::WrongMarket)]
    pub quote_mint: UncheckedAccount,
    /// CHECK: the market's own.
    #[account(address = market.token_program @ BulkheadError::WrongMarket)]
    pub token_program: UncheckedAccount,
}

pub fn handler(ctx: &mut Context<ClosePublisher>) -> Result<()> {
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    // Whoever was slashed for equivocation has nothing left to challenge.
    let free_at = match a.feed.resigned_at {
        0 => i64::MAX,
        at => at.saturating_add(PUBLISHER_COOLDOWN_SECONDS),
    };
    require!(now.unix >= free_at || a.feed.bond == 0, BulkheadError::BondLocked);
    let bond = a.feed.bond;
    if bond == 0 {
        return Ok(());
    }
    a.feed.bond = 0;
    a.ledger.pay(bond, &a.market.params, now.unix)?;
    let transfer = Transfer {
        market: &a.market,
        vault: &a.vault,
        wallet: &a.destination,
        quote_mint: &a.quote_mint,
        amount: bond,
    };
    transfer.pay()
}
