//! One round: from what the sources say to a median, a verdict on each, and a grade.

mod census;
mod opinion;
mod sorted;

use self::{
    census::Census,
    opinion::Opinion,
    sorted::{median_distance, within, Sorted},
};
use super::{
    clock::Moment,
    grade::{Grade, Reason},
    health::Standing,
    observation::{Observation, Verdict, MAX_FUTURE_SECONDS},
    MAX_SOURCES,
};
use crate::{
    math_error::MathError,
    round::{ppm_of, Round},
};

/// Slots that one second may have at most; a price is as old as its slot, too.
const MAX_SLOTS_PER_SECOND: u64 = 5;

/// A source as the aggregate sees it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SourceInput {
    pub standing: Standing,
    /// Sources of one group share an upstream and count once towards independence.
    pub group: u8,
    /// It has published since the last round.
    pub is_new: bool,
    /// `None` when the account was unreadable.
    pub observation: Option<Observation>,
}

impl SourceInput {
    /// Room for a round.
    #[must_use]
    #[inline(never)] // optimised for speed, whoever calls it
    pub fn slots() -> [Self; MAX_SOURCES] {
        [Self::default(); MAX_SOURCES]
    }
}

/// Limits of a market on its sources.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Far below 2^60, as are all times.
    pub max_age_seconds: i64,
    pub max_confidence_ppm: u64,
    pub outlier_ppm: u64,
    pub quorum: u64,
    pub min_groups: u64,
    /// Sources that are missing because they were removed lately: a majority is one of what there was.
    pub removed: u64,
}

/// Result of one round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Aggregated {
    /// One for each source, in order.
    pub verdicts: [Verdict; MAX_SOURCES],
    /// Sources that count.
    pub valid: u64,
    pub groups: u64,
    /// Sources registered or removed lately, observers aside.
    pub registered: u64,
    pub grade: Grade,
    pub reason: Reason,
    /// Median of the valid sources; zero without any.
    pub price: u64,
    /// The wider of the median confidence and the median distance from the median.
    pub confidence: u64,
}

/// Aggregates one round of observations. The mark is the median of all that are fresh and confident: a second median
/// without the outliers would let a minority that sits on one side of scattered honest prices cast the other side out.
///
/// # Errors
/// [`MathError::Overflow`] when a limit times a price leaves 64 bits.
#[inline(never)] // on its own it is optimised for speed, whoever calls it
pub fn aggregate(sources: &[SourceInput], limits: &Limits, now: Moment) -> Result<Aggregated, MathError> {
    let mut round = Screened::new(sources);
    round.screen(limits, now)?;
    let voters = Opinion::of(round.prices.values(), limits, round.registered)?;
    let others = round.other_reference(&voters, limits)?;
    let reference = others.as_ref().unwrap_or(&voters);
    // Where all agree there is nobody to judge.
    let (mut distance, mut confidence) = (voters.spread, round.confidences.median());
    let has_strays = voters.widest > reference.tolerance || reference.price != voters.price;
    if (has_strays || round.has_watched) && round.judge(reference) {
        let counted = within(round.prices.values(), reference.price, reference.tolerance);
        distance = median_distance(counted, voters.price);
        confidence = round.confidences.median();
    }
    let Screened { verdicts, registered, .. } = round;
    let census = Census::of(sources, &verdicts);
    let (grade, reason) = census.grade(limits, reference.is_divided, registered);
    Ok(Aggregated {
        verdicts,
        valid: census.valid,
        groups: census.groups,
        registered,
        grade,
        reason,
        price: voters.price,
        confidence: confidence.max(distance),
    })
}

/// The sources with what is known about each so far.
struct Screened<'a> {
    sources: &'a [SourceInput],
    verdicts: [Verdict; MAX_SOURCES],
    /// Of the voters.
    prices: Sorted,
    confidences: Sorted,
    /// Sources that should be there: all but observers.
    registered: u64,
    /// Some are judged and do not count.
    has_watched: bool,
}

impl<'a> Screened<'a> {
    #[inline]
    fn new(sources: &'a [SourceInput]) -> Self {
        let sources = sources.get(..MAX_SOURCES).unwrap_or(sources);
        Self {
            sources,
            verdicts: [Verdict::Absent; MAX_SOURCES],
            prices: Sorted::none(),
            confidences: Sorted::none(),
            registered: sources.len() as u64,
            has_watched: false,
        }
    }

    /// What can be said of each by itself.
    #[inline]
    fn screen(&mut self, limits: &Limits, now: Moment) -> Result<(), MathError> {
        let screen = Screen::of(limits, now);
        for (slot, source) in self.verdicts.iter_mut().zip(self.sources) {
            let verdict = screen.verdict(source)?;
            *slot = verdict;
            if let (Verdict::Valid, Some(seen)) = (verdict, &source.observation) {
                self.prices.push(seen.price);
                self.confidences.push(seen.confidence);
            }
        }
        self.prices.sort();
        self.confidences.sort();
        if self.prices.values().len() < self.sources.len() {
            let observers = self.sources.iter().filter(|source| source.standing == Standing::Observing);
            self.registered = self.registered.saturating_sub(observers.count() as u64);
            self.has_watched = self.verdicts.contains(&Verdict::Watched);
        }
        self.registered = self.registered.saturating_add(limits.removed);
        Ok(())
    }

