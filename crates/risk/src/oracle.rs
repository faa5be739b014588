//! The aggregate price: median of the sources that are fresh, confident and agree.
//!
//! Of `m` valid sources fewer than half may lie without moving the median outside the honest range. A source
//! that strays is left out of the round and earns a strike; three strikes in a row put it in quarantine.

use crate::{
    math_error::MathError,
    round::{mul_div, ppm_of, Round},
    scenario::PPM,
};

/// Most sources of one market.
pub const MAX_SOURCES: usize = 8;
/// Strikes in a row that end in quarantine.
pub const STRIKES_TO_QUARANTINE: u8 = 3;
/// Length of a quarantine, seconds.
pub const QUARANTINE_SECONDS: i64 = 3_600;
/// How far a publisher's clock may run ahead of the chain's, seconds.
pub const MAX_FUTURE_SECONDS: i64 = 5;

/// One source's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Observation {
    /// Quote atoms per unit of the underlying.
    pub price: u64,
    /// Half-width of the confidence interval, same unit.
    pub confidence: u64,
    /// Unix time at which the price was observed.
    pub publish_time: i64,
    /// Slot in which it was published or posted on chain.
    pub slot: u64,
}

/// How one source did in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[repr(u8)]
pub enum Verdict {
    /// No such source.
    #[default]
    Absent = 0,
    Valid = 1,
    /// The account could not be read as what it was registered as.
    Unreadable = 2,
    /// Older than allowed, or dated in the future.
    Stale = 3,
    /// Confidence interval too wide.
    Uncertain = 4,
    /// Zero or beyond the price domain.
    NotAPrice = 5,
    /// Too far from the median.
    Outlier = 6,
    /// Serving a quarantine, or registered too recently.
    Quarantined = 7,
}

/// A source as the aggregate sees it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SourceInput {
    /// False for an empty slot.
    pub registered: bool,
    /// False while quarantined or waiting for activation.
    pub voting: bool,
    /// Sources of one group share an upstream and count once towards independence.
    pub group: u8,
    /// `None` when the account was unreadable.
    pub observation: Option<Observation>,
}

/// Quality of a mark, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Grade {
    /// Every registered source agrees.
    A = 0,
    /// At least one more than the quorum.
    B = 1,
    /// Exactly the quorum.
    C = 2,
    /// No quorum in the last round, or the mark is older than allowed: exits only.
    D = 3,
    /// No mark at all, or one far too old.
    E = 4,
}

impl Grade {
    /// Reads a stored byte; anything unknown counts as the worst grade.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        match byte {
            0 => Self::A,
            1 => Self::B,
            2 => Self::C,
            3 => Self::D,
            _ => Self::E,
        }
    }

    /// True when risk may be added and accounts liquidated.
    #[must_use]
    pub const fn is_quorum(self) -> bool {
        matches!(self, Self::A | Self::B | Self::C)
    }

    /// Multiple of the initial margin at this grade, parts per million.
    #[must_use]
    pub const fn initial_factor_ppm(self) -> u64 {
        match self {
            Self::A => 1_000_000,
            Self::B => 1_050_000,
            _ => 1_200_000,
        }
    }

    /// The grade of a mark that is `age` seconds old: within `max_age` as graded, then D, and E beyond five
    /// times that.
    #[must_use]
    pub fn aged(self, age: i64, max_age: i64) -> Self {
        let by_age = if age <= max_age {
            Self::A
        } else if age <= max_age.saturating_mul(5) {
            Self::D
        } else {
            Self::E
        };
        self.max(by_age)
    }
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
    pub verdicts: [Verdict; MAX_SOURCES],
    pub valid: u64,
    pub groups: u64,
    pub grade: Grade,
    /// Median of the valid sources; zero without any.
    pub price: u64,
    /// The wider of the median confidence and the median distance from the median.
    pub confidence: u64,
}

/// Aggregates one round of observations at time `now`.
///
/// # Errors
/// [`MathError::Overflow`] when a limit times a price leaves 64 bits.
pub fn aggregate(
    sources: &[SourceInput; MAX_SOURCES],
    limits: &Limits,
    now: i64,
) -> Result<Aggregated, MathError> {
    let mut verdicts = [Verdict::Absent; MAX_SOURCES];
    for (verdict, source) in verdicts.iter_mut().zip(sources) {
        *verdict = screen(source, limits, now)?;
    }
    let first = median_of(sources, &verdicts, |o| o.price);
    if first == 0 {
        return Ok(Aggregated { verdicts, valid: 0, groups: 0, grade: Grade::E, price: 0, confidence: 0 });
    }
    let spread = median_of(sources, &verdicts, |o| o.price.abs_diff(first));
    let tolerance = ppm_of(first, limits.outlier_ppm, Round::Down)?.max(spread.saturating_mul(5));
    for (verdict, source) in verdicts.iter_mut().zip(sources) {
        let price = source.observation.map_or(0, |o| o.price);
        if *verdict == Verdict::Valid && price.abs_diff(first) > tolerance {
            *verdict = Verdict::Outlier;
        }
    }
    // The mark is the median of everybody. A second median without the outliers would let a minority that sits on one
    // side of scattered honest prices cast the other side out.
    let price = first;
    let distance = median_of(sources, &verdicts, |o| o.price.abs_diff(price));
    let confidence = median_of(sources, &verdicts, |o| o.confidence).max(distance);
    let (valid, groups, registered) = count(sources, &verdicts);
    let grade = if valid < limits.quorum || groups < limits.min_groups {
        Grade::D
    } else if valid == registered {
        Grade::A
    } else if valid > limits.quorum {
        Grade::B
    } else {
        Grade::C
    };
    Ok(Aggregated { verdicts, valid, groups, grade, price, confidence })
}

