//! A publisher's word on the price. It enters the mark only through the aggregate.

use {
    crate::{error::BulkheadError, now::Now, state::PublisherFeed},
    anchor_lang::prelude::*,
    bulkhead_risk::oracle::Observation,
};

#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct PublishPriceArgs {
    /// Quote atoms per unit of the underlying.
    pub price: u64,
    /// Half-width of the confidence interval, same unit.
    pub confidence: u64,
    /// Unix time of the observation.
    pub publish_time: i64,
}

#[derive(Accounts)]
pub struct PublishPrice {
    pub publisher: Signer,
    #[account(mut, constraint = feed.publisher == *publisher.address() @ BulkheadError::NotOwner)]
    pub feed: Account<PublisherFeed>,
}

pub fn handler(ctx: &mut Context<PublishPrice>, args: PublishPriceArgs) -> Result<()> {
    let now = Now::read()?;
    let PublishPriceArgs { price, confidence, publish_time } = args;
    ctx.accounts.feed.say(&Observation { price, confidence, publish_time, slot: now.slot }, now)
}
