//! Pyth push accounts, decoded by Pyth's own SDK (`pyth-sdk-solana`, price account version 2).

use {
    crate::{adapters::scale::to_atoms, constants::PYTH_PUSH_PROGRAM},
    anchor_lang::prelude::*,
    bulkhead_risk::oracle::Observation,
    pyth_sdk_solana::state::{load_price_account, PriceStatus},
};

/// Reads the aggregate of a price account whose status is Trading.
#[must_use]
pub fn read(account: &AccountView, decimals: u8) -> Option<Observation> {
    if !account.owned_by(&PYTH_PUSH_PROGRAM) {
        return None;
    }
    let data = account.try_borrow().ok()?;
    let feed = load_price_account::<32, ()>(&data).ok()?;
    if !matches!(feed.agg.status, PriceStatus::Trading) {
        return None;
    }
    Some(Observation {
        price: to_atoms(feed.agg.price, feed.expo, decimals)?,
        confidence: to_atoms(i64::try_from(feed.agg.conf).ok()?, feed.expo, decimals)?,
        publish_time: feed.timestamp,
        slot: feed.agg.pub_slot,
    })
}
