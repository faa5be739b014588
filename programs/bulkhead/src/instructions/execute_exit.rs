//! Pays out shares whose cool-down has passed, at the pool's value now; in parts where the vault's outflow limit is
//! smaller than the stake. Waits while an expiry is being settled, because the pool may still owe for it.

use {
    crate::{
        amount::sub,
        error::{refuse, BulkheadError},
        events::{ExitExecuted, Header},
        now::Now,
        state::{Ledger, Market, Pool, Stake},
        token::transfer::Transfer,
    },
    anchor_lang::prelude::*,
    bulkhead_risk::pool::assets_for_shares,
};

#[derive(Accounts)]
pub struct ExecuteExit {
    pub owner: Signer,
    pub market: Account<Market>,
    #[account(mut, constraint = ledger.market == *market.address() @ BulkheadError::WrongMarket)]
    pub ledger: Account<Ledger>,
    #[account(mut, constraint = pool.market == *market.address() @ BulkheadError::WrongMarket)]
    pub pool: Account<Pool>,
    #[account(mut, constraint = stake.market == *market.address() @ BulkheadError::WrongMarket,
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

/// `shares`: at most those that were requested.
pub fn handler(ctx: &mut Context<ExecuteExit>, shares: u64) -> Result<()> {
    require!(shares > 0, BulkheadError::ZeroAmount);
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    require!(shares <= a.stake.exiting, BulkheadError::NoExitRequested);
    require!(now.unix >= a.stake.unlock_at, BulkheadError::ExitCoolingDown);
    require!(!a.stake.has_lapsed(now.unix), BulkheadError::ExitLapsed);
    require!(a.pool.settling == 0, BulkheadError::PoolEncumbered);
    let amount = assets_for_shares(shares, a.pool.cash, a.pool.shares).map_err(refuse)?;
    a.pool.cash = sub(a.pool.cash, amount)?;
    a.pool.shares = sub(a.pool.shares, shares)?;
    a.stake.shares = sub(a.stake.shares, shares)?;
    a.stake.exiting = sub(a.stake.exiting, shares)?;
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
        market: *a.market.address(),
        owner: *a.owner.address(),
        shares,
        amount,
        cash_after: a.pool.cash,
    });
    Ok(())
}
