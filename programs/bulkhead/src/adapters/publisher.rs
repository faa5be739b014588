//! Bulkhead's own bonded publishers.
//!
//! A feed carries its market, but the registered key pins that already: it is derived from the market and the publisher.

use {
    crate::{
        adapters::field::{i64_at, u64_at},
        constants::VERSION,
        state::PublisherFeed,
        ID,
    },
    anchor_lang::{pinocchio::address::address_eq, prelude::*},
    bulkhead_risk::oracle::Observation,
    core::mem::{offset_of, size_of},
};

/// Reads a feed that is bonded and whose publisher has neither left nor been caught lying.
#[must_use]
pub fn decode(owner: &Address, data: &[u8]) -> Option<Observation> {
    if !address_eq(owner, &ID) {
        return None;
    }
    let body = data.strip_prefix(PublisherFeed::DISCRIMINATOR)?.get(..size_of::<PublisherFeed>())?;
    if *body.get(offset_of!(PublisherFeed, version))? != VERSION {
        return None;
    }
    let bond = u64_at(body, offset_of!(PublisherFeed, bond))?;
    let least_bond = u64_at(body, offset_of!(PublisherFeed, least_bond))?;
    let resigned_at = i64_at(body, offset_of!(PublisherFeed, resigned_at))?;
    let equivocated = *body.get(offset_of!(PublisherFeed, equivocated))?;
    if !PublisherFeed::is_heard(equivocated, resigned_at, bond, least_bond) {
        return None;
    }
    Some(Observation {
        price: u64_at(body, offset_of!(PublisherFeed, price))?,
        confidence: u64_at(body, offset_of!(PublisherFeed, confidence))?,
        publish_time: i64_at(body, offset_of!(PublisherFeed, publish_time))?,
        slot: u64_at(body, offset_of!(PublisherFeed, publish_slot))?,
    })
}

#[cfg(test)]
pub(crate) mod tests;
