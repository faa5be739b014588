//! The median of all sources, without rules of age or health.

use super::{median, Policy};
use bulkhead_risk::oracle::{Moment, Observation};

#[derive(Default)]
pub struct PlainMedian {
    last: Option<u64>,
}

impl Policy for PlainMedian {
    fn name(&self) -> &'static str {
        super::PLAIN_MEDIAN
    }

    fn about(&self) -> &'static str {
        "median of what all sources last said; an oracle node graph that only reduces by the median"
    }

    fn hear(&mut self, _now: Moment, accounts: &[Option<Observation>]) {
        self.last = median(accounts.iter().flatten().map(|seen| seen.price).collect());
    }

    fn liquidates_at(&self, _now: Moment) -> Option<u64> {
        self.last
    }
}
