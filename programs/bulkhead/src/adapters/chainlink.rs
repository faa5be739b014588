//! Chainlink data feeds: `Transmissions` accounts of the store program, the latest round.
//!
//! Layout, from `contracts/programs/store/src/state.rs` of `smartcontractkit/chainlink-solana` (ee601d6) and `src/lib.rs` of the
//! crate `chainlink_solana` 2.0.8: the 8-byte discriminator; a header of 192 bytes that starts with, in Borsh, version, state,
//! owner (32), proposed owner (32), writer (32), description (32), decimals u8, flagging threshold u32, latest round u32,
//! granularity u8, live length u32, live cursor u32, historical cursor u32; then the live ring and a historical one of rounds of 48
//! bytes: slot u64, timestamp u32, padding, answer i128, padding. The live cursor is where the next round goes.
//!
//! The description is the name of the pair, padded with zeros. The key is registered, but whoever owns a feed may close it
//! and open another one there, so the name is checked every time. The state is not: it is a flag that a round moved far,
//! which is no reason to be without the price, and the aggregate has its own rule for outliers.
//!
//! Chainlink publishes no confidence. Zero is handed on, for any other number would be ours and not theirs; the aggregate
//! never takes less than the distance between the sources.

use {
    crate::{
        adapters::{
            field::{i128_at, is_at, u32_at, u64_at},
            scale::wide_to_atoms,
        },
        constants::CHAINLINK_STORE_PROGRAM,
    },
    anchor_lang::{pinocchio::address::address_eq, prelude::*},
    bulkhead_risk::oracle::Observation,
};

/// First eight bytes of sha256("account:Transmissions").
pub const DISCRIMINATOR: [u8; 8] = [96, 179, 69, 66, 128, 129, 73, 117];
/// `FEED_VERSION` in `contracts/programs/store/src/lib.rs`.
pub const FEED_VERSION: u8 = 2;
pub const VERSION_AT: usize = 8;
pub const DESCRIPTION_AT: usize = 106;
pub const DECIMALS_AT: usize = 138;
pub const LATEST_ROUND_AT: usize = 143;
pub const LIVE_LENGTH_AT: usize = 148;
pub const LIVE_CURSOR_AT: usize = 152;
pub const ROUNDS_AT: usize = 200;
pub const ROUND_LENGTH: usize = 48;
pub const TIMESTAMP_AT: usize = 8;
pub const ANSWER_AT: usize = 16;

/// Reads the latest round of the feed with the given description.
#[must_use]
pub fn decode(owner: &Address, data: &[u8], description: &[u8; 32], decimals: u8) -> Option<Observation> {
    if !address_eq(owner, &CHAINLINK_STORE_PROGRAM)
        || data.get(..8)? != DISCRIMINATOR
        || *data.get(VERSION_AT)? != FEED_VERSION
        || !is_at(data, DESCRIPTION_AT, description)
        || u32_at(data, LATEST_ROUND_AT)? == 0
    {
        return None;
    }
    let exponent = i32::from(*data.get(DECIMALS_AT)?).checked_neg()?;
    let round = latest_round(data)?;
    Some(Observation {
        price: wide_to_atoms(i128_at(round, ANSWER_AT)?, exponent, decimals)?,
        confidence: 0,
        publish_time: i64::from(u32_at(round, TIMESTAMP_AT)?),
        slot: u64_at(round, 0)?,
    })
}

/// The round before the live cursor; the ring must be there in full.
fn latest_round(data: &[u8]) -> Option<&[u8]> {
    let length = usize::try_from(u32_at(data, LIVE_LENGTH_AT)?).ok()?;
    let cursor = usize::try_from(u32_at(data, LIVE_CURSOR_AT)?).ok()?;
    if cursor >= length {
        return None;
    }
    let ring = data.get(ROUNDS_AT..)?.get(..length.checked_mul(ROUND_LENGTH)?)?;
    let latest = if cursor == 0 { length } else { cursor }.checked_sub(1)?;
    ring.get(latest.checked_mul(ROUND_LENGTH)?..)
}

#[cfg(test)]
pub(crate) mod tests;
