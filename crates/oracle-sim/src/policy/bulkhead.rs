//! The market's own: the code that the program runs, with its default parameters.

use super::Policy;
use bulkhead_risk::{
    oracle::{aggregate, Answer, Health, Limits, Mark, Moment, Observation, Reliance, Terms},
    settlement::{Bucket, RING_BUCKETS},
};

const LIMITS: Limits = Limits {
    max_age_seconds: 60,
    max_confidence_ppm: 10_000,
    outlier_ppm: 10_000,
    quorum: 3,
    min_groups: 2,
    removed: 0,
};
const TERMS: Terms = Terms {
    max_mark_age_seconds: 60,
    resume_rounds: 10,
    stable_speed_ppm_per_minute: 5_000,
    bucket_seconds: 60,
};

pub struct Bulkhead {
    sources: Vec<(Health, u8)>,
    mark: Mark,
    ring: [Bucket; RING_BUCKETS],
}

impl Bulkhead {
    pub fn new(groups: &[u8]) -> Self {
        let sources = groups.iter().map(|group| (Health::default(), *group)).collect();
        Self { sources, mark: Mark::none(), ring: [Bucket::default(); RING_BUCKETS] }
    }

    fn good_for(&self, what: Reliance, now: Moment) -> Option<u64> {
        let answer = what.answer(&self.mark, now.unix, TERMS.max_mark_age_seconds, LIMITS.max_confidence_ppm);
        matches!(answer, Ok((Answer::Mark, _))).then_some(self.mark.price)
    }
}

impl Policy for Bulkhead {
    fn name(&self) -> &'static str {
        super::BULKHEAD
    }

    fn about(&self) -> &'static str {
        "this market: median of the healthy sources with a quorum, graded; liquidation only where `Reliance::Liquidate` answers \
         `Mark`"
    }

    fn hear(&mut self, now: Moment, accounts: &[Option<Observation>]) {
        let heard: Vec<_> = self
            .sources
            .iter_mut()
            .zip(accounts)
            .map(|((health, group), account)| health.hear(*group, *account, now.unix))
            .collect();
        let round = aggregate(&heard, &LIMITS, now).expect("prices of a path are within the domain");
        for (((health, _), heard), verdict) in self.sources.iter_mut().zip(&heard).zip(round.verdicts) {
            health.record(verdict, heard.is_new, now.unix, LIMITS.max_age_seconds);
        }
        self.mark.take(&round, &TERMS, now, &mut self.ring).expect("as above");
    }

    fn liquidates_at(&self, now: Moment) -> Option<u64> {
        self.good_for(Reliance::Liquidate, now)
    }

    fn trades_at(&self, now: Moment) -> Option<u64> {
        self.good_for(Reliance::AddRisk, now)
    }
}