    /// What sources are judged against, unless it is the voters' own opinion: that with those on trial where it alone has a
    /// majority behind it or the voters are no quorum. A market whose sources all failed can find back, and the few that still
    /// vote cannot keep out the many on trial. New sources have no say about others; alone they have each other.
    #[inline]
    fn other_reference(&self, voters: &Opinion, limits: &Limits) -> Result<Option<Opinion>, MathError> {
        match voters.is_backed {
            true => Ok(None),
            false => self.wider_reference(voters, limits),
        }
    }

    #[inline(never)] // seldom
    fn wider_reference(&self, voters: &Opinion, limits: &Limits) -> Result<Option<Opinion>, MathError> {
        let wider = self.opinion_of(|source| source.standing != Standing::Observing, limits)?;
        if wider.is_backed || ((voters.members as u64) < limits.quorum && wider.members > 0) {
            return Ok(Some(wider));
        }
        if voters.members > 0 {
            return Ok(None);
        }
        self.opinion_of(|_| true, limits).map(Some)
    }

    fn opinion_of(
        &self,
        is_wanted: impl Fn(&SourceInput) -> bool,
        limits: &Limits,
    ) -> Result<Opinion, MathError> {
        Opinion::of(self.prices_of(is_wanted).values(), limits, self.registered)
    }

    /// Prices of voters and of those on trial who are wanted.
    fn prices_of(&self, is_wanted: impl Fn(&SourceInput) -> bool) -> Sorted {
        let mut prices = Sorted::none();
        for (source, verdict) in self.sources.iter().zip(&self.verdicts) {
            let is_present = matches!(verdict, Verdict::Valid | Verdict::Watched);
            if let Some(seen) = source.observation.filter(|_| is_present && is_wanted(source)) {
                prices.push(seen.price);
            }
        }
        prices.sort();
        prices
    }

    /// Finds those who are too far from the reference; true when a voter is among them. Of `n = 2f + 1` sources a majority has
    /// an honest member, so two honest ones that agree within the tolerance are never both a member and wrong: whoever is
    /// silent, `f` liars cannot have an honest source struck. The confidences are those of the rest from then on.
    fn judge(&mut self, reference: &Opinion) -> bool {
        let mut evicted = false;
        self.confidences = Sorted::none();
        for (source, verdict) in self.sources.iter().zip(&mut self.verdicts) {
            let Some(seen) = &source.observation else { continue };
            if !matches!(verdict, Verdict::Valid | Verdict::Watched) {
                continue;
            }
            let distance = seen.price.abs_diff(reference.price);
            if distance <= reference.tolerance {
                if *verdict == Verdict::Valid {
                    self.confidences.push(seen.confidence);
                }
                continue;
            }
            evicted |= *verdict == Verdict::Valid;
            *verdict = if reference.is_backed && distance > reference.wrong {
                Verdict::Outlier
            } else {
                Verdict::Astray
            };
        }
        self.confidences.sort();
        evicted
    }
}

/// What an observation must be to pass by itself. The bounds are the same for all sources of a round.
struct Screen {
    /// Of publish times.
    earliest: i64,
    latest: i64,
    first_slot: u64,
    last_slot: u64,
    max_confidence_ppm: u64,
}

impl Screen {
    #[inline]
    fn of(limits: &Limits, now: Moment) -> Self {
        let max_slots = limits.max_age_seconds.unsigned_abs().wrapping_mul(MAX_SLOTS_PER_SECOND);
        Self {
            // Times and ages are far below 2^60.
            earliest: now.unix.wrapping_sub(limits.max_age_seconds),
            latest: now.unix.wrapping_add(MAX_FUTURE_SECONDS),
            first_slot: now.slot.saturating_sub(max_slots),
            last_slot: now.slot,
            max_confidence_ppm: limits.max_confidence_ppm,
        }
    }

    #[inline]
    fn verdict(&self, source: &SourceInput) -> Result<Verdict, MathError> {
        if source.standing == Standing::Silenced {
            return Ok(Verdict::Quarantined);
        }
        let Some(seen) = &source.observation else { return Ok(Verdict::Unreadable) };
        if seen.price == 0 || seen.price > crate::black76::MAX_PRICE {
            return Ok(Verdict::NotAPrice);
        }
        if seen.publish_time > self.latest || seen.slot > self.last_slot {
            return Ok(Verdict::Future);
        }
        if seen.publish_time < self.earliest || seen.slot < self.first_slot {
            return Ok(Verdict::Stale);
        }
        if seen.confidence > ppm_of(seen.price, self.max_confidence_ppm, Round::Down)? {
            return Ok(Verdict::Uncertain);
        }
        Ok(if source.standing == Standing::Voting { Verdict::Valid } else { Verdict::Watched })
    }
}
