//! A market's sources over rounds, played the way the program plays them.

use bulkhead_risk::{
    oracle::{aggregate, Aggregated, Grade, Health, Limits, Mark, Moment, Observation, Reason, State, Terms},
    settlement::{Bucket, RING_BUCKETS},
};

pub const START: Moment = Moment { unix: 1_000_000, slot: 2_500_000 };
pub const TOLERANCE_PPM: u64 = 10_000;
pub const TERMS: Terms = Terms {
    max_mark_age_seconds: 60,
    resume_rounds: 10,
    stable_speed_ppm_per_minute: 5_000,
    bucket_seconds: 60,
};

pub const fn limits(quorum: u64, min_groups: u64) -> Limits {
    Limits {
        max_age_seconds: 30,
        max_confidence_ppm: 10_000,
        outlier_ppm: TOLERANCE_PPM,
        quorum,
        min_groups,
        removed: 0,
    }
}

/// What a source does in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Its account cannot be read.
    Silent,
    /// A new price with an old time.
    Stale(u64),
    /// A price dated beyond what clocks may differ by.
    Future(u64),
    /// A price dated ahead by as much as clocks may differ.
    Ahead(u64),
    /// A price with a confidence interval beyond the limit.
    Wide(u64),
    /// A price with the widest confidence interval that is accepted.
    Vague(u64),
    Says(u64),
    /// Another price under a time and a slot that it used before.
    Rewrites(u64, i64, u64),
}

impl Word {
    pub fn observed(self, now: Moment) -> Option<Observation> {
        let at = |price: u64, ahead: i64, parts: u64| {
            Some(Observation {
                price,
                confidence: (u128::from(price) * u128::from(parts) / 1_000_000) as u64,
                publish_time: now.unix + ahead,
                slot: now.slot,
            })
        };
        match self {
            Self::Silent => None,
            Self::Stale(price) => at(price, -31, 500),
            Self::Future(price) => at(price, 6, 500),
            Self::Ahead(price) => at(price, 5, 500),
            Self::Wide(price) => at(price, 0, 10_002),
            Self::Vague(price) => at(price, 0, 9_999),
            Self::Says(price) => at(price, 0, 500),
            Self::Rewrites(price, publish_time, slot) => {
                Some(Observation { price, confidence: 0, publish_time, slot })
            }
        }
    }
}

#[derive(Clone)]
pub struct Panel {
    pub health: Vec<Health>,
    pub groups: Vec<u8>,
    pub limits: Limits,
    pub mark: Mark,
    pub ring: [Bucket; RING_BUCKETS],
    pub now: Moment,
    last: Option<Aggregated>,
}

impl Panel {
    /// Healthy sources of which any majority spans two groups, and a quorum of just over half.
    pub fn of(sources: usize) -> Self {
        let group = |i: usize| u8::try_from(if sources == 3 { i } else { i / 2 }).unwrap();
        let quorum = u64::try_from(sources / 2 + 1).unwrap();
        Self {
            health: vec![Health::default(); sources],
            groups: (0..sources).map(group).collect(),
            limits: limits(quorum, 2),
            mark: Mark::none(),
            ring: [Bucket::default(); RING_BUCKETS],
            now: START,
            last: None,
        }
    }

    /// Plays a round some seconds after the last one.
    pub fn play(&mut self, seconds: i64, words: &[Word]) -> &Aggregated {
        self.now.unix += seconds;
        self.now.slot += seconds.unsigned_abs() * 2;
        let now = self.now;
        let heard: Vec<_> = self
            .health
            .iter_mut()
            .zip(&self.groups)
            .zip(words)
            .map(|((health, group), word)| health.hear(*group, word.observed(now), now.unix))
            .collect();
        let round = aggregate(&heard, &self.limits, now).unwrap();
        for ((health, heard), verdict) in self.health.iter_mut().zip(&heard).zip(round.verdicts) {
            health.record(verdict, heard.is_new, now.unix, 60);
        }
        self.mark.take(&round, &TERMS, now, &mut self.ring).unwrap();
        self.last.insert(round)
    }

    pub fn grade(&self) -> (Grade, Reason) {
        self.mark.grade_at(self.now.unix, TERMS.max_mark_age_seconds)
    }

    /// The last round's median became the mark.
    pub fn moved(&self) -> bool {
        self.mark.at == self.now.unix
    }

    pub fn state(&self, source: usize) -> State {
        self.health[source].state()
    }

    pub fn never_struck(&self, source: usize) -> bool {
        let health = &self.health[source];
        health.state() == State::Healthy && health.strikes_owed == 0
    }
}

/// Smallest and largest.
pub fn hull(prices: &[u64]) -> (u64, u64) {
    (*prices.iter().min().unwrap(), *prices.iter().max().unwrap())
}

/// All within the tolerance of each other.
pub fn agree(prices: &[u64]) -> bool {
    let (low, high) = hull(prices);
    high - low <= low * TOLERANCE_PPM / 1_000_000
}

/// Every sequence of `length` out of `alphabet`.
pub fn sequences<T: Copy>(alphabet: &[T], length: usize) -> Vec<Vec<T>> {
    let mut all = vec![Vec::new()];
    for _ in 0..length {
        all = all
            .into_iter()
            .flat_map(|begun: Vec<T>| alphabet.iter().map(move |next| [&begun[..], &[*next]].concat()))
            .collect();
    }
    all
}
