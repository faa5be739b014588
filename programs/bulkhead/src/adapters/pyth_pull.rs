//! Pyth pull accounts: `PriceUpdateV2` of the receiver program, fully verified updates only.
//!
//! Layout (Borsh, after the 8-byte discriminator), from Pyth's published receiver SDK: write authority (32), verification
//! level (1 byte; 1 is Full, 0 is Partial and carries a signature count), feed id (32), price i64, confidence u64,
//! exponent i32, publish time i64, and fields that are not used here.

use {
    crate::{adapters::scale::to_atoms, constants::PYTH_RECEIVER_PROGRAM},
    anchor_lang::prelude::*,
    bulkhead_risk::oracle::Observation,
};

/// First eight bytes of sha256("account:PriceUpdateV2").
pub const DISCRIMINATOR: [u8; 8] = [34, 241, 35, 99, 157, 126, 244, 205];
const VERIFICATION_AT: usize = 40;
const FULLY_VERIFIED: u8 = 1;
const FEED_ID_AT: usize = 41;
const PRICE_AT: usize = 73;
const CONFIDENCE_AT: usize = 81;
const EXPONENT_AT: usize = 89;
const PUBLISH_TIME_AT: usize = 93;
const POSTED_SLOT_AT: usize = 125;

/// Reads a fully verified update of one feed.
#[must_use]
pub fn read(account: &AccountView, feed_id: &[u8; 32], decimals: u8) -> Option<Observation> {
    if !account.owned_by(&PYTH_RECEIVER_PROGRAM) {
        return None;
    }
    decode(&account.try_borrow().ok()?, feed_id, decimals)
}

fn decode(data: &[u8], feed_id: &[u8; 32], decimals: u8) -> Option<Observation> {
    if data.get(..8)? != DISCRIMINATOR
        || *data.get(VERIFICATION_AT)? != FULLY_VERIFIED
        || data.get(FEED_ID_AT..PRICE_AT)? != feed_id
    {
        return None;
    }
    let exponent = i32::from_le_bytes(bytes(data, EXPONENT_AT)?);
    let confidence = u64::from_le_bytes(bytes(data, CONFIDENCE_AT)?);
    Some(Observation {
        price: to_atoms(i64::from_le_bytes(bytes(data, PRICE_AT)?), exponent, decimals)?,
        confidence: to_atoms(i64::try_from(confidence).ok()?, exponent, decimals)?,
        publish_time: i64::from_le_bytes(bytes(data, PUBLISH_TIME_AT)?),
        slot: u64::from_le_bytes(bytes(data, POSTED_SLOT_AT)?),
    })
}

fn bytes<const N: usize>(data: &[u8], at: usize) -> Option<[u8; N]> {
    data.get(at..at.checked_add(N)?)?.try_into().ok()
}

#[cfg(test)]
mod tests;
