//! How a market makes a price to liquidate by from what its sources say.
//!
//! The policies beside the market's own model documented behaviour of other protocols, each in its simplest form.

mod bulkhead;
mod feed_with_fallback;
mod fresh_median;
mod plain_median;
mod single_feed;
mod step_guard;
mod twap;
mod twap_guard;

use bulkhead_risk::oracle::{Moment, Observation};

/// One way to make a price.
pub trait Policy {
    fn name(&self) -> &'static str;

    /// What it models, for the report.
    fn about(&self) -> &'static str;

    /// Reads all accounts, once in each second in which the chain runs.
    fn hear(&mut self, now: Moment, accounts: &[Option<Observation>]);

    /// The price that positions may be liquidated at now.
    fn liquidates_at(&self, now: Moment) -> Option<u64>;

    /// The price that risk may be added at now.
    fn trades_at(&self, now: Moment) -> Option<u64> {
        self.liquidates_at(now)
    }
}

pub const BULKHEAD: &str = "bulkhead";
pub const SINGLE_FEED: &str = "single feed";
pub const PLAIN_MEDIAN: &str = "plain median";
pub const FRESH_MEDIAN: &str = "fresh median";
pub const TWAP: &str = "5 min TWAP";
pub const TWAP_GUARD: &str = "TWAP guard 50 %";
pub const STEP_GUARD: &str = "step guard 10 %";
pub const FEED_WITH_FALLBACK: &str = "feed with fallback";

/// The market's own first, then the others, each new.
#[must_use]
pub fn all(groups: &[u8]) -> Vec<Box<dyn Policy>> {
    vec![
        Box::new(bulkhead::Bulkhead::new(groups)),
        Box::<single_feed::SingleFeed>::default(),
        Box::<plain_median::PlainMedian>::default(),
        Box::<fresh_median::FreshMedian>::default(),
        Box::<twap::Twap>::default(),
        Box::<twap_guard::TwapGuard>::default(),
        Box::<step_guard::StepGuard>::default(),
        Box::<feed_with_fallback::FeedWithFallback>::default(),
    ]
}

/// The middle price; of an even number the mean of the middle two.
fn median(mut prices: Vec<u64>) -> Option<u64> {
    prices.sort_unstable();
    let middle = prices.len() / 2;
    let upper = *prices.get(middle)?;
    if prices.len() % 2 == 1 {
        return Some(upper);
    }
    Some(prices[middle - 1].midpoint(upper))
}

/// What a protocol that reads one feed checks first: above zero, not too old, not too uncertain.
fn sound(seen: Observation, now: Moment, max_age: i64, max_confidence: f64) -> bool {
    seen.price > 0
        && now.unix - seen.publish_time <= max_age
        && seen.confidence as f64 <= seen.price as f64 * max_confidence
}
