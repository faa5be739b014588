//! Time buckets: how long which price was in force. A ring keeps the latest.

use crate::{black76::MAX_PRICE, math_error::MathError};

/// Buckets the oracle keeps; those that a settlement does not average are the time left to look at the others.
pub const RING_BUCKETS: usize = 128;

/// Longest bucket, seconds.
const MAX_BUCKET_SECONDS: u64 = 1 << 12;
/// Latest time, Unix seconds.
const MAX_TIME: u64 = 1 << 40;

/// Time-weighted prices of one bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Bucket {
    /// Unix time divided by the bucket length.
    pub id: u64,
    /// Sum over the covered seconds of the mark in force.
    pub price_seconds: u64,
    /// Seconds covered by a mark of quorum grade.
    pub seconds: u64,
}

/// Number and average price of the bucket before the present one; `None` when nothing was recorded in it.
#[must_use]
pub fn last_closed(ring: &[Bucket; RING_BUCKETS], now: u64, bucket_seconds: u64) -> Option<(u64, u64)> {
    let id = now.checked_div(bucket_seconds)?.checked_sub(1)?;
    let bucket = ring.get(usize::try_from(id).ok()? & (RING_BUCKETS - 1)).filter(|b| b.id == id)?;
    Some((id, bucket.price_seconds.checked_div(bucket.seconds)?))
}

/// Records that `price` was in force during `[from, to)`.
///
/// # Errors
/// [`MathError::DivideByZero`] for a zero bucket length, [`MathError::Overflow`] for a price, a time or a bucket beyond its domain.
pub fn record(
    ring: &mut [Bucket; RING_BUCKETS],
    price: u64,
    from: u64,
    to: u64,
    bucket_seconds: u64,
) -> Result<(), MathError> {
    // Bounded here, nothing below leaves 64 bits.
    if price > MAX_PRICE || bucket_seconds > MAX_BUCKET_SECONDS || to > MAX_TIME {
        return Err(MathError::Overflow);
    }
    let mut at = from;
    // The caller bounds the interval by the age limit of a mark; the ring bounds the loop.
    for _ in 0..RING_BUCKETS {
        if at >= to {
            break;
        }
        let id = at.checked_div(bucket_seconds).ok_or(MathError::DivideByZero)?;
        let end = id.wrapping_add(1).wrapping_mul(bucket_seconds).min(to);
        let seconds = end.wrapping_sub(at); // it is before both the end of its bucket and `to`
        let slot = usize::try_from(id).map_err(|_| MathError::Overflow)? & (RING_BUCKETS - 1);
        if let Some(bucket) = ring.get_mut(slot) {
            if bucket.id != id {
                *bucket = Bucket { id, ..Bucket::default() };
            }
            let weighted = price.wrapping_mul(seconds);
            bucket.price_seconds = bucket.price_seconds.checked_add(weighted).ok_or(MathError::Overflow)?;
            bucket.seconds = bucket.seconds.checked_add(seconds).ok_or(MathError::Overflow)?;
        }
        at = end;
    }
    Ok(())
}

/// What the ring knows of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept<'a> {
    Held(&'a Bucket),
    /// No price of the bucket was recorded.
    Empty,
    /// A later bucket took its place: whether there was anything is unknown.
    Lost,
}

/// Looks up a bucket by its number.
#[must_use]
pub fn kept(ring: &[Bucket; RING_BUCKETS], id: u64) -> Kept<'_> {
    let slot = usize::try_from(id).ok().and_then(|id| ring.get(id & (RING_BUCKETS - 1)));
    match slot {
        Some(bucket) if bucket.id == id && bucket.seconds > 0 => Kept::Held(bucket),
        Some(bucket) if bucket.id > id => Kept::Lost,
        _ => Kept::Empty,
    }
}
