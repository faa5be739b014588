//! Oracle adapters: account bytes to an observation, or nothing. An adapter never fails an instruction: a source
//! that cannot be read is a fault of that source, and the aggregate is built to live with it.

pub mod publisher;
pub mod pyth_pull;
pub mod pyth_push;
pub mod scale;

use {
    crate::state::{oracle::source_kind, Source},
    anchor_lang::prelude::AccountView,
    bulkhead_risk::oracle::Observation,
};

/// Reads the account of a source. `decimals` are those of the quote mint.
#[must_use]
pub fn observe(source: &Source, account: &AccountView, decimals: u8) -> Option<Observation> {
    match source.kind {
        source_kind::PUBLISHER => publisher::read(account),
        source_kind::PYTH_PUSH => pyth_push::read(account, decimals),
        source_kind::PYTH_PULL => pyth_pull::read(account, &source.feed_id, decimals),
        _ => None,
    }
}
