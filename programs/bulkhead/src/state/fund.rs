//! What a market's pool and the senior pool have in common: assets owned by shares, and the queue of those who leave.

use {
    crate::{
        amount::{add, sub},
        error::{refuse, BulkheadError},
        state::Stake,
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        exit_queue::ExitHour,
        math_error::MathError,
        pool::{assets_for_shares, shares_for_deposit},
    },
    bytemuck::{Pod, Zeroable},
};

const HOUR_SECONDS: i64 = 3_600;

/// All requests to leave together, and what this hour lets out of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct ExitQueue {
    /// Shares asked to leave, cooling down or not. A request that has lapsed stays among them until it is expired.
    pub shares: u64,
    /// Hours since 1970 at the last exit.
    pub hour: i64,
    /// Quote atoms that may leave in that hour, and that did.
    pub budget: u64,
    pub paid: u64,
    /// What all shares asked to leave were worth at the hour's first exit.
    pub worth: u64,
}

/// What left a fund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Exit {
    pub shares: u64,
    /// Quote atoms.
    pub amount: u64,
}

/// A fund's books.
pub struct Fund<'a> {
    /// Quote atoms, which the shares own but for what is owed.
    pub cash: &'a mut u64,
    pub owed: u64,
    /// Quote atoms that are on their way back: whoever enters pays for them, and nobody leaves with them.
    pub expected: u64,
    pub shares: &'a mut u64,
    pub exits: &'a mut ExitQueue,
}

impl Fund<'_> {
    /// Buys shares with `amount` at the price with what is expected back, rounded down; returns them.
    ///
    /// # Errors
    /// [`BulkheadError::ZeroAmount`], [`BulkheadError::DepositTooSmall`], [`BulkheadError::OutOfRange`].
    pub fn enter(&mut self, stake: &mut Stake, amount: u64) -> Result<u64> {
        require!(amount > 0, BulkheadError::ZeroAmount);
        let worth = self.assets().saturating_add(self.expected);
        let shares = shares_for_deposit(amount, worth, *self.shares).map_err(|e| match e {
            MathError::Domain => BulkheadError::DepositTooSmall,
            other => other.into(),
        })?;
        *self.cash = add(*self.cash, amount)?;
        *self.shares = add(*self.shares, shares)?;
        stake.shares = add(stake.shares, shares)?;
        Ok(shares)
    }

    /// Asks for shares to leave. A second request restarts the wait of all exiting shares: nobody can queue early and add
    /// later.
    ///
    /// # Errors
    /// [`BulkheadError::ZeroAmount`], [`BulkheadError::NotEnoughShares`].
    pub fn request(&mut self, stake: &mut Stake, shares: u64, cooldown: i64, now: i64) -> Result<()> {
        require!(shares > 0, BulkheadError::ZeroAmount);
        if stake.has_lapsed(now) {
            self.forget(stake)?;
        }
        let free = sub(stake.shares, stake.exiting)?;
        require!(shares <= free, BulkheadError::NotEnoughShares);
        stake.exiting = add(stake.exiting, shares)?;
        stake.unlock_at = now.saturating_add(cooldown);
        self.exits.shares = add(self.exits.shares, shares)?;
        Ok(())
    }

    /// That a stake may leave with some shares now, as far as its own request goes.
    ///
    /// # Errors
    /// [`BulkheadError::ZeroAmount`], [`BulkheadError::NoExitRequested`], [`BulkheadError::ExitCoolingDown`],
    /// [`BulkheadError::ExitLapsed`].
    pub fn require_ripe(stake: &Stake, shares: u64, now: i64) -> Result<()> {
        require!(shares > 0, BulkheadError::ZeroAmount);
        require!(shares <= stake.exiting, BulkheadError::NoExitRequested);
        require!(now >= stake.unlock_at, BulkheadError::ExitCoolingDown);
        require!(!stake.has_lapsed(now), BulkheadError::ExitLapsed);
        Ok(())
    }

    /// Redeems a ripe request at the fund's value now: up to `most` shares, and no more than its part of what the hour lets
    /// out. `may_leave`: quote atoms that the outflow limit leaves now.
    ///
    /// # Errors
    /// [`BulkheadError::ExitShareTaken`] when nothing is left of that part, [`BulkheadError::OutOfRange`].
    pub fn redeem(&mut self, stake: &mut Stake, most: u64, may_leave: u64, now: i64) -> Result<Exit> {
        let hour = now.div_euclid(HOUR_SECONDS);
        self.open_hour(hour, may_leave)?;
        if stake.hour != hour {
            stake.hour = hour;
            stake.left_in_hour = 0;
        }
        let asked = add(stake.exiting, stake.left_in_hour)?;
        let queue = ExitHour { budget: self.exits.budget, worth: self.exits.worth };
        let quota = queue.quota(asked).map_err(refuse)?.saturating_sub(stake.left_in_hour);
        let shares = most.min(quota).min(stake.exiting);
        require!(shares > 0, BulkheadError::ExitShareTaken);
        let amount = self.worth_of(shares)?;
        *self.cash = sub(*self.cash, amount)?;
        *self.shares = sub(*self.shares, shares)?;
        stake.shares = sub(stake.shares, shares)?;
        stake.exiting = sub(stake.exiting, shares)?;
        stake.left_in_hour = add(stake.left_in_hour, shares)?;
        self.exits.shares = sub(self.exits.shares, shares)?;
        self.exits.paid = add(self.exits.paid, amount)?;
        Ok(Exit { shares, amount })
    }

    /// Takes a lapsed request out of the queue; returns its shares, which stay in the fund.
    ///
    /// # Errors
    /// [`BulkheadError::ExitNotLapsed`].
    pub fn expire(&mut self, stake: &mut Stake, now: i64) -> Result<u64> {
        require!(stake.has_lapsed(now), BulkheadError::ExitNotLapsed);
        self.forget(stake)
    }

    fn forget(&mut self, stake: &mut Stake) -> Result<u64> {
        let shares = core::mem::take(&mut stake.exiting);
        self.exits.shares = sub(self.exits.shares, shares)?;
        Ok(shares)
    }

    fn worth_of(&self, shares: u64) -> Result<u64> {
        assets_for_shares(shares, self.assets(), *self.shares).map_err(refuse)
    }

    fn assets(&self) -> u64 {
        self.cash.saturating_sub(self.owed)
    }

    /// The hour's first exit counts the queue. Later ones may raise the budget, never lower it: otherwise whoever drains the
    /// outflow limit first would decide what the others get.
    fn open_hour(&mut self, hour: i64, may_leave: u64) -> Result<()> {
        if self.exits.hour != hour {
            let worth = self.worth_of(self.exits.shares)?;
            *self.exits = ExitQueue { shares: self.exits.shares, hour, budget: 0, paid: 0, worth };
        }
        let budget = add(self.exits.paid, may_leave)?;
        self.exits.budget = self.exits.budget.max(budget);
        Ok(())
    }
}
