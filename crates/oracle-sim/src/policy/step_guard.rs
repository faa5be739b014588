//! One feed that is sound, and no update that is far from the one before.

use super::{sound, Policy};
use bulkhead_risk::oracle::{Moment, Observation};

const MAX_AGE: i64 = 60;
const MAX_CONFIDENCE: f64 = 0.02;
const MAX_STEP: f64 = 0.1;

#[derive(Default)]
pub struct StepGuard {
    last: Option<(u64, i64)>,
}

impl Policy for StepGuard {
    fn name(&self) -> &'static str {
        super::STEP_GUARD
    }

    fn about(&self) -> &'static str {
        "the first source; an update more than 10 % from the last accepted one is refused: price-deviation circuit breakers, as \
         documented of Synthetix v3's oracle nodes"
    }

    fn hear(&mut self, now: Moment, accounts: &[Option<Observation>]) {
        let Some(seen) = accounts.first().copied().flatten() else { return };
        let near = |last: u64| (seen.price as f64 / last as f64 - 1.0).abs() <= MAX_STEP;
        if sound(seen, now, MAX_AGE, MAX_CONFIDENCE) && self.last.is_none_or(|(last, _)| near(last)) {
            self.last = Some((seen.price, seen.publish_time));
        }
    }

    fn liquidates_at(&self, now: Moment) -> Option<u64> {
        self.last.filter(|(_, at)| now.unix - at <= MAX_AGE).map(|(price, _)| price)
    }
}
