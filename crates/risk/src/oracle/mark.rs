//! When a round's median becomes the mark.
//!
//! A large move needs more agreement, never a block: at once when four fifths of the sources agree, otherwise when it has stood
//! for some seconds of rounds. After an outage the quorum must hold for some rounds, without a large move among
//! them, before anybody relies on the mark: sources that come back one by one, or with what they last knew, liquidate nobody.

use super::{
    aggregate::Aggregated,
    clock::{live_seconds, stable_price, Moment},
    grade::{Grade, Reason},
};
use crate::{
    math_error::MathError,
    round::{mul_div, ppm_of, Round},
    scenario::PPM,
    settlement::{record, Bucket, RING_BUCKETS},
};
use bytemuck::{Pod, Zeroable};

/// Change of the mark between two rounds that needs more agreement, parts per million.
pub const LARGE_MOVE_PPM: u64 = 50_000;
/// Time for which a large move must stand when too few agree at once, seconds, and rounds that must have seen it by then:
/// two spikes far apart, with no round between them, are no move.
pub const CONFIRM_SECONDS: i64 = 3;
pub const CONFIRM_ROUNDS: u8 = 3;
/// Ages beyond this many times the allowed one leave no mark worth the name.
const FAR_TOO_OLD: i64 = 5;

/// Limits of a market on its mark.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    pub max_mark_age_seconds: i64,
    /// Rounds in a row for which a quorum must hold after an outage.
    pub resume_rounds: u64,
    pub stable_speed_ppm_per_minute: u64,
    pub bucket_seconds: u64,
}

/// The mark and what is known about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Pod, Zeroable)]
#[repr(C)]
pub struct Mark {
    /// Median, quote atoms per unit; the last good one while the grade is D or E.
    pub price: u64,
    pub confidence: u64,
    /// Follows the mark with bounded speed.
    pub stable: u64,
    /// Unix time and slot of the last round with a quorum.
    pub at: i64,
    pub slot: u64,
    /// Unix time and slot of the last round of any grade.
    pub round_at: i64,
    pub round_slot: u64,
    pub rounds: u64,
    /// Rounds with a quorum in a row.
    pub healthy_rounds: u64,
    /// Seconds during which the chain and the cranks made normal progress.
    pub live_seconds: u64,
    /// A large move that waits for confirmation, and since when; zero: none.
    pub candidate: u64,
    pub candidate_at: i64,
    /// Rounds for which the quorum must still hold after an outage.
    pub resume_left: u64,
    /// [`Grade`] and [`Reason`] of the last round.
    pub grade: u8,
    pub reason: u8,
    /// Rounds that have seen the large move.
    pub candidate_rounds: u8,
    pub _pad: [u8; 5],
}

impl Mark {
    /// Before the first round.
    #[must_use]
    pub fn none() -> Self {
        Self { grade: Grade::E as u8, reason: Reason::NoMark as u8, ..Self::default() }
    }

    /// Takes a round; `ring` gets the price that was in force until now.
    ///
    /// # Errors
    /// [`MathError::Overflow`] when a price times a time leaves 64 bits: never within the domain of prices.
    #[inline(never)] // on its own it is optimised for speed, whoever calls it
    pub fn take(
        &mut self,
        round: &Aggregated,
        terms: &Terms,
        now: Moment,
        ring: &mut [Bucket; RING_BUCKETS],
    ) -> Result<(), MathError> {
        if self.round_at != 0 {
            let slots = now.slot.saturating_sub(self.round_slot);
            let elapsed = now.unix.wrapping_sub(self.round_at); // as an age
            let lived = live_seconds(elapsed, slots, terms.max_mark_age_seconds);
            self.live_seconds = self.live_seconds.wrapping_add(lived);
        }
        // Seconds and rounds of a second each: no count comes near 2^64.
        self.rounds = self.rounds.wrapping_add(1);
        (self.round_at, self.round_slot) = (now.unix, now.slot);
        let (grade, reason) = self.judge(round, terms, now, ring)?;
        (self.grade, self.reason) = (grade as u8, reason as u8);
        Ok(())
    }

