//! Settlement: the price of an expiry is fixed by time buckets, and payouts never depend on who comes first.
//!
//! Every account's legs in an expiry net to one amount. Payers are collected first (collateral, then the pool);
//! once no short lot is left the collected sum is shared among the winners in proportion to their claims, so a
//! shortfall is a pro-rata haircut on that expiry's profit and nobody else's.

use crate::{
    black76::MAX_PRICE,
    exposure::OptionKind,
    math_error::MathError,
    round::{mul_div, Round},
    surface::per_lot,
};

/// Buckets averaged before an expiry.
pub const WINDOW_BUCKETS: u64 = 30;
/// Buckets the oracle keeps; the rest of them is the time left to fix a price from the window.
pub const RING_BUCKETS: usize = 128;
/// Coverage of the window at which a price is fixed at once, parts per million.
pub const FULL_COVERAGE_PPM: u64 = 900_000;
/// Coverage accepted after [`PARTIAL_AFTER_BUCKETS`].
pub const PARTIAL_COVERAGE_PPM: u64 = 600_000;
/// Wait before partial coverage is accepted, buckets after the expiry.
pub const PARTIAL_AFTER_BUCKETS: u64 = 10;
/// Wait before the last stable price is accepted, buckets after the expiry.
pub const FALLBACK_AFTER_BUCKETS: u64 = 60;

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

/// How a settlement price came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Tier {
    /// Average over at least 90 % of the window.
    FullWindow = 1,
    /// Average over at least 60 % of the window, after a wait.
    PartialWindow = 2,
    /// The last stable price, after a longer wait.
    LastStable = 3,
}

/// A fixed price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Fixing {
    pub price: u64,
    pub tier: Tier,
    /// Seconds of the window that were covered.
    pub covered_seconds: u64,
}

/// The settlement price of an expiry at time `now`, or `None` while a better tier may still come.
///
/// # Errors
/// [`MathError::DivideByZero`] for a zero bucket length, [`MathError::Overflow`] when a sum leaves 64 bits.
pub fn fix(
    ring: &[Bucket; RING_BUCKETS],
    stable: u64,
    expiry: u64,
    now: u64,
    bucket_seconds: u64,
) -> Result<Option<Fixing>, MathError> {
    if now < expiry {
        return Ok(None);
    }
    let last = expiry.checked_div(bucket_seconds).ok_or(MathError::DivideByZero)?;
    let first = last.saturating_sub(WINDOW_BUCKETS);
    let (mut sum, mut covered) = (0u128, 0u64);
    for bucket in ring.iter().filter(|b| b.id >= first && b.id < last) {
        sum = sum.checked_add(u128::from(bucket.price_seconds)).ok_or(MathError::Overflow)?;
        covered = covered.checked_add(bucket.seconds).ok_or(MathError::Overflow)?;
    }
    let window = WINDOW_BUCKETS.checked_mul(bucket_seconds).ok_or(MathError::Overflow)?;
    let coverage = mul_div(covered, 1_000_000, window, Round::Down)?;
    let waited = now.saturating_sub(expiry).checked_div(bucket_seconds).ok_or(MathError::DivideByZero)?;
    let tier = if coverage >= FULL_COVERAGE_PPM {
        Tier::FullWindow
    } else if coverage >= PARTIAL_COVERAGE_PPM && waited >= PARTIAL_AFTER_BUCKETS {
        Tier::PartialWindow
    } else if waited >= FALLBACK_AFTER_BUCKETS {
        Tier::LastStable
    } else {
        return Ok(None);
    };
    let price = match tier {
        Tier::LastStable => stable,
        _ => {
            let mean = sum.checked_div(u128::from(covered)).ok_or(MathError::DivideByZero)?;
            u64::try_from(mean).map_err(|_| MathError::Overflow)?
        }
    };
    Ok(Some(Fixing { price, tier, covered_seconds: covered }))
}

/// What one long lot pays at a settlement price, quote atoms, rounded down.
///
/// # Errors
/// [`MathError::DivideByZero`] when a unit holds no lots.
pub fn payoff_per_lot(
    kind: OptionKind,
    strike: u64,
    price: u64,
    lots_per_unit: u64,
) -> Result<u64, MathError> {
    let per_unit = match kind {
        OptionKind::Call => price.saturating_sub(strike),
        OptionKind::Put => strike.saturating_sub(price),
    };
    per_lot(per_unit, lots_per_unit)
}

/// Who pays for an account's net debit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[must_use]
pub struct Collection {
    pub from_account: u64,
    pub from_pool: u64,
    /// Left uncovered: the winners' haircut.
    pub shortfall: u64,
}

