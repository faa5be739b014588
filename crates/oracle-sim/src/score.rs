//! How one policy did in one scenario.

use crate::{
    book::{Book, Outcome},
    path::Path,
};

/// A price is in error by its distance from all true prices of so many seconds: latency is no error.
pub const ERROR_SECONDS: i64 = 10;

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
    /// Of the price that could be liquidated at, against the true ones of the last [`ERROR_SECONDS`].
    pub mean_error: f64,
    pub max_error: f64,
}

impl Score {
    /// One second in which the chain ran.
    pub fn pass(&mut self, second: i64, truth: &Path, liquidates_at: Option<u64>, trades_at: Option<u64>) {
        self.book.pass(second, truth.at(second), liquidates_at);
        self.seconds += 1;
        self.no_trade += u64::from(trades_at.is_none());
        match liquidates_at {
            None => self.no_liquidation += 1,
            Some(price) => {
                let error = error(price, second, truth);
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

fn error(price: u64, second: i64, truth: &Path) -> f64 {
    let recent = (second - ERROR_SECONDS..=second).map(|second| truth.at(second));
    let (low, high) = recent.fold((u64::MAX, 0), |(low, high), price| (low.min(price), high.max(price)));
    let nearest = price.clamp(low, high);
    (price as f64 / nearest as f64 - 1.0).abs()
}