    fn judge(
        &mut self,
        round: &Aggregated,
        terms: &Terms,
        now: Moment,
        ring: &mut [Bucket; RING_BUCKETS],
    ) -> Result<(Grade, Reason), MathError> {
        if !round.grade.is_quorum() {
            self.healthy_rounds = 0;
            self.candidate = 0;
            if self.resume_left > 0 {
                self.resume_left = terms.resume_rounds;
            }
            let never = self.price == 0;
            return Ok(if never { (Grade::E, Reason::NoMark) } else { (round.grade, round.reason) });
        }
        let gap = self.age(now.unix);
        let outage = self.price != 0 && gap > terms.max_mark_age_seconds;
        let large = self.price != 0
            && round.price.abs_diff(self.price) > ppm_of(self.price, LARGE_MOVE_PPM, Round::Down)?;
        if outage || (large && self.resume_left > 0) {
            self.resume_left = terms.resume_rounds;
            self.healthy_rounds = 0;
        } else if large && !is_strong(round) && !self.is_confirmed(round.price, now.unix) {
            return Ok((Grade::D, Reason::MoveUnconfirmed));
        }
        self.accept(round, terms, now, gap, ring)?;
        self.resume_left = self.resume_left.saturating_sub(1);
        Ok(if self.resume_left > 0 { (Grade::D, Reason::Resuming) } else { (round.grade, round.reason) })
    }

    /// Whether every round for long enough has seen a large move this way; begins the wait when it is a new one. The way
    /// counts, not the price, or a price that goes on falling would never be believed.
    fn is_confirmed(&mut self, price: u64, now: i64) -> bool {
        let same_way = (self.candidate > self.price) == (price > self.price);
        if self.candidate == 0 || !same_way {
            (self.candidate, self.candidate_at, self.candidate_rounds) = (price, now, 1);
            return false;
        }
        self.candidate_rounds = self.candidate_rounds.saturating_add(1);
        now.saturating_sub(self.candidate_at) >= CONFIRM_SECONDS && self.candidate_rounds >= CONFIRM_ROUNDS
    }

    /// `gap`: seconds since the last round with a quorum.
    fn accept(
        &mut self,
        round: &Aggregated,
        terms: &Terms,
        now: Moment,
        gap: i64,
        ring: &mut [Bucket; RING_BUCKETS],
    ) -> Result<(), MathError> {
        // The old mark was in force until now, unless it had grown too old to count.
        if self.price != 0 && gap > 0 && gap <= terms.max_mark_age_seconds {
            let (from, to) = (self.at.unsigned_abs(), now.unix.unsigned_abs());
            record(ring, self.price, from, to, terms.bucket_seconds)?;
        }
        let elapsed = gap.clamp(0, terms.max_mark_age_seconds).unsigned_abs();
        self.stable = stable_price(self.stable, round.price, elapsed, terms.stable_speed_ppm_per_minute)?;
        self.price = round.price;
        self.confidence = round.confidence;
        (self.at, self.slot) = (now.unix, now.slot);
        self.candidate = 0;
        self.healthy_rounds = self.healthy_rounds.wrapping_add(1); // as all rounds
        Ok(())
    }

    /// Seconds since the last round with a quorum. Both times are the chain's own, far below 2^60.
    #[must_use]
    #[inline]
    pub const fn age(&self, now: i64) -> i64 {
        now.wrapping_sub(self.at)
    }

    /// Half-width of the confidence interval as a share of the mark, parts per million.
    ///
    /// # Errors
    /// [`MathError::Overflow`] for an interval of many times the mark.
    pub fn confidence_ppm(&self) -> Result<u64, MathError> {
        match self.price {
            0 => Ok(0),
            price => mul_div(self.confidence, PPM, price, Round::Up),
        }
    }

    /// The grade now: that of the last round, D when the mark is older than `max_age` (below 2^60), E far beyond that.
    #[must_use]
    #[inline]
    pub fn grade_at(&self, now: i64, max_age: i64) -> (Grade, Reason) {
        if self.price == 0 {
            return (Grade::E, Reason::NoMark);
        }
        let age = self.age(now);
        if age > max_age.wrapping_mul(FAR_TOO_OLD) {
            (Grade::E, Reason::Aged)
        } else if age > max_age {
            (Grade::D, Reason::Aged)
        } else {
            (Grade::from_byte(self.grade), Reason::from_byte(self.reason))
        }
    }
}

/// Four fifths of all sources agree on a large move.
fn is_strong(round: &Aggregated) -> bool {
    round.valid.wrapping_mul(5) >= round.registered.wrapping_mul(4) // at most eight of each
}
