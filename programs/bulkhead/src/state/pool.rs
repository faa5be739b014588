//! The solvency pool of a market: the junior tranche, first to pay for the market's losses. What it owes to the senior pool
//! behind it is in [`super::senior_loan`].

use {
    crate::{
        amount::{add, sub},
        constants::{HOLD_REST_SECONDS, LOSS_HOLD_SECONDS, POOL_DRAW_WINDOW_SECONDS, UNMET_LIFE_SECONDS},
        error::BulkheadError,
        state::{
            bucket::StoredBucket,
            fund::{ExitQueue, Fund},
            params::MarketParams,
        },
    },
    anchor_lang::prelude::*,
    bulkhead_risk::draw_limit::ShareLimit,
};

#[account]
pub struct Pool {
    pub version: u8,
    pub bump: u8,
    pub _pad0: [u8; 6],
    pub market: Address,
    /// Quote atoms inside the market's vault, which the shares own but for `senior_owed`.
    pub cash: u64,
    pub shares: u64,
    /// Monotone totals since the start, quote atoms; draws are those of its own cash.
    pub income_total: u64,
    pub draws_total: u64,
    pub recovered_total: u64,
    /// What losses and the senior pool drew lately.
    pub draws: StoredBucket,
    /// Expiries with a fixed price whose shortfall is not known yet; the pool may still owe for them.
    pub settling: u64,
    pub event_seq: u64,
    /// What losses asked for and did not get, quote atoms; since when that holds exits, and when one last asked.
    pub unmet: u64,
    pub unmet_since: i64,
    pub unmet_at: i64,
    pub exits: ExitQueue,
    /// The senior pool that stands behind the market, since when, and the market's number there; zeros before it joins.
    pub senior: Address,
    pub joined_at: i64,
    pub senior_index: u64,
    /// Lent by the senior pool for losses and not yet spent on any, inside the market's vault; no share owns it.
    pub senior_cash: u64,
    /// Lent and not yet paid back.
    pub senior_debt: u64,
    /// Part of `cash` that is owed of it: what the daily limit spared here when the senior pool paid.
    pub senior_owed: u64,
    /// The senior pool's own, inside the market's vault until `repay_senior` brings it: its part of the fees and what was paid back.
    pub senior_due: u64,
    pub lent_at: i64,
    /// What this market drew from the senior pool lately.
    pub senior_draws: StoredBucket,
    /// What the pool should hold for the market's open interest, quote atoms, and as of when.
    pub required: u64,
    pub required_at: i64,
    /// Unix times by slot at which expiries of the market end or ended whose price is not fixed; zero is free.
    pub expiries_at: [i64; 8],
    pub _reserved: [u8; 24],
}

const _: () = assert!(core::mem::size_of::<Pool>() == 384);

