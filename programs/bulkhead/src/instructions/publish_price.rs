//! A publisher's word on the price. It enters the mark only through the aggregate.

use {
    crate::{error::BulkheadError, now::Now, state::PublisherFeed},
    anchor_lang::prelude::*,
    bulkhead_risk::{black76::MAX_PRICE, oracle::observation::MAX_FUTURE_SECONDS},
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
    let feed = &mut ctx.accounts.feed;
    let priced = (1..=MAX_PRICE).contains(&args.price);
    let newer = args.publish_time > feed.publish_time;
    let past = args.publish_time <= now.unix.saturating_add(MAX_FUTURE_SECONDS);
    require!(priced && newer && past, BulkheadError::InvalidPublication);
    feed.price = args.price;
    feed.confidence = args.confidence;
    feed.publish_time = args.publish_time;
    feed.publish_slot = now.slot;
    feed.publications = feed.publications.saturating_add(1);
    Ok(())
}
