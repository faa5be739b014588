//! Sweeps a shard's fees into the pool. Anyone may; there is no other way out for them.

use {
    crate::{
        error::BulkheadError,
        events::{FeesCollected, Header},
        now::Now,
        state::{OiShard, Pool},
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct CollectFees {
    #[account(mut)]
    pub pool: Account<Pool>,
    #[account(mut, constraint = shard.market == pool.market @ BulkheadError::WrongMarket)]
    pub shard: Account<OiShard>,
}

pub fn handler(ctx: &mut Context<CollectFees>) -> Result<()> {
    let now = Now::read()?;
    let CollectFees { pool, shard } = &mut ctx.accounts;
    let amount = core::mem::take(&mut shard.fees);
    pool.earn(amount)?;
    let header = Header::next(&mut pool.event_seq, now);
    emit!(FeesCollected { header, market: pool.market, amount, cash_after: pool.cash });
    Ok(())
}
