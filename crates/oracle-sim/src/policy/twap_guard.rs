//! One feed that is sound, and no liquidation while it is far from its own average.

use super::{sound, Policy};
use bulkhead_risk::oracle::{Moment, Observation};

const MAX_AGE: i64 = 48;
const MAX_CONFIDENCE: f64 = 0.02;
const TWAP_SECONDS: f64 = 300.0;
const MAX_DISTANCE: f64 = 0.5;

#[derive(Default)]
pub struct TwapGuard {
    good: Option<u64>,
    average: f64,
}

impl Policy for TwapGuard {
    fn name(&self) -> &'static str {
        super::TWAP_GUARD
    }

    fn about(&self) -> &'static str {
        "the first source if above zero, no older than 120 slots and certain to 2 %; liquidation is blocked beyond 50 % of the \
         5 min average: as documented of Drift v2"
    }

    fn hear(&mut self, now: Moment, accounts: &[Option<Observation>]) {
        let seen = accounts.first().copied().flatten();
        self.good = seen.filter(|seen| sound(*seen, now, MAX_AGE, MAX_CONFIDENCE)).map(|seen| seen.price);
        let Some(price) = self.good else { return };
        let price = price as f64;
        self.average = match self.average {
            0.0 => price,
            average => average + (price - average) / TWAP_SECONDS,
        };
    }

    fn liquidates_at(&self, _now: Moment) -> Option<u64> {
        self.good.filter(|price| (*price as f64 / self.average - 1.0).abs() < MAX_DISTANCE)
    }

    fn trades_at(&self, _now: Moment) -> Option<u64> {
        self.good
    }
}
