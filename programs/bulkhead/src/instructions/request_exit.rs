//! Starts the cool-down of shares that want to leave the pool. They bear losses until they do. A request lapses, so that
//! nobody waits at an open door for the first sign of trouble.

use {
    crate::{
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
    #[account(mut, constraint = stake.fund == *market.address() @ BulkheadError::WrongMarket,
        constraint = stake.owner == *owner.address() @ BulkheadError::NotOwner)]
    pub stake: Account<Stake>,
}

pub fn handler(ctx: &mut Context<RequestExit>, shares: u64) -> Result<()> {
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    let cooldown = seconds(a.market.params.exit_cooldown_seconds);
    a.pool.fund().request(&mut a.stake, shares, cooldown, now.unix)?;
    let header = Header::next(&mut a.pool.event_seq, now);
    emit!(ExitRequested {
        header,
        fund: *a.market.address(),
        owner: *a.owner.address(),
        shares,
        unlock_at: a.stake.unlock_at,
    });
    Ok(())
}
