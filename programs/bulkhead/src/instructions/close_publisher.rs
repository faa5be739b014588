//! Returns a publisher's bond once nothing it published can be challenged any more.

use {
    crate::{constants::PUBLISHER_COOLDOWN_SECONDS, error::BulkheadError, now::Now, state::PublisherFeed},
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct ClosePublisher {
    #[account(mut)]
    pub publisher: Signer,
    #[account(mut, close = publisher, constraint = feed.publisher == *publisher.address() @ BulkheadError::NotOwner)]
    pub feed: Account<PublisherFeed>,
}

pub fn handler(ctx: &mut Context<ClosePublisher>) -> Result<()> {
    let now = Now::read()?;
    let free_at = ctx.accounts.feed.publish_time.saturating_add(PUBLISHER_COOLDOWN_SECONDS);
    require!(now.unix >= free_at, BulkheadError::BondLocked);
    Ok(())
}
