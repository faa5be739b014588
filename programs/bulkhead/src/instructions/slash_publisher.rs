//! Takes from a publisher's bond, by rule, what its strikes and missed rounds cost. Anybody may; half is the caller's, half the
//! pool's, in the books.

use {
    crate::{
        error::BulkheadError,
        events::{Header, PublisherSlashed},
        now::Now,
        state::{MarginAccount, OracleAggregate, Pool, PublisherFeed},
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct SlashPublisher {
    #[account(mut, constraint = oracle.market == feed.market @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
    #[account(mut)]
    pub feed: Account<PublisherFeed>,
    #[account(mut, constraint = pool.market == feed.market @ BulkheadError::WrongMarket)]
    pub pool: Account<Pool>,
    /// The caller's, in the same market.
    #[account(mut, constraint = reward.market == feed.market @ BulkheadError::WrongMarket)]
    pub reward: Account<MarginAccount>,
}

pub fn handler(ctx: &mut Context<SlashPublisher>) -> Result<()> {
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    a.feed.require_open()?;
    let (strikes, missed) = a.oracle.owed(a.feed.address());
    require!(strikes > 0 || missed > 0, BulkheadError::NothingToSlash);
    let slashed = a.feed.slash_due(strikes, missed)?;
    a.oracle.clear_owed(a.feed.address());
    a.reward.credit(slashed.to_reporter)?;
    a.pool.earn(slashed.to_pool)?;
    let header = Header::next(&mut a.pool.event_seq, now);
    emit!(PublisherSlashed {
        header,
        market: a.feed.market,
        publisher: a.feed.publisher,
        strikes: u64::from(strikes),
        missed: u64::from(missed),
        to_reporter: slashed.to_reporter,
        to_pool: slashed.to_pool,
        bond_after: a.feed.bond,
    });
    Ok(())
}
