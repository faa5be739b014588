//! Starts the cool-down of shares that want to leave the pool. They bear losses until they do. A request lapses, so that
//! nobody waits at an open door for the first sign of trouble.

use {
    crate::{
        amount::{add, sub},
        error::BulkheadError,
        events::{ExitRequested, Header},
        now::Now,
        state::{params::seconds, Market, Pool, Stake},
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct RequestExit {
    pub owner: Signer,
    pub market: Account<Market>,
    #[account(mut, constraint = pool.market == *market.address() @ BulkheadError::WrongMarket)]
    pub pool: Account<Pool>,
    #[account(mut, constraint = stake.market == *market.address() @ BulkheadError::WrongMarket,
        constraint = stake.owner == *owner.address() @ BulkheadError::NotOwner)]
    pub stake: Account<Stake>,
}

pub fn handler(ctx: &mut Context<RequestExit>, shares: u64) -> Result<()> {
    require!(shares > 0, BulkheadError::ZeroAmount);
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    if a.stake.has_lapsed(now.unix) {
        a.stake.exiting = 0;
    }
    let free = sub(a.stake.shares, a.stake.exiting)?;
    require!(shares <= free, BulkheadError::NotEnoughShares);
    a.stake.exiting = add(a.stake.exiting, shares)?;
    // A second request restarts the wait of all exiting shares: nobody can queue early and add later.
    a.stake.unlock_at = now.unix.saturating_add(seconds(a.market.params.exit_cooldown_seconds));
    let header = Header::next(&mut a.pool.event_seq, now);
    emit!(ExitRequested {
        header,
        market: *a.market.address(),
        owner: *a.owner.address(),
        shares,
        unlock_at: a.stake.unlock_at,
    });
    Ok(())
}
