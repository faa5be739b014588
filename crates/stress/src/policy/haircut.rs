//! Everybody's collateral pays in proportion, whether it has to do with the loss or not.

use super::model::{Books, Loss, LossRule};
use crate::{sight::Sight, tally::Tally};
use bulkhead_risk::round::{mul_div, Round};

pub struct Haircut;

impl LossRule for Haircut {
    fn take(&self, books: &mut Books, loss: &Loss, _: &Sight, tally: &mut Tally) -> u64 {
        let all: u64 = books.entries.iter().map(|entry| entry.account.cash).sum();
        let missing = loss.missing.min(all);
        let mut taken = 0;
        for entry in &mut books.entries {
            let part = mul_div(entry.account.cash, missing, all.max(1), Round::Up).unwrap_or(0);
            let part = part.min(entry.account.cash);
            entry.account.cash -= part;
            tally.charge(entry.key, part, entry.is_flat);
            taken += part;
        }
        taken
    }
}
