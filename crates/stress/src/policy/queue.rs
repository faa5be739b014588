//! Auto-deleveraging by a queue: for each position that the bankrupt owes on, the holders of the other side are closed as a
//! whole, the most profitable first, until as many lots are closed. Each gets the price at which the bankrupt would have
//! been at zero. The queue is of whole accounts: the last one is closed beyond what is needed.

use super::model::{Books, Loss, LossRule};
use crate::{sight::Sight, tally::Tally};
use bulkhead_risk::round::{mul_div, Round};
use bulkhead_sdk::bulkhead::state::Leg;

pub struct Queue;

impl LossRule for Queue {
    fn take(&self, books: &mut Books, loss: &Loss, sight: &Sight, tally: &mut Tally) -> u64 {
        let owed = |leg: &Leg| leg.lots.min(0).saturating_mul(sight.mark(leg)).unsigned_abs();
        let all: u64 = loss.legs.iter().map(owed).sum();
        let mut taken = 0;
        for leg in loss.legs.iter().filter(|leg| owed(leg) > 0) {
            let part = mul_div(loss.missing, owed(leg), all, Round::Up).unwrap_or(0);
            let per_lot = part.div_ceil(leg.lots.unsigned_abs()).min(sight.mark(leg).unsigned_abs());
            taken += deleverage(books, loss.of, leg, per_lot, sight, tally);
        }
        taken
    }
}

/// Closes holders of the other side of `leg`, each for `per_lot` less than the mark; returns what they lost by that.
fn deleverage(
    books: &mut Books,
    of: usize,
    leg: &Leg,
    per_lot: u64,
    sight: &Sight,
    tally: &mut Tally,
) -> u64 {
    let mark = sight.mark(leg).unsigned_abs();
    let (mut wanted, mut taken) = (leg.lots.unsigned_abs(), 0);
    for number in queue(books, of, leg, sight) {
        if wanted == 0 {
            break;
        }
        let entry = &mut books.entries[number];
        let lots = entry.account.lots(leg.expiry_id, leg.strike, leg.kind);
        if entry.account.move_leg(leg.expiry_id, leg.strike, leg.kind, -lots).is_err() {
            continue;
        }
        let (count, loss) = (lots.unsigned_abs(), lots.unsigned_abs() * per_lot);
        let received = count * mark - loss;
        entry.account.cash += received;
        tally.charge(entry.key, loss, entry.is_flat);
        tally.notional += sight.notional(leg, count);
        // The backstop closes the holder at the mark; what the holder lost is booked by the caller.
        books.backstop_cash -= i128::from(received + loss);
        books.hand_over(&Leg { lots, ..*leg });
        wanted = wanted.saturating_sub(count);
        taken += loss;
    }
    taken
}

/// Holders of the other side with a profit, the largest first.
fn queue(books: &Books, of: usize, leg: &Leg, sight: &Sight) -> Vec<usize> {
    let holds = |number: &usize| {
        let lots = books.entries[*number].account.lots(leg.expiry_id, leg.strike, leg.kind);
        *number != of && lots.signum() == -leg.lots.signum()
    };
    let profit = |number: usize| {
        let entry = &books.entries[number];
        sight.equity(&entry.account).saturating_sub(entry.first_equity)
    };
    let holders = (0..books.entries.len()).filter(holds);
    let mut winners: Vec<(i64, usize)> = holders.map(|number| (profit(number), number)).collect();
    winners.sort_by_key(|(profit, number)| (std::cmp::Reverse(*profit), *number));
    winners.into_iter().map(|(_, number)| number).collect()
}
