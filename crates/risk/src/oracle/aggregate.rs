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
    let mut round = Screened { sources, verdicts: [Verdict::Absent; MAX_SOURCES] };
    for (verdict, source) in round.verdicts.iter_mut().zip(sources) {
        *verdict = screen(source, limits, now)?;
    }
    let voters = Opinion::of(&round, Jury::Voters, limits)?;
    let price = voters.price;
    let reference = voters.or_others(&round, limits)?;
    let evicted = round.judge(&reference);
    let distance = match evicted {
        false => voters.spread,
        true => round.sorted(Jury::Voters, |o| o.price.abs_diff(price)).median(),
    };
    let confidence = round.sorted(Jury::Voters, |o| o.confidence).median().max(distance);
    let registered = round.registered();
    let census = round.census();
    let (grade, reason) = census.grade(limits, reference.is_divided, registered);
    let Census { valid, groups, .. } = census;
    let Screened { verdicts, .. } = round;
    Ok(Aggregated { verdicts, valid, groups, registered, grade, reason, price, confidence })
}

/// Whose word is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Jury {
    Voters,
    /// Those on probation, too.
    OnTrial,
    /// And observers.
    Everybody,
}

/// What a jury says the price is, and how far its members are from it.
#[derive(Clone, Copy)]
struct Opinion {
    price: u64,
    members: u64,
    /// Median distance from the price.
    spread: u64,
    /// Beyond this distance a source does not count.
    tolerance: u64,
    /// Beyond this one it is wrong, if a majority says so.
    wrong: u64,
    /// A majority of all registered sources, the missing ones included, is within the market's own tolerance.
    is_backed: bool,
    /// Half of the members are too far away.
    is_divided: bool,
}

impl Opinion {
    fn of(round: &Screened, jury: Jury, limits: &Limits) -> Result<Self, MathError> {
        let prices = round.sorted(jury, |o| o.price);
        let price = prices.median();
        let distances = round.sorted(jury, |o| o.price.abs_diff(price));
        let spread = distances.median();
        let near = ppm_of(price, limits.outlier_ppm, Round::Down)?;
        let far = ppm_of(price, limits.max_confidence_ppm.saturating_mul(2), Round::Down)?;
        let is_divided = spread > far;
        let scattered = spread.saturating_mul(OUTLIER_DISTANCES);
        // Never so far that two of three could be a quorum with an honest one that they left behind; of two camps none is astray.
        let tolerance = near.max(if is_divided { scattered } else { scattered.min(far) });
        Ok(Self {
            price,
            members: u64::from(prices.count),
            spread,
            tolerance,
            wrong: tolerance.max(near.saturating_mul(2)),
            is_backed: distances.up_to(near).saturating_mul(2) > round.registered(),
            is_divided,
        })
    }

    /// What sources are judged against: the voters' own opinion, or with those on trial where that alone has a majority behind
    /// it or the voters are no quorum. A market whose sources all failed can find back, and the few that still vote cannot
    /// keep out the many on trial. New sources have no say about others; alone they have each other.
    fn or_others(self, round: &Screened, limits: &Limits) -> Result<Self, MathError> {
        if self.is_backed {
            return Ok(self);
        }
        let wider = Self::of(round, Jury::OnTrial, limits)?;
        if wider.is_backed || (self.members < limits.quorum && wider.members > 0) {
            return Ok(wider);
        }
        if self.members > 0 {
            return Ok(self);
        }
        Self::of(round, Jury::Everybody, limits)
    }
}

/// The sources with what is known about each so far.
struct Screened<'a> {
    sources: &'a [SourceInput],
    verdicts: [Verdict; MAX_SOURCES],
}

