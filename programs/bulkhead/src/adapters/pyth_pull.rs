//! Pyth pull accounts: `PriceUpdateV2` of the receiver program, fully verified updates only.
//!
//! Layout (Borsh, after the 8-byte discriminator), from `src/price_update.rs` of the crate `pyth-solana-receiver-sdk` 2.0.0 and
//! `PriceFeedMessage` in `src/messages.rs` of `pythnet-sdk` 3.0.0: write authority (32), verification level (1 byte for Full;
//! Partial is 0 and carries a signature count, which moves everything behind it), feed id (32), price i64, confidence u64,
//! exponent i32, publish time i64, previous publish time i64, moving averages (16), posted slot u64.

use {
    crate::{
        adapters::{
            field::{i32_at, i64_at, is_at, u64_at},
            scale::to_atoms,
        },
        constants::PYTH_RECEIVER_PROGRAM,
    },
    anchor_lang::{pinocchio::address::address_eq, prelude::*},
    bulkhead_risk::oracle::Observation,
};

/// First eight bytes of sha256("account:PriceUpdateV2").
pub const DISCRIMINATOR: [u8; 8] = [34, 241, 35, 99, 157, 126, 244, 205];
pub const VERIFICATION_AT: usize = 40;
pub const FULLY_VERIFIED: u8 = 1;
pub const FEED_ID_AT: usize = 41;
pub const PRICE_AT: usize = 73;
pub const CONFIDENCE_AT: usize = 81;
pub const EXPONENT_AT: usize = 89;
pub const PUBLISH_TIME_AT: usize = 93;
pub const POSTED_SLOT_AT: usize = 125;
pub const LENGTH: usize = 133;

/// Reads a fully verified update of one feed.
#[must_use]
pub fn decode(owner: &Address, data: &[u8], feed_id: &[u8; 32], decimals: u8) -> Option<Observation> {
    let data = data.get(..LENGTH)?;
    if !address_eq(owner, &PYTH_RECEIVER_PROGRAM)
        || data.get(..8)? != DISCRIMINATOR
        || *data.get(VERIFICATION_AT)? != FULLY_VERIFIED
        || !is_at(data, FEED_ID_AT, feed_id)
    {
        return None;
    }
    let exponent = i32_at(data, EXPONENT_AT)?;
    let confidence = i64::try_from(u64_at(data, CONFIDENCE_AT)?).ok()?;
    Some(Observation {
        price: to_atoms(i64_at(data, PRICE_AT)?, exponent, decimals)?,
        confidence: to_atoms(confidence, exponent, decimals)?,
        publish_time: i64_at(data, PUBLISH_TIME_AT)?,
        slot: u64_at(data, POSTED_SLOT_AT)?,
    })
}

#[cfg(test)]
pub(crate) mod tests;
