//! Sweeps a shard's fees into the pool, and the senior pool's part of them into what that is due. Anyone may; there is no
//! other way out for them.

use {
    crate::{
        error::BulkheadError,
        events::{FeesCollected, Header},
        now::Now,
        state::{Market, OiShard, Pool},
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct CollectFees {
    pub market: Account<Market>,
    #[account(mut, constraint = pool.market == *market.address() @ BulkheadError::WrongMarket)]
    pub pool: Account<Pool>,
    #[account(mut, constraint = shard.market == *market.address() @ BulkheadError::WrongMarket)]
    pub shard: Account<OiShard>,
}

pub fn handler(ctx: &mut Context<CollectFees>) -> Result<()> {
    let now = Now::read()?;
    let CollectFees { market, pool, shard } = &mut ctx.accounts;
    let amount = core::mem::take(&mut shard.fees);
    let to_senior = pool.earn_fees(amount, &market.params)?;
    let header = Header::next(&mut pool.event_seq, now);
    emit!(FeesCollected { header, market: pool.market, amount, to_senior, cash_after: pool.cash });
    Ok(())
}