fn screen(source: &SourceInput, limits: &Limits, now: i64) -> Result<Verdict, MathError> {
    if !source.registered {
        return Ok(Verdict::Absent);
    }
    if !source.voting {
        return Ok(Verdict::Quarantined);
    }
    let Some(seen) = source.observation else { return Ok(Verdict::Unreadable) };
    if seen.price == 0 || seen.price > crate::black76::MAX_PRICE {
        return Ok(Verdict::NotAPrice);
    }
    let age = now.saturating_sub(seen.publish_time);
    if age > limits.max_age_seconds || age < -MAX_FUTURE_SECONDS {
        return Ok(Verdict::Stale);
    }
    if seen.confidence > ppm_of(seen.price, limits.max_confidence_ppm, Round::Down)? {
        return Ok(Verdict::Uncertain);
    }
    Ok(Verdict::Valid)
}

/// Median over the valid sources of a value taken from each; the mean of the middle two, rounded down.
fn median_of(
    sources: &[SourceInput; MAX_SOURCES],
    verdicts: &[Verdict; MAX_SOURCES],
    value: impl Fn(&Observation) -> u64,
) -> u64 {
    let mut sorted = [u64::MAX; MAX_SOURCES];
    let mut n = 0usize;
    for (source, verdict) in sources.iter().zip(verdicts) {
        if let (Verdict::Valid, Some(seen)) = (verdict, &source.observation) {
            insert(&mut sorted, n, value(seen));
            n = n.saturating_add(1);
        }
    }
    let middle = n >> 1;
    let upper = sorted.get(middle).copied().unwrap_or(0);
    match n {
        0 => 0,
        _ if n & 1 == 1 => upper,
        _ => {
            let lower = sorted.get(middle.saturating_sub(1)).copied().unwrap_or(0);
            lower.saturating_add(upper.saturating_sub(lower) >> 1)
        }
    }
}

/// Puts a value into the sorted first `n` entries. The general sort would weigh more than the whole aggregate.
fn insert(sorted: &mut [u64; MAX_SOURCES], n: usize, value: u64) {
    if let Some(slot) = sorted.get_mut(n) {
        *slot = value;
    }
    for at in (1..=n).rev() {
        let before = at.saturating_sub(1);
        if sorted.get(before) <= sorted.get(at) {
            break;
        }
        sorted.swap(before, at);
    }
}

fn count(sources: &[SourceInput; MAX_SOURCES], verdicts: &[Verdict; MAX_SOURCES]) -> (u64, u64, u64) {
    let (mut valid, mut registered, mut seen) = (0u64, 0u64, 0u64);
    for (source, verdict) in sources.iter().zip(verdicts) {
        if source.registered {
            registered = registered.saturating_add(1);
        }
        if *verdict == Verdict::Valid {
            valid = valid.saturating_add(1);
            seen |= 1u64.checked_shl(u32::from(source.group)).unwrap_or(0);
        }
    }
    (valid, u64::from(seen.count_ones()), registered)
}

/// Health of a source after a round: `(strikes, quarantined_until)`.
#[must_use]
pub fn after_round(verdict: Verdict, strikes: u8, quarantined_until: i64, now: i64) -> (u8, i64) {
    match verdict {
        Verdict::Valid => (0, 0),
        Verdict::Outlier | Verdict::NotAPrice => {
            let strikes = strikes.saturating_add(1);
            if strikes >= STRIKES_TO_QUARANTINE {
                (0, now.saturating_add(QUARANTINE_SECONDS))
            } else {
                (strikes, quarantined_until)
            }
        }
        _ => (strikes, quarantined_until),
    }
}

/// The stable price follows the mark no faster than `speed_ppm_per_minute`.
///
/// # Errors
/// [`MathError::Overflow`] when the step leaves 64 bits.
pub fn stable_price(
    stable: u64,
    mark: u64,
    elapsed: u64,
    speed_ppm_per_minute: u64,
) -> Result<u64, MathError> {
    if stable == 0 {
        return Ok(mark);
    }
    let share = mul_div(speed_ppm_per_minute, elapsed, 60, Round::Down)?.min(PPM);
    let step = ppm_of(stable, share, Round::Down)?.min(stable.abs_diff(mark));
    Ok(if mark > stable { stable.saturating_add(step) } else { stable.saturating_sub(step) })
}

/// Seconds of live time in an interval: none when the gap is longer than the market accepts (the chain or the
/// cranks stood still), otherwise no more than the slots that passed could account for.
#[must_use]
pub fn live_seconds(elapsed: i64, slots: u64, max_gap: i64) -> u64 {
    let elapsed = u64::try_from(elapsed).unwrap_or(0);
    if elapsed > u64::try_from(max_gap).unwrap_or(0) {
        return 0;
    }
    // A slot is 0.4 s; up to one second each is accepted as normal progress.
    elapsed.min(slots)
}

#[cfg(test)]
mod tests;