impl Pool {
    pub fn fund(&mut self) -> Fund<'_> {
        Fund {
            cash: &mut self.cash,
            owed: self.senior_owed,
            expected: 0,
            shares: &mut self.shares,
            exits: &mut self.exits,
        }
    }

    /// Quote atoms in the market's vault that the pool's books answer for.
    #[must_use]
    pub fn claims(&self) -> u64 {
        self.cash.saturating_add(self.senior_cash).saturating_add(self.senior_due)
    }

    fn limit(params: &MarketParams) -> ShareLimit {
        ShareLimit {
            share_ppm: params.pool_draw_day_ppm,
            floor_atoms: 0,
            window_seconds: POOL_DRAW_WINDOW_SECONDS,
        }
    }

    /// What may be drawn from the pool's own cash now.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn own_drawable(&self, params: &MarketParams, now: i64) -> Result<u64> {
        self.draws.available(&Self::limit(params), self.cash, now)
    }

    /// What a loss may draw now: the pool's own cash within its daily limit, and what the senior pool lent.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn drawable(&self, params: &MarketParams, now: i64) -> Result<u64> {
        add(self.own_drawable(params, now)?, self.senior_cash)
    }

    /// Takes from the pool's own cash.
    pub(super) fn draw_own(&mut self, amount: u64, params: &MarketParams, now: i64) -> Result<()> {
        self.draws.take(amount, &Self::limit(params), self.cash, now)?;
        self.cash = sub(self.cash, amount)?;
        self.senior_owed = self.senior_owed.min(self.cash);
        self.draws_total = add(self.draws_total, amount)?;
        Ok(())
    }

    /// Pays for a loss: from its own cash first, then from what the senior pool lent.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`] when more is drawn than [`Pool::drawable`] allows.
    pub fn draw(&mut self, amount: u64, params: &MarketParams, now: i64) -> Result<()> {
        if amount == 0 {
            return Ok(());
        }
        let own = amount.min(self.own_drawable(params, now)?);
        if own > 0 {
            self.draw_own(own, params, now)?;
        }
        self.spend_loan(sub(amount, own)?)
    }

    /// Pays for a loss what may be drawn and notes what is missing; returns what it paid. `asked` is what the same loss was
    /// missing when it last asked, kept by whoever asks, so that it counts once however often it does.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn ask(&mut self, need: u64, asked: &mut u64, params: &MarketParams, now: i64) -> Result<u64> {
        let is_new = *asked == 0;
        self.forget(core::mem::take(asked));
        let drawn = need.min(self.drawable(params, now)?);
        self.draw(drawn, params, now)?;
        let missing = sub(need, drawn)?;
        if missing > 0 {
            self.unmet = add(self.unmet, missing)?;
            self.unmet_at = now;
            if is_new && self.may_hold_anew(now) {
                self.unmet_since = now;
            }
        }
        *asked = missing;
        Ok(drawn)
    }

    /// A loss holds exits once, when it first asks, and after a hold they are open for a while whatever else is lost: nobody
    /// renews a hold by letting a loss be forgotten, or keeps others in by one small loss after the other.
    fn may_hold_anew(&self, now: i64) -> bool {
        let rested = self.unmet_since.saturating_add(LOSS_HOLD_SECONDS).saturating_add(HOLD_REST_SECONDS);
        self.unmet_since == 0 || now >= rested
    }

    /// A loss no longer waits for this part of what it asked for.
    pub fn forget(&mut self, asked: u64) {
        self.unmet = self.unmet.saturating_sub(asked);
    }

    /// What losses wait for. Where none has asked for a day, none waits.
    #[must_use]
    pub fn unmet_now(&self, now: i64) -> u64 {
        let asked_lately = now < self.unmet_at.saturating_add(UNMET_LIFE_SECONDS);
        if asked_lately {
            self.unmet
        } else {
            0
        }
    }

    /// Notes an expiry that is listed in a slot.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn note_expiry(&mut self, slot: u8, expires_at: i64) -> Result<()> {
        *self.expiries_at.get_mut(usize::from(slot)).ok_or(BulkheadError::OutOfRange)? = expires_at;
        Ok(())
    }

    /// Whether an expiry of the market is over and has no price yet: what it costs the pool is not on the books.
    #[must_use]
    pub fn awaits_price(&self, now: i64) -> bool {
        self.expiries_at.iter().any(|at| *at != 0 && now >= *at)
    }

    /// Nobody leaves between a loss and its payment: from an expiry on, what it costs can be known before it is on the books. A
    /// loss that stays uncovered has drawn its daily shares for some days by then; it does not lock the pool for ever.
    ///
    /// # Errors
    /// [`BulkheadError::PoolEncumbered`] from an expiry to its settlement, [`BulkheadError::ExitsHeld`] while a loss waits.
    pub fn require_exits_open(&self, now: i64) -> Result<()> {
        require!(self.settling == 0 && !self.awaits_price(now), BulkheadError::PoolEncumbered);
        let held = self.unmet_now(now) > 0 && now < self.unmet_since.saturating_add(LOSS_HOLD_SECONDS);
        require!(!held, BulkheadError::ExitsHeld);
        Ok(())
    }

    /// Fees and residues.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn earn(&mut self, amount: u64) -> Result<()> {
        self.cash = add(self.cash, amount)?;
        self.income_total = add(self.income_total, amount)?;
        Ok(())
    }

    /// A bankrupt account paying back what was paid for it: to the senior pool what losses took of its loan, the rest to this one.
    /// What is left of the loan comes back by itself and is never more than the debt.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn recover(&mut self, amount: u64) -> Result<()> {
        let spent = sub(self.senior_debt, self.senior_cash)?;
        let to_senior = amount.min(spent);
        self.pay_back(to_senior)?;
        self.cash = add(self.cash, sub(amount, to_senior)?)?;
        self.recovered_total = add(self.recovered_total, amount)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use {super::*, bytemuck::Zeroable};

    const DAY: i64 = 86_400;

    fn half_a_day() -> MarketParams {
        MarketParams { pool_draw_day_ppm: 500_000, ..MarketParams::zeroed() }
    }

    #[test]
    fn a_day_draws_its_share_and_what_has_drained_no_longer_counts() {
        let params = half_a_day();
        let mut pool = Pool { cash: 1_000_000, ..Pool::zeroed() };
        assert_eq!(pool.drawable(&params, DAY).unwrap(), 500_000);
        pool.draw(200_000, &params, DAY).unwrap();
        pool.draw(300_000, &params, DAY).unwrap();
        assert_eq!(pool.drawable(&params, DAY).unwrap(), 0);
        assert!(pool.draw(1, &params, DAY).is_err());
        // Half of what is left, not all of it.
        assert_eq!(pool.drawable(&params, 3 * DAY).unwrap(), 250_000);
        pool.draw(250_000, &params, 3 * DAY).unwrap();
        assert_eq!((pool.cash, pool.drawable(&params, 3 * DAY).unwrap()), (250_000, 0));
    }

    #[test]
    fn a_loss_that_asks_again_counts_once() {
        let params = half_a_day();
        let mut pool = Pool { cash: 1_000, ..Pool::zeroed() };
        let (mut one, mut other) = (0, 0);
        assert_eq!(pool.ask(800, &mut one, &params, DAY).unwrap(), 500);
        assert_eq!((pool.unmet, one), (300, 300));
        for _ in 0..3 {
            assert_eq!(pool.ask(300, &mut one, &params, DAY).unwrap(), 0);
            assert_eq!((pool.unmet, pool.unmet_since), (300, DAY));
        }
        assert_eq!(pool.ask(100, &mut other, &params, DAY).unwrap(), 0);
        assert_eq!(pool.unmet, 400);
        // Money of the senior pool goes to whoever asks; what each still lacks stays on the books.
        pool.senior_cash = 250;
        assert_eq!(pool.ask(300, &mut one, &params, DAY).unwrap(), 250);
        assert_eq!((pool.unmet, one, other, pool.senior_cash, pool.cash), (150, 50, 100, 0, 500));
        pool.forget(one);
        assert_eq!(pool.unmet, 100);
    }

    #[test]
    fn a_loss_holds_exits_for_some_days_and_is_forgotten_when_nobody_asks() {
        let params = half_a_day();
        let mut pool = Pool::zeroed();
        let mut asked = 0;
        pool.ask(10, &mut asked, &params, DAY).unwrap();
        assert!(pool.require_exits_open(DAY).is_err());
        assert!(pool.require_exits_open(2 * DAY - 1).is_err());
        assert!(pool.require_exits_open(2 * DAY).is_ok());
        // Asking within the day does not begin the hold anew.
        for hours in [20, 40, 60] {
            pool.ask(10, &mut asked, &params, DAY + hours * 3_600).unwrap();
        }
        assert_eq!((pool.unmet, pool.unmet_since), (10, DAY));
        assert!(pool.require_exits_open(4 * DAY - 1).is_err());
        assert!(pool.require_exits_open(4 * DAY).is_ok());
        pool.ask(0, &mut asked, &params, 3 * DAY).unwrap();
        assert!(pool.require_exits_open(3 * DAY).is_ok());
    }

    #[test]
    fn a_forgotten_loss_that_asks_again_holds_nobody_anew() {
        let params = half_a_day();
        let mut pool = Pool::zeroed();
        let mut asked = 0;
        // Whoever lets it be forgotten and asks again, for three weeks.
        let mut held_until = 0;
        for ask in 0..20 {
            let now = DAY + ask * (DAY + 1);
            pool.ask(10, &mut asked, &params, now).unwrap();
            if pool.require_exits_open(now).is_err() {
                held_until = now;
            }
        }
        assert!(held_until < 4 * DAY, "{held_until}");
    }

    #[test]
    fn however_many_losses_come_exits_open_for_a_day_in_four() {
        let params = half_a_day();
        let mut pool = Pool::zeroed();
        let mut open = 0;
        for hour in 0..40 * 24 {
            let now = DAY + hour * 3_600;
            pool.ask(10, &mut 0, &params, now).unwrap();
            open += i64::from(pool.require_exits_open(now).is_ok());
        }
        assert_eq!(open, 10 * 24);
    }

    #[test]
    fn recoveries_pay_the_senior_pool_first() {
        let mut pool = Pool { senior_debt: 60, ..Pool::zeroed() };
        pool.recover(40).unwrap();
        assert_eq!((pool.cash, pool.senior_debt, pool.senior_due), (0, 20, 40));
        pool.recover(40).unwrap();
        assert_eq!((pool.cash, pool.senior_debt, pool.senior_due), (20, 0, 60));
    }
}
