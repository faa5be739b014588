//! The settlement price: four tiers by deadline, each a function of time buckets and of bonded words, never of who calls when.

use {
    super::buckets::{kept, Bucket, Kept, RING_BUCKETS},
    crate::{
        black76::MAX_PRICE,
        math_error::MathError,
        round::{mul_div, ppm_of, Round, PPM_ONE},
    },
};

/// Buckets averaged before an expiry.
pub const WINDOW_BUCKETS: u64 = 30;
/// Coverage of the window at which a price is fixed at once, parts per million.
pub const FULL_COVERAGE_PPM: u64 = 900_000;
/// Coverage accepted after [`PARTIAL_AFTER_BUCKETS`].
pub const PARTIAL_COVERAGE_PPM: u64 = 600_000;
/// Wait before partial coverage is accepted, buckets after the expiry.
pub const PARTIAL_AFTER_BUCKETS: u64 = 10;
/// Wait before a price may be proposed against a bond, buckets after the expiry.
pub const PROPOSALS_FROM_BUCKETS: u64 = 60;
/// Without a proposal by then the reference price settles, buckets after the expiry.
pub const PROPOSALS_UNTIL_BUCKETS: u64 = 240;
/// Time in which a proposal may be disputed, buckets.
pub const DISPUTE_BUCKETS: u64 = 120;
/// How far from the reference price a proposed or disputing one may lie, parts per million.
pub const PROPOSAL_BAND_PPM: u64 = 200_000;

/// How a settlement price came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Tier {
    /// Average over at least 90 % of the window.
    FullWindow = 1,
    /// Average over at least 60 % of the window, after a wait.
    PartialWindow = 2,
    /// Proposed against a bond and not disputed.
    Proposed = 3,
    /// The reference price: disputed, or nothing proposed in time.
    Reference = 4,
}

/// The last mark with a quorum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastMark {
    pub price: u64,
    /// Unix time from which it has been in force.
    pub at: u64,
    /// A mark older than this no longer fills buckets, seconds.
    pub max_age: u64,
}

/// What the buckets say of an expiry. Once taken it is kept, so that nothing which happens later can change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[must_use]
pub struct Observation {
    /// Time-weighted average over the covered part of the window, rounded down; zero when nothing is covered.
    pub window_price: u64,
    /// Seconds of the window that are covered.
    pub covered_seconds: u64,
    /// Average of the last bucket before the expiry that holds a price, rounded down; the last mark where none does.
    pub reference: u64,
}

/// What the buckets say, or `None` before the expiry and while the window may still grow.
///
/// A window of which the ring has lost a part counts as empty: part of it would give another average than all of it.
///
/// # Errors
/// [`MathError::DivideByZero`] for a zero bucket length, [`MathError::Overflow`] when a sum leaves 64 bits.
pub fn observe(
    ring: &[Bucket; RING_BUCKETS],
    mark: &LastMark,
    expiry: u64,
    now: u64,
    bucket_seconds: u64,
) -> Result<Option<Observation>, MathError> {
    let last = expiry.checked_div(bucket_seconds).ok_or(MathError::DivideByZero)?;
    let end = last.checked_mul(bucket_seconds).ok_or(MathError::Overflow)?;
    let may_grow = mark.at < end && now.saturating_sub(mark.at) <= mark.max_age;
    if now < expiry || may_grow {
        return Ok(None);
    }
    let (window_price, covered_seconds) = window(ring, last)?;
    let reference = last_average(ring, last).unwrap_or(mark.price);
    Ok(Some(Observation { window_price, covered_seconds, reference }))
}

/// Average price and covered seconds of the window that ends before bucket `last`.
fn window(ring: &[Bucket; RING_BUCKETS], last: u64) -> Result<(u64, u64), MathError> {
    let (mut sum, mut covered) = (0u128, 0u64);
    for id in last.saturating_sub(WINDOW_BUCKETS)..last {
        match kept(ring, id) {
            Kept::Held(bucket) => {
                sum = sum.checked_add(u128::from(bucket.price_seconds)).ok_or(MathError::Overflow)?;
                covered = covered.checked_add(bucket.seconds).ok_or(MathError::Overflow)?;
            }
            Kept::Empty => {}
            Kept::Lost => return Ok((0, 0)),
        }
    }
    let mean = sum.checked_div(u128::from(covered)).unwrap_or(0);
    Ok((u64::try_from(mean).map_err(|_| MathError::Overflow)?, covered))
}

/// Average of the last bucket before `last` that holds a price; `None` when it may have been lost.
fn last_average(ring: &[Bucket; RING_BUCKETS], last: u64) -> Option<u64> {
    for back in 1..=RING_BUCKETS {
        match kept(ring, last.checked_sub(u64::try_from(back).ok()?)?) {
            Kept::Held(bucket) => return bucket.price_seconds.checked_div(bucket.seconds),
            Kept::Empty => {}
            Kept::Lost => return None,
        }
    }
    None
}

/// A price that somebody put up a bond for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub price: u64,
    /// Unix time.
    pub at: u64,
    pub is_disputed: bool,
}

