//! Pays out shares whose cool-down has passed, at the pool's value now; in hourly parts, the same for everybody, where the
//! vault's outflow limit is smaller than all requests together. Waits while an expiry is being settled or a loss is not covered,
//! because the pool may still owe for it.

use {
    crate::{
        error::BulkheadError,
        events::{ExitExecuted, Header},
        now::Now,
        state::{
            fund::{Exit, Fund},
            Ledger, Market, Pool, Stake,
        },
        token::transfer::Transfer,
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct ExecuteExit {
    pub owner: Signer,
    pub market: Account<Market>,
    #[account(mut, constraint = ledger.market == *market.address() @ BulkheadError::WrongMarket)]
    pub ledger: Account<Ledger>,
    #[account(mut, constraint = pool.market == *market.address() @ BulkheadError::WrongMarket)]
    pub pool: Account<Pool>,
    #[account(mut, constraint = stake.fund == *market.address() @ BulkheadError::WrongMarket,
        constraint = stake.owner == *owner.address() @ BulkheadError::NotOwner)]
    pub stake: Account<Stake>,
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

/// `shares`: at most as many leave, of those that were requested.
pub fn handler(ctx: &mut Context<ExecuteExit>, shares: u64) -> Result<()> {
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    Fund::require_ripe(&a.stake, shares, now.unix)?;
    a.pool.require_exits_open(now.unix)?;
    let may_leave = a.ledger.may_leave(&a.market.params, now.unix)?;
    let Exit { shares, amount } = a.pool.fund().redeem(&mut a.stake, shares, may_leave, now.unix)?;
    a.ledger.pay(amount, &a.market.params, now.unix)?;
    let transfer = Transfer {
        market: &a.market,
        vault: &a.vault,
        wallet: &a.destination,
        quote_mint: &a.quote_mint,
        amount,
    };
    transfer.pay()?;
    let header = Header::next(&mut a.pool.event_seq, now);
    emit!(ExitExecuted {
        header,
        fund: *a.market.address(),
        owner: *a.owner.address(),
        shares,
        amount,
        cash_after: a.pool.cash,
    });
    Ok(())
}
