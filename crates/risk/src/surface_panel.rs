//! One surface from the votes of a panel: at every strike a median that a minority of lying members cannot move out of the
//! range of the honest ones, and from the last surface towards it a step that the market allows.
//!
//! An even number of votes has two middle values. Of these and what lies between them the one nearest to the last surface
//! counts, as if the last surface had a vote: then half of the voters, lying, can hold a surface back and never carry it off.
//!
//! Medians taken strike by strike need not be free of arbitrage, even if every vote is; and a member who votes high and low by
//! turns can see to it that they are not. So whole votes follow as candidates, the nearest to the median first: one that is
//! taken before an honest vote that passes lies no further from the median than that one.

use crate::{
    math_error::MathError,
    round::{mul_div, ppm_of, Round},
};

/// Most members of a panel: two of them may fail in any way.
pub const MAX_MEMBERS: usize = 5;
/// Most strikes of an expiry.
pub const MAX_STRIKES: usize = 16;
/// Oldest vote that counts, seconds. Long enough for members that vote every few minutes to miss a round, short enough that a
/// silent member does not vote for an hour that is gone.
pub const MAX_VOTE_AGE_SECONDS: i64 = 600;

/// A surface and the quotes behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct QuotedSurface {
    /// One per strike, parts per million per square root of a year; zero beyond the listed ones, and where none was set.
    pub vols_ppm: [u32; MAX_STRIKES],
    /// Forward over mark, parts per million.
    pub basis_ppm: i64,
    /// Half-spread, parts per million of the forward.
    pub spread_ppm: u64,
    /// Zero: nobody quoted a depth.
    pub depth_lots: u64,
}

/// A quorum is more than half of the members: two quorums share one, so no two of them apply different surfaces.
#[must_use]
pub const fn is_majority(quorum: usize, members: usize) -> bool {
    quorum <= members && quorum.saturating_mul(2) > members
}

/// Whether a vote of that time counts now.
#[must_use]
pub const fn is_fresh(voted_at: i64, now: i64) -> bool {
    now.saturating_sub(voted_at) <= MAX_VOTE_AGE_SECONDS
}

impl QuotedSurface {
    /// Sum of the distances of the volatilities.
    #[must_use]
    pub fn distance(&self, other: &Self) -> u64 {
        let pairs = self.vols_ppm.iter().zip(&other.vols_ppm);
        pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum()
    }
}

