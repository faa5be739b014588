//! Leaving a fund when more want to leave than may: everybody leaves at the same speed.
//!
//! An hour lets out a budget. All shares that were asked to leave, ripe or not, have a worth. While the budget covers it,
//! nobody waits; otherwise each request may take the same part of itself in that hour, `budget / worth`. So the order in which
//! holders call does not matter, and nobody gains by being first.

use crate::{
    math_error::MathError,
    round::{mul_div, Round},
};

/// One hour of a fund's exits, quote atoms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExitHour {
    /// What may leave in the hour, as far as it is known: it may grow while the hour lasts.
    pub budget: u64,
    /// What all shares that were asked to leave were worth when the hour's first exit was carried out.
    pub worth: u64,
}

impl ExitHour {
    /// Shares that a request may take in this hour, rounded down. `asked` is the request at the hour's start.
    ///
    /// # Errors
    /// [`MathError`] never, as `worth` is above zero where it divides.
    pub fn quota(&self, asked: u64) -> Result<u64, MathError> {
        if self.worth <= self.budget {
            return Ok(asked);
        }
        mul_div(asked, self.budget, self.worth, Round::Down)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::assets_for_shares;
    use proptest::prelude::*;

    #[test]
    fn nobody_waits_while_all_may_leave() {
        assert_eq!(ExitHour { budget: 10, worth: 10 }.quota(7).unwrap(), 7);
        assert_eq!(ExitHour { budget: 0, worth: 0 }.quota(7).unwrap(), 7);
        assert_eq!(ExitHour { budget: 0, worth: 1 }.quota(7).unwrap(), 0);
        assert_eq!(ExitHour { budget: 5, worth: 10 }.quota(7).unwrap(), 3);
    }

    proptest! {
        #[test]
        fn all_quotas_together_fit_the_budget(
            cash in 1..1_u64 << 50,
            requests in prop::collection::vec(1..1_u64 << 46, 1..12),
            staying in 0..1_u64 << 50,
            budget in 0..1_u64 << 50,
        ) {
            let all: u64 = requests.iter().sum();
            let total = all + staying;
            let hour = ExitHour { budget, worth: assets_for_shares(all, cash, total).unwrap() };
            let (mut left, mut shares, mut paid) = (cash, total, 0);
            for asked in &requests {
                let quota = hour.quota(*asked).unwrap();
                prop_assert!(quota <= *asked);
                let amount = assets_for_shares(quota, left, shares).unwrap();
                (left, shares, paid) = (left - amount, shares - quota, paid + amount);
            }
            // Rounding in favour of those who stay lifts the price by less than an atom an exit.
            prop_assert!(paid <= budget + requests.len() as u64);
        }

        #[test]
        fn the_order_of_two_exits_does_not_matter(
            cash in 1_000..1_u64 << 50, a in 1_000..1_u64 << 40, b in 1_000..1_u64 << 40,
            staying in 1_u64 << 20..1_u64 << 50, budget in 0..1_u64 << 50,
        ) {
            let total = a + b + staying;
            let hour = ExitHour { budget, worth: assets_for_shares(a + b, cash, total).unwrap() };
            let pay = |first: u64, second: u64| {
                let (p, q) = (hour.quota(first).unwrap(), hour.quota(second).unwrap());
                let one = assets_for_shares(p, cash, total).unwrap();
                (one, assets_for_shares(q, cash - one, total - p).unwrap())
            };
            let ((a_first, b_second), (b_first, a_second)) = (pay(a, b), pay(b, a));
            // Whoever comes second may get what rounding took from the first: shares are bounded here, so are the atoms.
            let slack = cash / staying + 2;
            prop_assert!(a_first.abs_diff(a_second) <= slack && b_first.abs_diff(b_second) <= slack);
        }
    }
}
