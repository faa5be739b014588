//! Bulkhead's own bonded publishers.

use {
    crate::{state::PublisherFeed, ID},
    anchor_lang::prelude::*,
    bulkhead_risk::oracle::Observation,
    core::mem::size_of,
};

/// Reads a feed that `publish_price` wrote.
#[must_use]
pub fn read(account: &AccountView) -> Option<Observation> {
    if !account.owned_by(&ID) {
        return None;
    }
    let data = account.try_borrow().ok()?;
    let body = data.strip_prefix(PublisherFeed::DISCRIMINATOR)?;
    let feed: &PublisherFeed = bytemuck::try_from_bytes(body.get(..size_of::<PublisherFeed>())?).ok()?;
    Some(Observation {
        price: feed.price,
        confidence: feed.confidence,
        publish_time: feed.publish_time,
        slot: feed.publish_slot,
    })
}