/// The median of up to five votes, strike by strike, of the basis, and of the quotes. Before the first surface, `last` being
/// zero, the higher volatility of the middle two counts: it asks for more margin. So do the wider spread and the lesser depth.
#[must_use]
pub fn median(votes: &[QuotedSurface], last: &QuotedSurface) -> QuotedSurface {
    let mut vols_ppm = [0; MAX_STRIKES];
    for (strike, (vol, last)) in vols_ppm.iter_mut().zip(last.vols_ppm).enumerate() {
        let anchor = if last == 0 { i64::MAX } else { i64::from(last) };
        let voted = |v: &QuotedSurface| v.vols_ppm.get(strike).copied().map_or(0, i64::from);
        // One of the values voted, or between two.
        *vol = u32::try_from(Sorted::of(votes, voted).middle(anchor)).unwrap_or(0);
    }
    let depth = |v: &QuotedSurface| if v.depth_lots == 0 { i64::MAX } else { signed(v.depth_lots) };
    let depth = Sorted::of(votes, depth).middle(0);
    QuotedSurface {
        vols_ppm,
        basis_ppm: Sorted::of(votes, |v| v.basis_ppm).middle(last.basis_ppm),
        spread_ppm: Sorted::of(votes, |v| signed(v.spread_ppm)).middle(i64::MAX).unsigned_abs(),
        depth_lots: if depth == i64::MAX { 0 } else { depth.unsigned_abs() },
    }
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// One value of each vote, in ascending order.
struct Sorted {
    values: [i64; MAX_MEMBERS],
    count: usize,
}

impl Sorted {
    fn of(votes: &[QuotedSurface], value: impl Fn(&QuotedSurface) -> i64) -> Self {
        let mut sorted = Self { values: [i64::MAX; MAX_MEMBERS], count: 0 };
        for vote in votes {
            sorted.insert(value(vote));
        }
        sorted
    }

    #[inline(never)] // once in the program, not once for each value of a vote
    fn insert(&mut self, value: i64) {
        let Some(last) = self.values.get_mut(self.count) else { return };
        *last = value;
        for at in (1..=self.count).rev() {
            let before = at.saturating_sub(1);
            if self.values.get(before) <= self.values.get(at) {
                break;
            }
            self.values.swap(before, at);
        }
        self.count = self.count.saturating_add(1);
    }

    /// The middle value; of an even number what is nearest to `anchor` from one of the middle two to the other; `anchor` of
    /// none.
    #[inline(never)]
    fn middle(&self, anchor: i64) -> i64 {
        let half = self.count >> 1;
        let at = |index: usize| self.values.get(index).copied().unwrap_or(anchor);
        match self.count {
            0 => anchor,
            odd if odd & 1 == 1 => at(half),
            _ => anchor.max(at(half.saturating_sub(1))).min(at(half)),
        }
    }
}

/// A vote's distance from the median, and its place.
pub type Rank = (u64, usize);

/// The vote that lies nearest to `median` of those behind `after`; of equally near ones the first.
#[must_use]
pub fn next_nearest(votes: &[QuotedSurface], median: &QuotedSurface, after: Option<Rank>) -> Option<Rank> {
    let ranks = votes.iter().enumerate().map(|(at, vote)| (vote.distance(median), at));
    ranks.filter(|rank| Some(*rank) > after).min()
}

/// Volatilities on the way from the last ones to `target`: as far as no volatility moves by more than `step_ppm` of itself,
/// and all of them by the same share of their way, so that what began and ends as a smile is not torn on the way. Rounded
/// towards the last ones. The first surface, where `last` is zero, arrives at once.
///
/// # Errors
/// [`MathError::Overflow`] for a step beyond 2^64 volatilities.
pub fn approach(
    last: &[u32; MAX_STRIKES],
    target: &[u32; MAX_STRIKES],
    step_ppm: u64,
) -> Result<[u32; MAX_STRIKES], MathError> {
    let pairs = || last.iter().zip(target);
    // The share of the way, `allowed / gap`, is that of the strike that has furthest to go. Volatilities and steps of parts
    // of them fit 32 bits, so products of two fit 64.
    let (mut allowed, mut gap) = (1u64, 1u64);
    for (from, to) in pairs().filter(|(from, _)| **from != 0) {
        let whole = u64::from(from.abs_diff(*to));
        let part = ppm_of(u64::from(*from), step_ppm, Round::Down)?.min(whole);
        if part.saturating_mul(gap) < whole.saturating_mul(allowed) {
            (allowed, gap) = (part, whole);
        }
    }
    let mut vols = *target;
    for (vol, (from, to)) in vols.iter_mut().zip(pairs()).filter(|(_, (from, _))| **from != 0) {
        let moved = mul_div(u64::from(from.abs_diff(*to)), allowed, gap, Round::Down)?;
        let moved = u32::try_from(moved).map_err(|_| MathError::Overflow)?;
        *vol = if to > from { from.saturating_add(moved) } else { from.saturating_sub(moved) };
    }
    Ok(vols)
}

/// A basis on the way from the last one to `target`: at most `step_ppm` further.
#[must_use]
pub fn approach_basis(last: i64, target: i64, step_ppm: u64) -> i64 {
    target.max(last.saturating_sub_unsigned(step_ppm)).min(last.saturating_add_unsigned(step_ppm))
}

#[cfg(test)]
mod tests;
