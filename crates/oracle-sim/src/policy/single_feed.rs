//! One feed, taken at its word.

use super::Policy;
use bulkhead_risk::oracle::{Moment, Observation};

#[derive(Default)]
pub struct SingleFeed {
    last: Option<u64>,
}

impl Policy for SingleFeed {
    fn name(&self) -> &'static str {
        super::SINGLE_FEED
    }

    fn about(&self) -> &'static str {
        "the last price of the first source, without any check"
    }

    fn hear(&mut self, _now: Moment, accounts: &[Option<Observation>]) {
        self.last = accounts.first().copied().flatten().map(|seen| seen.price);
    }

    fn liquidates_at(&self, _now: Moment) -> Option<u64> {
        self.last
    }
}
