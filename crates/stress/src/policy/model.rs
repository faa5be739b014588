//! What the models have in common: books of their own, instant liquidation, a fund, and somebody who takes everything over.

use {
    super::Policy,
    crate::{
        arena::Arena,
        population::Role,
        sight::Sight,
        staging::Staged,
        tally::{Remains, Tally},
    },
    anyhow::{ensure, Result},
    bulkhead_risk::round::{ppm_of, Round},
    bulkhead_sdk::bulkhead::state::{Leg, MarginAccount},
    solana_address::Address,
};

/// What a liquidated account pays, as a share of its maintenance requirement.
const PENALTY_PPM: u64 = 50_000;
/// Accounts of the rest may fall due by what others' losses take from them; so often they are looked at again.
const PASSES: usize = 8;

/// Who pays for a loss that neither the account nor the fund can pay.
pub trait LossRule {
    /// Takes up to `missing` quote atoms, or more where the rule knows no less, from others; returns what it took. The
    /// positions of the bankrupt are with the backstop.
    fn take(&self, books: &mut Books, loss: &Loss, sight: &Sight, tally: &mut Tally) -> u64;
}

/// A loss beyond the fund.
pub struct Loss {
    /// Number of the bankrupt.
    pub of: usize,
    /// What it held.
    pub legs: Vec<Leg>,
    pub missing: u64,
}

/// A user in a model's books.
pub struct Entry {
    pub key: Address,
    pub is_flat: bool,
    pub account: MarginAccount,
    /// Equity before the crash, quote atoms.
    pub first_equity: i64,
}

/// Everybody's money and positions. The backstop is never short of capital and asks for nothing beyond the penalty.
#[derive(Default)]
pub struct Books {
    pub entries: Vec<Entry>,
    /// What is left of the fund, what it has paid, and what it got by charging others more than their part of a loss; that
    /// is spent first.
    pub fund: u64,
    pub fund_paid: u64,
    pub surplus: u64,
    /// Below zero: what it is owed and nobody paid, and what it put up.
    pub backstop_cash: i128,
    pub backstop: Vec<Leg>,
}

impl Books {
    /// Moves lots of a series to the backstop.
    pub fn hand_over(&mut self, leg: &Leg) {
        let same = |held: &&mut Leg| {
            (held.expiry_id, held.strike, held.kind) == (leg.expiry_id, leg.strike, leg.kind)
        };
        match self.backstop.iter_mut().find(same) {
            Some(held) => held.lots += leg.lots,
            None => self.backstop.push(*leg),
        }
    }

    /// All money there is; it must never change.
    fn money(&self) -> i128 {
        let users = self.entries.iter().map(|entry| i128::from(entry.account.cash));
        users.sum::<i128>() + i128::from(self.fund) + i128::from(self.surplus) + self.backstop_cash
    }

    /// Lots of everybody; long and short must always meet.
    fn net_lots(&self) -> i64 {
        let users = self.entries.iter().flat_map(|entry| entry.account.legs());
        users.chain(&self.backstop).map(|leg| leg.lots).sum()
    }
}

/// A policy that sells whoever is due as a whole, and differs by its rule for losses.
pub struct Model<R> {
    rule: R,
    books: Books,
    money: i128,
    net_lots: i64,
}

impl<R: LossRule> Model<R> {
    /// # Errors
    /// When the market cannot be read.
    pub fn new(staged: &Staged, rule: R) -> Result<Self> {
        let mirror = staged.arena.look()?;
        let sight = Sight::new(&mirror, staged.arena.now());
        let entry = |member: &crate::staging::Member| {
            let account = *mirror.account(&member.key)?;
            let first_equity = sight.equity(&account);
            Some(Entry { key: member.key, is_flat: member.role == Role::Flat, account, first_equity })
        };
        let books = Books {
            entries: staged.members.iter().filter_map(entry).collect(),
            fund: mirror.pool.cash,
            ..Books::default()
        };
        let (money, net_lots) = (books.money(), books.net_lots());
        Ok(Self { rule, books, money, net_lots })
    }

    fn close_out(&mut self, number: usize, sight: &Sight, tally: &mut Tally) {
        let books = &mut self.books;
        let entry = &mut books.entries[number];
        let (before, key) = (entry.account, entry.key);
        let Some(seen) = sight.preview(&before) else { return };
        let value = seen.measure.exposure.totals.value;
        let equity = seen.measure.equity;
        let account = &mut entry.account;
        while account.leg_count > 0 {
            account.remove_leg(0);
        }
        let rich = u64::try_from(equity).unwrap_or(0);
        let penalty = ppm_of(seen.measure.requirement.maintenance, PENALTY_PPM, Round::Down);
        let penalty = penalty.unwrap_or(0).min(rich);
        account.cash = rich - penalty;
        account.debt += equity.min(0).unsigned_abs();
        let left = entry.account;
        tally.compare(sight, key, &before, &left);

        before.legs().iter().for_each(|leg| books.hand_over(leg));
        let missing = equity.min(0).unsigned_abs();
        let from_surplus = missing.min(books.surplus);
        let from_fund = (missing - from_surplus).min(books.fund);
        books.surplus -= from_surplus;
        books.fund -= from_fund;
        books.fund_paid += from_fund;
        // What the account gave up against what its positions are worth.
        books.backstop_cash -= i128::from(value) - i128::from(penalty) + i128::from(missing);
        books.backstop_cash += i128::from(from_fund) + i128::from(from_surplus);
        let missing = missing - from_surplus - from_fund;
        let loss = Loss { of: number, legs: before.legs().to_vec(), missing };
        if loss.missing > 0 {
            let taken = self.rule.take(&mut self.books, &loss, sight, tally);
            let beyond = taken.saturating_sub(loss.missing);
            self.books.surplus += beyond;
            self.books.backstop_cash += i128::from(taken - beyond);
        }
    }

    fn remains(&self, sight: &Sight, delta_taken: i64) -> Remains {
        let entries = &self.books.entries;
        let below = |entry: &Entry| u64::try_from(sight.equity(&entry.account).saturating_neg()).unwrap_or(0);
        Remains {
            due: entries.iter().filter(|entry| sight.is_due(&entry.account)).count(),
            bad_debt: entries.iter().map(below).sum(),
            pool_paid: self.books.fund_paid,
            surplus: self.books.surplus,
            delta_taken,
        }
    }
}

impl<R: LossRule> Policy for Model<R> {
    fn act(&mut self, arena: &mut Arena, tally: &mut Tally) -> Result<Remains> {
        let mirror = arena.look()?;
        let sight = Sight::new(&mirror, arena.now());
        let delta = sight.delta(self.books.backstop.iter());
        for _ in 0..PASSES {
            let due: Vec<usize> = (0..self.books.entries.len())
                .filter(|number| sight.is_due(&self.books.entries[*number].account))
                .collect();
            if due.is_empty() {
                break;
            }
            for number in due {
                // Somebody else's loss may have closed it meanwhile.
                if sight.is_due(&self.books.entries[number].account) {
                    self.close_out(number, &sight, tally);
                }
            }
        }
        Ok(self.remains(&sight, sight.delta(self.books.backstop.iter()) - delta))
    }

    fn close(&mut self, arena: &mut Arena, _: &mut Tally) -> Result<Remains> {
        let mirror = arena.look()?;
        ensure!(self.books.money() == self.money, "money was made or lost");
        ensure!(self.books.net_lots() == self.net_lots, "lots were made or lost");
        Ok(self.remains(&Sight::new(&mirror, arena.now()), 0))
    }
}