/// Collects `due` from an account's `cash`, then from the pool up to `pool_available`.
pub fn collect(due: u64, cash: u64, pool_available: u64) -> Collection {
    let from_account = due.min(cash);
    let rest = due.saturating_sub(from_account);
    let from_pool = rest.min(pool_available);
    Collection { from_account, from_pool, shortfall: rest.saturating_sub(from_pool) }
}

/// A winner's share of what was collected, quote atoms, rounded down. `due` is the sum of all claims.
///
/// # Errors
/// [`MathError::Overflow`] never for `claim <= due`.
pub fn payout(claim: u64, collected: u64, due: u64) -> Result<u64, MathError> {
    if collected >= due {
        return Ok(claim);
    }
    mul_div(claim, collected, due, Round::Down)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EXPIRY: u64 = 60_000;

    fn ring(price: impl Fn(u64) -> u64, from: u64, to: u64) -> [Bucket; RING_BUCKETS] {
        let mut r = [Bucket::default(); RING_BUCKETS];
        for at in (from..to).step_by(20) {
            record(&mut r, price(at), at, at + 20, 60).unwrap();
        }
        r
    }

    #[test]
    fn the_window_average_is_fixed_by_time_not_by_the_caller() {
        let r = ring(|at| if at >= EXPIRY { 9_999 } else { at }, EXPIRY - 3_600, EXPIRY + 1_200);
        let early = fix(&r, 1, EXPIRY, EXPIRY, 60).unwrap().unwrap();
        let late = fix(&r, 1, EXPIRY, EXPIRY + 1_200, 60).unwrap().unwrap();
        assert_eq!(early, late);
        // Mean of 20-second steps over the last 1,800 seconds.
        assert_eq!(early, Fixing { price: EXPIRY - 910, tier: Tier::FullWindow, covered_seconds: 1_800 });
        assert_eq!(fix(&r, 1, EXPIRY, EXPIRY - 1, 60).unwrap(), None);
    }

    #[test]
    fn settlement_always_ends() {
        let thin = ring(|_| 500, EXPIRY - 1_200, EXPIRY);
        assert_eq!(fix(&thin, 7, EXPIRY, EXPIRY + 599, 60).unwrap(), None);
        let partial = fix(&thin, 7, EXPIRY, EXPIRY + 600, 60).unwrap().unwrap();
        assert_eq!((partial.price, partial.tier), (500, Tier::PartialWindow));
        let none = [Bucket::default(); RING_BUCKETS];
        assert_eq!(fix(&none, 7, EXPIRY, EXPIRY + 3_599, 60).unwrap(), None);
        let last = fix(&none, 7, EXPIRY, EXPIRY + 3_600, 60).unwrap().unwrap();
        assert_eq!((last.price, last.tier), (7, Tier::LastStable));
    }

    #[test]
    fn the_ring_keeps_the_window_for_an_hour_and_a_half() {
        let r = ring(|at| if at < EXPIRY { 100 } else { 900 }, EXPIRY - 1_800, EXPIRY + 97 * 60);
        let fixing = fix(&r, 1, EXPIRY, EXPIRY + 97 * 60, 60).unwrap().unwrap();
        assert_eq!((fixing.price, fixing.tier), (100, Tier::FullWindow));
    }

    #[test]
    fn payoffs_are_intrinsic_per_lot() {
        assert_eq!(payoff_per_lot(OptionKind::Call, 700, 1_000, 100), Ok(3));
        assert_eq!(payoff_per_lot(OptionKind::Put, 700, 1_000, 100), Ok(0));
        assert_eq!(payoff_per_lot(OptionKind::Put, 1_000, 799, 100), Ok(2));
    }

    proptest! {
        #[test]
        fn winners_share_exactly_what_was_collected(
            claims in proptest::collection::vec(0u64..1 << 40, 1..40), share in 0u64..=1_000_000,
        ) {
            let due: u64 = claims.iter().sum();
            let collected = mul_div(due, share, 1_000_000, Round::Down).unwrap();
            let paid: u64 = claims.iter().map(|c| payout(*c, collected, due).unwrap()).sum();
            prop_assert!(paid <= collected);
            prop_assert!(collected - paid < claims.len() as u64 + 1);
            if share == 1_000_000 { prop_assert_eq!(paid, due); }
        }

        #[test]
        fn collection_conserves_and_goes_in_order(due in 0u64..1 << 50, cash in 0u64..1 << 50, pool in 0u64..1 << 50) {
            let c = collect(due, cash, pool);
            prop_assert_eq!(c.from_account + c.from_pool + c.shortfall, due);
            prop_assert!(c.from_pool == 0 || c.from_account == cash);
            prop_assert!(c.shortfall == 0 || c.from_pool == pool);
        }
    }
}
