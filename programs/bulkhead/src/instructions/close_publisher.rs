//! Closes the feed of a publisher who has left, or was thrown out, and has no bond left in it.

use {
    crate::{error::BulkheadError, state::PublisherFeed},
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
    let feed = &ctx.accounts.feed;
    let has_left = feed.resigned_at != 0 || feed.equivocated != 0;
    require!(has_left && feed.bond == 0, BulkheadError::BondLocked);
    Ok(())
}
