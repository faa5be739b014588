//! Takes a lapsed request to leave a market's pool out of the queue, so that it no longer slows those who do leave. Anyone may.

use {
    crate::{
        error::BulkheadError,
        events::{ExitExpired, Header},
        now::Now,
        state::{Pool, Stake},
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct ExpireExit {
    #[account(mut)]
    pub pool: Account<Pool>,
    #[account(mut, constraint = stake.fund == pool.market @ BulkheadError::WrongMarket)]
    pub stake: Account<Stake>,
}

pub fn handler(ctx: &mut Context<ExpireExit>) -> Result<()> {
    let now = Now::read()?;
    let ExpireExit { pool, stake } = &mut ctx.accounts;
    let shares = pool.fund().expire(stake, now.unix)?;
    let header = Header::next(&mut pool.event_seq, now);
    emit!(ExitExpired { header, fund: stake.fund, owner: stake.owner, shares });
    Ok(())
}
