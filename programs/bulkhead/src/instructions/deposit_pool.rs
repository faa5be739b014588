//! Buys shares of a market's solvency pool, which earns its fees and bears its losses.

use {
    crate::{
        access::gate::require_action,
        error::BulkheadError,
        events::{Header, PoolDeposited},
        now::Now,
        state::{Ledger, Market, Pool, Protocol, Stake},
        token::transfer::Transfer,
    },
    anchor_lang::prelude::*,
    bulkhead_risk::breaker::Action,
};

#[derive(Accounts)]
pub struct DepositPool {
    pub owner: Signer,
    pub protocol: Account<Protocol>,
    pub market: Account<Market>,
    #[account(mut, constraint = ledger.market == *market.address() @ BulkheadError::WrongMarket)]
    pub ledger: Account<Ledger>,
    #[account(mut, constraint = pool.market == *market.address() @ BulkheadError::WrongMarket)]
    pub pool: Account<Pool>,
    #[account(mut, constraint = stake.fund == *market.address() @ BulkheadError::WrongMarket,
        constraint = stake.owner == *owner.address() @ BulkheadError::NotOwner)]
    pub stake: Account<Stake>,
    /// CHECK: a token account of the quote mint, which [`Transfer`] checks; its authority signs.
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

pub fn handler(ctx: &mut Context<DepositPool>, amount: u64) -> Result<()> {
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    require_action(&a.protocol, &a.market, Action::DepositPool, now.unix)?;
    let shares = a.pool.fund().enter(&mut a.stake, amount)?;
    a.ledger.receive(amount)?;
    let transfer =
        Transfer { market: &a.market, vault: &a.vault, wallet: &a.source, quote_mint: &a.quote_mint, amount };
    transfer.receive(&a.owner)?;
    let header = Header::next(&mut a.pool.event_seq, now);
    emit!(PoolDeposited {
        header,
        fund: *a.market.address(),
        owner: *a.owner.address(),
        amount,
        shares,
        cash_after: a.pool.cash,
    });
    Ok(())
}
