//! Pays a publisher's bond back, in parts where the vault's outflow limit asks for it, once nothing it signed can be challenged any
//! more.

use {
    crate::{
        amount::sub,
        error::BulkheadError,
        events::{BondWithdrawn, Header},
        now::Now,
        state::{bond, Ledger, Market, PublisherFeed},
        token::transfer::Transfer,
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct WithdrawBond {
    pub publisher: Signer,
    pub market: Account<Market>,
    #[account(mut, constraint = ledger.market == *market.address() @ BulkheadError::WrongMarket)]
    pub ledger: Account<Ledger>,
    #[account(mut, constraint = feed.market == *market.address() @ BulkheadError::WrongMarket,
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

pub fn handler(ctx: &mut Context<WithdrawBond>, amount: u64) -> Result<()> {
    require!(amount > 0, BulkheadError::ZeroAmount);
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    bond::require_free(a.feed.resigned_at, now.unix)?;
    require!(amount <= a.feed.bond, BulkheadError::InsufficientCollateral);
    a.feed.bond = sub(a.feed.bond, amount)?;
    a.ledger.pay(amount, &a.market.params, now.unix)?;
    let transfer = Transfer {
        market: &a.market,
        vault: &a.vault,
        wallet: &a.destination,
        quote_mint: &a.quote_mint,
        amount,
    };
    transfer.pay()?;
    let mut seq = a.feed.publications;
    emit!(BondWithdrawn {
        header: Header::next(&mut seq, now),
        market: *a.market.address(),
        bonded: *a.feed.address(),
        amount,
        bond_after: a.feed.bond,
    });
    Ok(())
}
