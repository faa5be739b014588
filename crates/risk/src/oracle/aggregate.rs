//! One round: from what the sources say to a median, a verdict on each, and a grade.

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
/// Distances from the median, in medians of all distances, at which a source is an outlier where all are far apart.
const OUTLIER_DISTANCES: u64 = 5;

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

/// Limits of a market on its sources.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub max_age_seconds: i64,
    pub max_confidence_ppm: u64,
    pub outlier_ppm: u64,
    pub quorum: u64,
    pub min_groups: u64,
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
    /// Sources registered, observers aside.
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
pub fn aggregate(sources: &[SourceInput], limits: &Limits, now: Moment) -> Result<Aggregated, MathError> {
    let mut verdicts = [Verdict::Absent; MAX_SOURCES];
    for (verdict, source) in verdicts.iter_mut().zip(sources) {
        *verdict = screen(source, limits, now)?;
    }
    let counted = |_: &SourceInput, verdict| verdict == Verdict::Valid;
    let voters = Reference::by(sources, &verdicts, limits, counted)?;
    let price = voters.price;
    let reference = voters.or_with_those_on_trial(sources, &verdicts, limits)?;
    for (verdict, source) in verdicts.iter_mut().zip(sources) {
        if let (Verdict::Valid | Verdict::Watched, Some(seen)) = (*verdict, &source.observation) {
            *verdict = reference.judge(*verdict, seen.price);
        }
    }
    let distance = Sorted::of(sources, &verdicts, counted, |o| o.price.abs_diff(price)).median();
    let confidence = Sorted::of(sources, &verdicts, counted, |o| o.confidence).median().max(distance);
    let census = Census::of(sources, &verdicts);
    let (grade, reason) = census.grade(limits, reference.is_divided);
    let Census { valid, groups, registered, .. } = census;
    Ok(Aggregated { verdicts, valid, groups, registered, grade, reason, price, confidence })
}

/// What sources are judged against.
struct Reference {
    price: u64,
    /// Beyond this distance a source does not count.
    tolerance: u64,
    /// Beyond this one it is wrong.
    wrong: u64,
    /// A majority of all registered sources, the missing ones included, is within the market's own tolerance.
    is_backed: bool,
    /// Half of the judges are too far away.
    is_divided: bool,
    judges: u64,
}

impl Reference {
    /// The voters' own, or with those on trial where that alone has a majority behind it or the voters are no quorum: a market
    /// whose sources all failed can find back, and the few that still vote cannot keep out the many on trial.
    fn or_with_those_on_trial(
        self,
        sources: &[SourceInput],
        verdicts: &[Verdict; MAX_SOURCES],
        limits: &Limits,
    ) -> Result<Self, MathError> {
        if self.is_backed {
            return Ok(self);
        }
        let is_present = |verdict| matches!(verdict, Verdict::Valid | Verdict::Watched);
        let present = Self::by(sources, verdicts, limits, |source, verdict| {
            is_present(verdict) && source.standing != Standing::Observing
        })?;
        if present.is_backed || (self.judges < limits.quorum && present.judges > 0) {
            Ok(present)
        } else if self.judges > 0 {
            Ok(self)
        } else {
            // New sources have no say about others; alone they have each other.
            Self::by(sources, verdicts, limits, |_, verdict| is_present(verdict))
        }
    }

    fn by(
        sources: &[SourceInput],
        verdicts: &[Verdict; MAX_SOURCES],
        limits: &Limits,
        is_judge: impl Fn(&SourceInput, Verdict) -> bool,
    ) -> Result<Self, MathError> {
        let price = Sorted::of(sources, verdicts, &is_judge, |o| o.price).median();
        let distances = Sorted::of(sources, verdicts, &is_judge, |o| o.price.abs_diff(price));
        let near = ppm_of(price, limits.outlier_ppm, Round::Down)?;
        let spread = distances.median();
        let far = ppm_of(price, limits.max_confidence_ppm.saturating_mul(2), Round::Down)?;
        let is_divided = spread > far;
        let scattered = spread.saturating_mul(OUTLIER_DISTANCES);
        // Never so far that two of three could be a quorum with an honest one that they left behind; of two camps none is astray.
        let tolerance = near.max(if is_divided { scattered } else { scattered.min(far) });
        Ok(Self {
            price,
            tolerance,
            wrong: tolerance.max(near.saturating_mul(2)),
            is_backed: distances.up_to(near).saturating_mul(2) > registered(sources),
            is_divided,
            judges: distances.up_to(u64::MAX),
        })
    }

    /// Of `n = 2f + 1` sources a majority has an honest member, so two honest ones that agree within the tolerance are never
    /// both a member and wrong: whoever is silent, `f` liars cannot have an honest source struck.
    const fn judge(&self, before: Verdict, price: u64) -> Verdict {
        let distance = price.abs_diff(self.price);
        if self.is_backed && distance > self.wrong {
            Verdict::Outlier
        } else if distance > self.tolerance {
            Verdict::Astray
        } else {
            before
        }
    }
}

