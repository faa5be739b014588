//! The median of the fresh sources, however few.

use super::{median, Policy};
use bulkhead_risk::oracle::{Moment, Observation};

const MAX_AGE: i64 = 60;

#[derive(Default)]
pub struct FreshMedian {
    last: Option<u64>,
}

impl Policy for FreshMedian {
    fn name(&self) -> &'static str {
        super::FRESH_MEDIAN
    }

    fn about(&self) -> &'static str {
        "median of prices above zero no older than 60 s, one is enough; a median behind a staleness check"
    }

    fn hear(&mut self, now: Moment, accounts: &[Option<Observation>]) {
        let fresh = |seen: &&Observation| seen.price > 0 && now.unix - seen.publish_time <= MAX_AGE;
        self.last = median(accounts.iter().flatten().filter(fresh).map(|seen| seen.price).collect());
    }

    fn liquidates_at(&self, _now: Moment) -> Option<u64> {
        self.last
    }
}