impl Screened<'_> {
    /// One value of each member of the jury.
    #[inline]
    fn sorted(&self, jury: Jury, value: impl Fn(&Observation) -> u64) -> Sorted {
        let mut sorted = Sorted::default();
        for (source, verdict) in self.sources.iter().zip(&self.verdicts) {
            let heard = match verdict {
                Verdict::Valid => true,
                Verdict::Watched => match jury {
                    Jury::Voters => false,
                    Jury::OnTrial => source.standing != Standing::Observing,
                    Jury::Everybody => true,
                },
                _ => false,
            };
            if let (true, Some(seen)) = (heard, &source.observation) {
                sorted.insert(value(seen));
            }
        }
        sorted
    }

    /// Sources that should be there: all but observers.
    fn registered(&self) -> u64 {
        let expected = |s: &SourceInput| u64::from(s.standing != Standing::Observing);
        self.sources.iter().map(expected).sum()
    }

    /// Finds those who are too far from the reference; true when a voter is among them. Of `n = 2f + 1` sources a majority has
    /// an honest member, so two honest ones that agree within the tolerance are never both a member and wrong: whoever is
    /// silent, `f` liars cannot have an honest source struck.
    fn judge(&mut self, reference: &Opinion) -> bool {
        let mut evicted = false;
        for (source, verdict) in self.sources.iter().zip(&mut self.verdicts) {
            let Some(seen) = &source.observation else { continue };
            let distance = seen.price.abs_diff(reference.price);
            if distance <= reference.tolerance || !matches!(verdict, Verdict::Valid | Verdict::Watched) {
                continue;
            }
            evicted |= *verdict == Verdict::Valid;
            *verdict = if reference.is_backed && distance > reference.wrong {
                Verdict::Outlier
            } else {
                Verdict::Astray
            };
        }
        evicted
    }

    fn census(&self) -> Census {
        let mut census = Census::default();
        let (mut seen, mut leading, mut lead) = (0u64, u8::MAX, 0u64);
        for (source, verdict) in self.sources.iter().zip(&self.verdicts) {
            if *verdict != Verdict::Valid {
                continue;
            }
            census.valid = census.valid.saturating_add(1);
            seen |= 1u64.checked_shl(u32::from(source.group)).unwrap_or(0);
            // Boyer and Moore: a group in the majority cannot be outvoted by all the others.
            if lead == 0 {
                leading = source.group;
            }
            lead = if leading == source.group { lead.saturating_add(1) } else { lead.saturating_sub(1) };
        }
        census.groups = u64::from(seen.count_ones());
        for (source, verdict) in self.sources.iter().zip(&self.verdicts) {
            let leads = *verdict == Verdict::Valid && source.group == leading;
            census.leading = census.leading.saturating_add(u64::from(leads));
        }
        census
    }
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
#[derive(Default)]
struct Sorted {
    values: [u64; MAX_SOURCES],
    count: u8,
}

impl Sorted {
    fn insert(&mut self, value: u64) {
        let mut at = usize::from(self.count);
        while let Some(before) = at.checked_sub(1) {
            let Some(&smaller) = self.values.get(before).filter(|v| **v > value) else { break };
            if let Some(slot) = self.values.get_mut(at) {
                *slot = smaller;
            }
            at = before;
        }
        if let Some(slot) = self.values.get_mut(at) {
            *slot = value;
        }
        self.count = self.count.saturating_add(1);
    }

    /// How many are no larger than `most`.
    fn up_to(&self, most: u64) -> u64 {
        let few = self.values.iter().take(usize::from(self.count)).filter(|value| **value <= most);
        few.fold(0u64, |count, _| count.saturating_add(1))
    }

    /// The middle value; of an even number the mean of the middle two, rounded down; zero of none.
    fn median(&self) -> u64 {
        let middle = usize::from(self.count >> 1);
        let at = |index: usize| self.values.get(index).copied().unwrap_or(0);
        let upper = at(middle);
        if self.count & 1 == 1 || self.count == 0 {
            return upper;
        }
        let lower = at(middle.saturating_sub(1));
        lower.saturating_add(upper.saturating_sub(lower) >> 1)
    }
}

/// Who counts.
#[derive(Default)]
struct Census {
    valid: u64,
    groups: u64,
    /// Valid sources of the one group that may be in the majority.
    leading: u64,
}

impl Census {
    fn grade(&self, limits: &Limits, divided: bool, registered: u64) -> (Grade, Reason) {
        if self.valid < limits.quorum {
            (Grade::D, Reason::NoQuorum)
        } else if self.groups < limits.min_groups {
            (Grade::D, Reason::TooFewGroups)
        } else if divided {
            (Grade::D, Reason::Divided)
        } else if self.leading.saturating_mul(2) > self.valid {
            (Grade::C, Reason::OneGroup)
        } else if self.valid == registered {
            (Grade::A, Reason::None)
        } else if self.valid > limits.quorum {
            (Grade::B, Reason::SourceMissing)
        } else {
            (Grade::C, Reason::BareQuorum)
        }
    }
}
