//! A leaky bucket of value: at most `capacity` may leave at once, and what has left is forgotten linearly over
//! `window_seconds`.
//!
//! Whatever the sequence of calls, in any interval of `t` seconds at most `capacity + floor(t * capacity / window)`
//! leaves. Two choices make that exact:
//! * the leak is rounded down, against the caller;
//! * the clock of the bucket advances only by the seconds the whole leaked atoms took, so calling often neither loses
//!   the fraction (a bucket polled every second would otherwise never leak) nor counts it twice. The fraction that is
//!   carried is below one atom and exists only while `used >= 1`, which is why it never lifts the bound.

use crate::math_error::MathError;
use crate::round::{mul_div, Round};

/// What has left and not yet been forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bucket {
    /// Atoms counted against the capacity at `updated_at`.
    pub used: u64,
    /// Unix seconds up to which the leak has been credited.
    pub updated_at: i64,
}

/// Why [`take`] refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakeError {
    /// The amount exceeds what the bucket still lets out now.
    Exceeded {
        /// The largest amount that would have been let out.
        available: u64,
    },
    /// The parameters have no answer.
    Math(MathError),
}

impl From<MathError> for TakeError {
    fn from(error: MathError) -> Self {
        Self::Math(error)
    }
}

/// The bucket as it stands at `now`. A clock that runs backwards leaks nothing and leaves the bucket unchanged.
///
/// `capacity` and `window_seconds` may differ from call to call: the leak since the last update runs at the rate passed
/// now, and a bucket fuller than a lowered capacity drains from where it is.
///
/// # Errors
/// [`MathError::DivideByZero`] when the window is zero.
#[inline(never)]
pub fn drain(bucket: Bucket, now: i64, capacity: u64, window_seconds: u64) -> Result<Bucket, MathError> {
    if window_seconds == 0 {
        return Err(MathError::DivideByZero);
    }
    if now <= bucket.updated_at {
        return Ok(bucket);
    }
    let elapsed = now.abs_diff(bucket.updated_at);
    // A leak beyond u64 is more than any bucket holds.
    let leaked = mul_div(elapsed, capacity, window_seconds, Round::Down).unwrap_or(u64::MAX);
    if leaked >= bucket.used {
        return Ok(Bucket { used: 0, updated_at: now });
    }
    if leaked == 0 {
        return Ok(bucket);
    }
    // leaked <= elapsed * capacity / window, so its time rounded up is at most `elapsed`.
    let credited = mul_div(leaked, window_seconds, capacity, Round::Up)?;
    Ok(Bucket {
        used: bucket.used.saturating_sub(leaked),
        updated_at: bucket.updated_at.checked_add_unsigned(credited).ok_or(MathError::Overflow)?,
    })
}

/// Lets `amount` out at `now`, or says how much would have been let out. Nothing is taken on refusal.
///
/// # Errors
/// [`TakeError::Exceeded`] when `amount` is more than is available, [`TakeError::Math`] when the window is zero.
#[inline(never)]
pub fn take(
    bucket: Bucket,
    now: i64,
    amount: u64,
    capacity: u64,
    window_seconds: u64,
) -> Result<Bucket, TakeError> {
    let drained = drain(bucket, now, capacity, window_seconds)?;
    let available = capacity.saturating_sub(drained.used);
    if amount > available {
        return Err(TakeError::Exceeded { available });
    }
    Ok(Bucket { used: drained.used.checked_add(amount).ok_or(MathError::Overflow)?, ..drained })
}
