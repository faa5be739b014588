//! Leveraged accounts, and what becomes of each under one policy.

/// An account comes in by itself every so many seconds, so that there is one near any price.
pub const COHORT_SECONDS: i64 = 600;
/// Sources are noisy and late: within this share of its threshold an account is neither wrongly liquidated nor due. The same
/// for every policy.
pub const TOLERANCE: f64 = 0.005;
/// Distances from the opening price at which accounts fall below their maintenance requirement.
const LONG_STEPS: [f64; 30] = steps(0.02);
const SHORT_STEPS: [f64; 30] = steps(0.04);

const fn steps(step: f64) -> [f64; 30] {
    let mut all = [0.0; 30];
    let mut i = 0;
    while i < 30 {
        all[i] = step * (i as f64 + 1.0);
        i += 1;
    }
    all
}

/// One position with leverage.
#[derive(Clone, Debug)]
struct Account {
    is_long: bool,
    threshold: f64,
    /// The true price has been clearly beyond the threshold; since when.
    due_at: Option<i64>,
    /// The true price has been at the threshold, or nearly, before anybody liquidated.
    touched: bool,
    liquidated_at: Option<i64>,
    /// Furthest that the true price went beyond what it was when the account fell due, while it was still there.
    overrun: f64,
    due_beyond: f64,
}

/// What became of all accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Outcome {
    pub accounts: usize,
    /// Liquidated although the true price had never been near the threshold.
    pub wrong: usize,
    /// That the true price demanded: the same for every policy.
    pub due: usize,
    /// Due and never liquidated.
    pub missed: usize,
    /// Liquidated more than [`LATE_SECONDS`] after falling due.
    pub late: usize,
    /// Longest time from due to liquidated, seconds.
    pub slowest: i64,
    /// Furthest that the price ran on beyond the threshold of an account that was due: what bad debt comes from. What it
    /// jumped past the threshold in the second of falling due is left out, as no policy can help it.
    pub overrun: f64,
}

/// From here on a liquidation is late, seconds.
pub const LATE_SECONDS: i64 = 30;

#[derive(Default)]
pub struct Book {
    accounts: Vec<Account>,
}

impl Book {
    /// Lets a cohort in at the true price.
    pub fn open(&mut self, truth: u64) {
        let account = |is_long, distance: f64| Account {
            is_long,
            threshold: truth as f64 * if is_long { 1.0 - distance } else { 1.0 + distance },
            due_at: None,
            touched: false,
            liquidated_at: None,
            overrun: 0.0,
            due_beyond: 0.0,
        };
        self.accounts.extend(LONG_STEPS.iter().map(|distance| account(true, *distance)));
        self.accounts.extend(SHORT_STEPS.iter().map(|distance| account(false, *distance)));
    }

    /// One second in which the chain ran: the true price, and the one that the policy liquidates at.
    pub fn pass(&mut self, second: i64, truth: u64, usable: Option<u64>) {
        for account in &mut self.accounts {
            let beyond = account.beyond(truth);
            if account.due_at.is_none() && beyond > TOLERANCE {
                (account.due_at, account.due_beyond) = (Some(second), beyond);
            }
            if account.liquidated_at.is_some() {
                continue;
            }
            account.touched |= beyond > -TOLERANCE;
            if account.due_at.is_some() {
                account.overrun = account.overrun.max(beyond - account.due_beyond);
            }
            if usable.is_some_and(|price| account.beyond(price) > 0.0) {
                account.liquidated_at = Some(second);
            }
        }
    }

    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let mut all = Outcome { accounts: self.accounts.len(), ..Outcome::default() };
        for account in &self.accounts {
            all.wrong += usize::from(account.liquidated_at.is_some() && !account.touched);
            let Some(due) = account.due_at else { continue };
            all.due += 1;
            all.overrun = all.overrun.max(account.overrun);
            match account.liquidated_at.map(|at| at - due) {
                None => all.missed += 1,
                Some(delay) => {
                    all.late += usize::from(delay > LATE_SECONDS);
                    all.slowest = all.slowest.max(delay);
                }
            }
        }
        all
    }
}

impl Account {
    /// How far a price lies beyond the threshold, as a share of it; negative: how far it is still away.
    fn beyond(&self, price: u64) -> f64 {
        let distance = price as f64 / self.threshold - 1.0;
        if self.is_long {
            -distance
        } else {
            distance
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(seconds: &[(u64, Option<u64>)]) -> Outcome {
        let mut book = Book::default();
        book.open(1_000_000);
        for (second, (truth, usable)) in (0..).zip(seconds) {
            book.pass(second, *truth, *usable);
        }
        book.outcome()
    }

    #[test]
    fn a_true_price_liquidates_whom_it_must_and_nobody_else() {
        let fall: Vec<(u64, Option<u64>)> =
            (0..=25).map(|i| 1_000_000 - 10_000 * i).map(|price| (price, Some(price))).collect();
        let all = after(&fall);
        assert_eq!((all.accounts, all.due, all.wrong, all.missed, all.slowest), (60, 12, 0, 0, 0));
    }

    #[test]
    fn a_wick_that_never_was_is_wrong_for_everybody_it_reaches() {
        let all = after(&[(1_000_000, Some(1_000_000)), (1_000_000, Some(899_000)), (890_000, None)]);
        // Five to ten per cent below; that the price came there later makes nothing good.
        assert_eq!((all.wrong, all.due, all.missed), (5, 5, 0));
    }

    #[test]
    fn doing_nothing_misses_everybody() {
        let all = after(&[(1_000_000, None), (890_000, None), (800_000, None)]);
        assert_eq!((all.wrong, all.due, all.missed), (0, 9, 9));
        assert!(all.overrun > 0.08, "{all:?}");
    }
}
