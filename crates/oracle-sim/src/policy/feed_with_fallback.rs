//! One feed that is sound, else a second one.

use super::{sound, Policy};
use bulkhead_risk::oracle::{Moment, Observation};

const MAX_AGE: i64 = 60;
const TRADING_AGE: i64 = 20;
const MAX_CONFIDENCE: f64 = 0.01;

#[derive(Default)]
pub struct FeedWithFallback {
    seen: Vec<Observation>,
}

impl FeedWithFallback {
    fn first_sound(&self, now: Moment, max_age: i64) -> Option<u64> {
        let good = |seen: &&Observation| sound(**seen, now, max_age, MAX_CONFIDENCE);
        self.seen.iter().find(good).map(|seen| seen.price)
    }
}

impl Policy for FeedWithFallback {
    fn name(&self) -> &'static str {
        super::FEED_WITH_FALLBACK
    }

    fn about(&self) -> &'static str {
        "the first source if above zero, no older than 60 s (20 s to trade) and certain to 1 %, else the second one: \
         as documented of Mango v4"
    }

    fn hear(&mut self, _now: Moment, accounts: &[Option<Observation>]) {
        self.seen = accounts.iter().take(2).flatten().copied().collect();
    }

    fn liquidates_at(&self, now: Moment) -> Option<u64> {
        self.first_sound(now, MAX_AGE)
    }

    fn trades_at(&self, now: Moment) -> Option<u64> {
        self.first_sound(now, TRADING_AGE)
    }
}
