//! How one policy did in one scenario.

use crate::book::{Book, Outcome};

/// Running figures of a policy.
#[derive(Default)]
pub struct Score {
    pub book: Book,
    seconds: u64,
    no_liquidation: u64,
    no_trade: u64,
    usable: u64,
    error_sum: f64,
    error_max: f64,
}

/// The figures of a policy at the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    pub outcome: Outcome,
    /// Shares of the time in which the chain ran.
    pub no_liquidation: f64,
    pub no_trade: f64,
    /// Of the price that could be liquidated at, against the true one of the same second.
    pub mean_error: f64,
    pub max_error: f64,
}

impl Score {
    /// One second in which the chain ran.
    pub fn pass(&mut self, second: i64, truth: u64, liquidates_at: Option<u64>, trades_at: Option<u64>) {
        self.book.pass(second, truth, liquidates_at);
        self.seconds += 1;
        self.no_trade += u64::from(trades_at.is_none());
        match liquidates_at {
            None => self.no_liquidation += 1,
            Some(price) => {
                let error = (price as f64 / truth as f64 - 1.0).abs();
                self.usable += 1;
                self.error_sum += error;
                self.error_max = self.error_max.max(error);
            }
        }
    }

    #[must_use]
    pub fn figures(&self) -> Figures {
        let share = |part: u64| part as f64 / self.seconds.max(1) as f64;
        Figures {
            outcome: self.book.outcome(),
            no_liquidation: share(self.no_liquidation),
            no_trade: share(self.no_trade),
            mean_error: self.error_sum / self.usable.max(1) as f64,
            max_error: self.error_max,
        }
    }
}
