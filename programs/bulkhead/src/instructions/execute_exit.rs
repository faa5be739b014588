//! Pays out shares whose cool-down has passed, at the pool's value now. Waits while an expiry is being settled,
//! because the pool may still owe for it.

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
    #[account(mut, address = market.vault @ BulkheadError::WrongMarket)]
    pub vault: UncheckedAccount,
    #[account(mut)]
    pub destination: UncheckedAccount,
    #[account(address = market.quote_mint @ BulkheadError::WrongMarket)]
    pub quote_mint: UncheckedAccount,
    #[account(address = market.token_program @ BulkheadError::WrongMarket)]
    pub token_program: UncheckedAccount,
}

pub fn handler(ctx: &mut Context<ExecuteExit>) -> Result<()> {
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    let shares = a.stake.exiting;
    require!(shares > 0, BulkheadError::NoExitRequested);
    require!(now.unix >= a.stake.unlock_at, BulkheadError::ExitCoolingDown);
    require!(a.pool.settling == 0, BulkheadError::PoolEncumbered);
    let amount = assets_for_shares(shares, a.pool.cash, a.pool.shares).map_err(refuse)?;
    a.pool.cash = sub(a.pool.cash, amount)?;
    a.pool.shares = sub(a.pool.shares, shares)?;
    a.stake.shares = sub(a.stake.shares, shares)?;
    a.stake.exiting = 0;
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