/// A fixed price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Fixing {
    pub price: u64,
    pub tier: Tier,
}

impl Observation {
    /// Covered part of the window, parts per million rounded down.
    fn coverage_ppm(&self, bucket_seconds: u64) -> Result<u64, MathError> {
        let window = WINDOW_BUCKETS.checked_mul(bucket_seconds).ok_or(MathError::Overflow)?;
        mul_div(self.covered_seconds, PPM_ONE, window, Round::Down)
    }

    /// The price that these buckets lead to unless somebody proposes another and nobody disputes it.
    ///
    /// # Errors
    /// Those of [`fix`].
    pub fn expected_price(&self, bucket_seconds: u64) -> Result<u64, MathError> {
        let serves = self.coverage_ppm(bucket_seconds)? >= PARTIAL_COVERAGE_PPM;
        Ok(if serves { self.window_price } else { self.reference })
    }
}

/// The settlement price at time `now`, or `None` while a better tier may still come.
///
/// # Errors
/// [`MathError::DivideByZero`] for a zero bucket length, [`MathError::Overflow`] for a window beyond 64 bits.
pub fn fix(
    seen: &Observation,
    proposal: Option<&Proposal>,
    expiry: u64,
    now: u64,
    bucket_seconds: u64,
) -> Result<Option<Fixing>, MathError> {
    if now < expiry {
        return Ok(None);
    }
    let coverage = seen.coverage_ppm(bucket_seconds)?;
    let waited = buckets_since(expiry, now, bucket_seconds)?;
    let fixing = |price, tier| Ok(Some(Fixing { price, tier }));
    if coverage >= FULL_COVERAGE_PPM {
        return fixing(seen.window_price, Tier::FullWindow);
    }
    if coverage >= PARTIAL_COVERAGE_PPM {
        let is_due = waited >= PARTIAL_AFTER_BUCKETS;
        return Ok(is_due.then_some(Fixing { price: seen.window_price, tier: Tier::PartialWindow }));
    }
    match proposal {
        None if waited >= PROPOSALS_UNTIL_BUCKETS => fixing(seen.reference, Tier::Reference),
        Some(word) if word.is_disputed => fixing(seen.reference, Tier::Reference),
        Some(word) if buckets_since(word.at, now, bucket_seconds)? >= DISPUTE_BUCKETS => {
            fixing(word.price, Tier::Proposed)
        }
        _ => Ok(None),
    }
}

/// Whether a price may be proposed now: late enough, early enough, and no average serves.
///
/// # Errors
/// Those of [`fix`].
pub fn may_propose(
    seen: &Observation,
    expiry: u64,
    now: u64,
    bucket_seconds: u64,
) -> Result<bool, MathError> {
    let waited = buckets_since(expiry, now, bucket_seconds)?;
    let is_fixable = fix(seen, None, expiry, now, bucket_seconds)?.is_some();
    Ok(!is_fixable && (PROPOSALS_FROM_BUCKETS..PROPOSALS_UNTIL_BUCKETS).contains(&waited))
}

/// Whether a proposal may be disputed now.
///
/// # Errors
/// [`MathError::DivideByZero`] for a zero bucket length.
pub fn may_dispute(proposal: &Proposal, now: u64, bucket_seconds: u64) -> Result<bool, MathError> {
    let open = buckets_since(proposal.at, now, bucket_seconds)? < DISPUTE_BUCKETS;
    Ok(open && !proposal.is_disputed)
}

/// Whether a bonded price lies within the band around the reference, its bound included.
///
/// # Errors
/// [`MathError::Overflow`] never for a reference within its domain.
pub fn is_in_band(price: u64, reference: u64) -> Result<bool, MathError> {
    let band = ppm_of(reference, PROPOSAL_BAND_PPM, Round::Down)?;
    Ok((1..=MAX_PRICE).contains(&price) && price.abs_diff(reference) <= band)
}

/// Whole buckets between two times.
fn buckets_since(from: u64, now: u64, bucket_seconds: u64) -> Result<u64, MathError> {
    now.saturating_sub(from).checked_div(bucket_seconds).ok_or(MathError::DivideByZero)
}

/// What becomes of the two bonds of a dispute, quote atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Verdict {
    pub to_proposer: u64,
    pub to_disputer: u64,
    pub to_pool: u64,
}

/// Who is nearer to the reference gets its bond back and half of the other's, rounded down; the rest is the pool's. At the same
/// distance each keeps its own.
pub fn judge(reference: u64, proposed: u64, disputing: u64, bond: u64) -> Verdict {
    let half = bond >> 1;
    let (winner, to_pool) = (bond.saturating_add(half), bond.saturating_sub(half));
    match proposed.abs_diff(reference).cmp(&disputing.abs_diff(reference)) {
        core::cmp::Ordering::Less => Verdict { to_proposer: winner, to_disputer: 0, to_pool },
        core::cmp::Ordering::Equal => Verdict { to_proposer: bond, to_disputer: bond, to_pool: 0 },
        core::cmp::Ordering::Greater => Verdict { to_proposer: 0, to_disputer: winner, to_pool },
    }
}
