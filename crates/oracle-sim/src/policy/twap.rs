//! The mean of one feed over five minutes.

use super::Policy;
use bulkhead_risk::oracle::{Moment, Observation};
use std::collections::VecDeque;

const SECONDS: usize = 300;

#[derive(Default)]
pub struct Twap {
    window: VecDeque<u64>,
    sum: u128,
}

impl Policy for Twap {
    fn name(&self) -> &'static str {
        super::TWAP
    }

    fn about(&self) -> &'static str {
        "mean of the first source over the last 300 s; protocols that read a time-weighted price alone"
    }

    fn hear(&mut self, _now: Moment, accounts: &[Option<Observation>]) {
        let Some(seen) = accounts.first().copied().flatten() else { return };
        self.window.push_back(seen.price);
        self.sum += u128::from(seen.price);
        if self.window.len() > SECONDS {
            self.sum -= u128::from(self.window.pop_front().unwrap_or(0));
        }
    }

    fn liquidates_at(&self, _now: Moment) -> Option<u64> {
        let mean = self.sum.checked_div(self.window.len() as u128)?;
        u64::try_from(mean).ok()
    }
}
