//! Switchboard On-Demand pull feeds: `PullFeedAccountData`, the current result.
//!
//! Layout (`repr(C)`, after the 8-byte discriminator), from `src/on_demand/accounts/pull_feed.rs` of the crate
//! `switchboard-on-demand` 0.13.0: 32 submissions of 64 bytes, authority (32), queue (32), feed hash (32), configuration, the
//! current result (128), 32 compact old results, the dates of the submissions (32 of i64). Values are scaled by 10^18.
//!
//! The account's key is registered, but its authority may change the jobs, let itself write prices, or close the account and
//! open it anew on a queue of its own oracles. So the hash of the jobs, the queue and that permission are checked every time.
//! The authority may still lower the number of samples that it asks for; the aggregate is what stands against that.

use {
    crate::{
        adapters::{
            field::{i128_at, i64_at, is_at, u64_at},
            scale::wide_to_atoms,
        },
        constants::{SWITCHBOARD_PROGRAM, SWITCHBOARD_QUEUE},
    },
    anchor_lang::{pinocchio::address::address_eq, prelude::*},
    bulkhead_risk::oracle::Observation,
};

/// First eight bytes of sha256("account:PullFeedAccountData").
pub const DISCRIMINATOR: [u8; 8] = [196, 27, 108, 196, 10, 215, 219, 40];
/// Length of an account.
pub const LENGTH: usize = 3_208;
const EXPONENT: i32 = -18;
pub const QUEUE_AT: usize = 2_088;
pub const FEED_HASH_AT: usize = 2_120;
pub const WRITTEN_BY_AUTHORITY_AT: usize = 2_213;
pub const MIN_SAMPLES_AT: usize = 2_215;
pub const LAST_UPDATE_AT: usize = 2_216;
pub const VALUE_AT: usize = 2_264;
pub const DEVIATION_AT: usize = 2_280;
pub const SAMPLES_AT: usize = 2_360;
pub const SUBMISSION_AT: usize = 2_361;
pub const SLOT_AT: usize = 2_368;
pub const SUBMISSION_DATES_AT: usize = 2_952;

/// Reads the current result of a feed with the given jobs.
#[must_use]
pub fn decode(owner: &Address, data: &[u8], feed_hash: &[u8; 32], decimals: u8) -> Option<Observation> {
    let data = data.get(..LENGTH)?;
    let samples = *data.get(SAMPLES_AT)?;
    let slot = u64_at(data, SLOT_AT)?;
    if !address_eq(owner, &SWITCHBOARD_PROGRAM)
        || data.get(..8)? != DISCRIMINATOR
        || !is_at(data, FEED_HASH_AT, feed_hash)
        || !is_at(data, QUEUE_AT, SWITCHBOARD_QUEUE.as_array())
        || *data.get(WRITTEN_BY_AUTHORITY_AT)? != 0
        // Slot zero marks a feed without a result.
        || slot == 0
        || samples == 0
        || samples < *data.get(MIN_SAMPLES_AT)?
    {
        return None;
    }
    Some(Observation {
        price: wide_to_atoms(i128_at(data, VALUE_AT)?, EXPONENT, decimals)?,
        confidence: wide_to_atoms(i128_at(data, DEVIATION_AT)?, EXPONENT, decimals)?,
        publish_time: result_date(data)?,
        slot,
    })
}

/// When the submission behind the result was made, or when the account was last written if that was earlier. The latter
/// alone would pass an old value off as new: it moves with every submission, also with one that leaves the median where
/// it was. A submission without a date counts as made in 1970.
fn result_date(data: &[u8]) -> Option<i64> {
    let submission = usize::from(*data.get(SUBMISSION_AT)?);
    // The dates end with the account, so a number beyond the last submission finds nothing.
    let at = SUBMISSION_DATES_AT.checked_add(submission.checked_mul(8)?)?;
    Some(i64_at(data, at)?.min(i64_at(data, LAST_UPDATE_AT)?))
}

#[cfg(test)]
pub(crate) mod tests;
