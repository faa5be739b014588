//! Oracle adapters: account bytes to an observation, or nothing. An adapter never fails an instruction: a source
//! that cannot be read is a fault of that source, and the aggregate is built to live with it.
//!
//! An adapter answers for what the bytes are: whose account, which type and version, which feed, how far verified, a price
//! that fits. Whether the price is zero, too old, dated in the future or too uncertain is the aggregate's business, so these
//! are handed on as they stand. Nothing is deserialised: every field is read where its layout says it lies.

pub mod chainlink;
pub mod field;
pub mod publisher;
pub mod pyth_pull;
pub mod pyth_push;
pub mod scale;
pub mod switchboard;

use {
    crate::state::{registry::source_kind, Source},
    anchor_lang::prelude::*,
    bulkhead_risk::oracle::Observation,
};

/// Reads the account of a source. `decimals` are those of the quote mint.
#[must_use]
pub fn observe(source: &Source, account: &AccountView, decimals: u8) -> Option<Observation> {
    let data = account.try_borrow().ok()?;
    decode(source.kind, account.owner(), &data, &source.feed_id, decimals)
}

/// Reads the bytes of an account that `owner` owns as a source of `kind`. Prices are in atoms of a quote mint with
/// `decimals`. An unknown kind reads as nothing.
#[must_use]
pub fn decode(
    kind: u8,
    owner: &Address,
    data: &[u8],
    feed_id: &[u8; 32],
    decimals: u8,
) -> Option<Observation> {
    match kind {
        source_kind::PUBLISHER => publisher::decode(owner, data),
        source_kind::PYTH_PUSH => pyth_push::decode(owner, data, decimals),
        source_kind::PYTH_PULL => pyth_pull::decode(owner, data, feed_id, decimals),
        source_kind::SWITCHBOARD => switchboard::decode(owner, data, feed_id, decimals),
        source_kind::CHAINLINK => chainlink::decode(owner, data, feed_id, decimals),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