/// Sources that should be there: all but observers.
fn registered(sources: &[SourceInput]) -> u64 {
    let expected = sources.iter().filter(|source| source.standing != Standing::Observing).count();
    u64::try_from(expected).unwrap_or(u64::MAX)
}

/// What can be said of a source by itself.
fn screen(source: &SourceInput, limits: &Limits, now: Moment) -> Result<Verdict, MathError> {
    if source.standing == Standing::Silenced {
        return Ok(Verdict::Quarantined);
    }
    let Some(seen) = source.observation else { return Ok(Verdict::Unreadable) };
    if seen.price == 0 || seen.price > crate::black76::MAX_PRICE {
        return Ok(Verdict::NotAPrice);
    }
    let age = now.unix.saturating_sub(seen.publish_time);
    if age < -MAX_FUTURE_SECONDS || seen.slot > now.slot {
        return Ok(Verdict::Future);
    }
    let max_slots = limits.max_age_seconds.unsigned_abs().saturating_mul(MAX_SLOTS_PER_SECOND);
    if age > limits.max_age_seconds || now.slot.saturating_sub(seen.slot) > max_slots {
        return Ok(Verdict::Stale);
    }
    if seen.confidence > ppm_of(seen.price, limits.max_confidence_ppm, Round::Down)? {
        return Ok(Verdict::Uncertain);
    }
    Ok(if source.standing == Standing::Voting { Verdict::Valid } else { Verdict::Watched })
}

/// Values in ascending order. The general sort would weigh more than the whole aggregate.
struct Sorted {
    values: [u64; MAX_SOURCES],
    count: usize,
}

impl Sorted {
    fn of(
        sources: &[SourceInput],
        verdicts: &[Verdict; MAX_SOURCES],
        wanted: impl Fn(&SourceInput, Verdict) -> bool,
        value: impl Fn(&Observation) -> u64,
    ) -> Self {
        let mut sorted = Self { values: [u64::MAX; MAX_SOURCES], count: 0 };
        for (source, verdict) in sources.iter().zip(verdicts) {
            if let (true, Some(seen)) = (wanted(source, *verdict), &source.observation) {
                sorted.insert(value(seen));
            }
        }
        sorted
    }

    /// How many are no larger than `most`.
    fn up_to(&self, most: u64) -> u64 {
        let few = self.values.iter().take(self.count).filter(|value| **value <= most).count();
        u64::try_from(few).unwrap_or(u64::MAX)
    }

    fn insert(&mut self, value: u64) {
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

    /// The middle value; of an even number the mean of the middle two, rounded down; zero of none.
    fn median(&self) -> u64 {
        let middle = self.count >> 1;
        let at = |index: usize| self.values.get(index).copied().unwrap_or(0);
        let upper = at(middle);
        match self.count {
            0 => 0,
            odd if odd & 1 == 1 => upper,
            _ => {
                let lower = at(middle.saturating_sub(1));
                lower.saturating_add(upper.saturating_sub(lower) >> 1)
            }
        }
    }
}

/// Who counts.
struct Census {
    valid: u64,
    groups: u64,
    registered: u64,
    /// Valid sources of the largest group.
    largest: u64,
}

impl Census {
    fn of(sources: &[SourceInput], verdicts: &[Verdict; MAX_SOURCES]) -> Self {
        let (mut valid, mut seen, mut largest) = (0u64, 0u64, 0u64);
        for (source, verdict) in sources.iter().zip(verdicts) {
            if *verdict != Verdict::Valid {
                continue;
            }
            valid = valid.saturating_add(1);
            seen |= 1u64.checked_shl(u32::from(source.group)).unwrap_or(0);
            let mut alike = 0u64;
            for (other, verdict) in sources.iter().zip(verdicts) {
                alike = alike
                    .saturating_add(u64::from(*verdict == Verdict::Valid && other.group == source.group));
            }
            largest = largest.max(alike);
        }
        Self { valid, groups: u64::from(seen.count_ones()), registered: registered(sources), largest }
    }

    fn grade(&self, limits: &Limits, divided: bool) -> (Grade, Reason) {
        if self.valid < limits.quorum {
            (Grade::D, Reason::NoQuorum)
        } else if self.groups < limits.min_groups {
            (Grade::D, Reason::TooFewGroups)
        } else if divided {
            (Grade::D, Reason::Divided)
        } else if self.largest.saturating_mul(2) > self.valid {
            (Grade::C, Reason::OneGroup)
        } else if self.valid == self.registered {
            (Grade::A, Reason::None)
        } else if self.valid > limits.quorum {
            (Grade::B, Reason::SourceMissing)
        } else {
            (Grade::C, Reason::BareQuorum)
        }
    }
}
