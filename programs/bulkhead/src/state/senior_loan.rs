//! What a market's pool borrows from the senior pool, and how that comes back.

use {
    crate::{
        amount::{add, sub},
        constants::{LOAN_IDLE_SECONDS, LOAN_PRICED_SECONDS, SENIOR_NOTICE_SECONDS},
        error::{refuse, BulkheadError},
        state::{params::MarketParams, Pool},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::round::{ppm_of, Round},
};

/// What of a pool's own cash may come to be owed.
const SPARED_PPM: u64 = 999_000;

impl Pool {
    /// Whether a senior pool stands behind the market.
    #[must_use]
    pub const fn has_joined(&self) -> bool {
        self.joined_at != 0
    }

    /// # Errors
    /// [`BulkheadError::NotJoined`], [`BulkheadError::WrongSenior`].
    pub fn require_joined(&self, senior: &Address) -> Result<()> {
        require!(self.has_joined(), BulkheadError::NotJoined);
        require_keys_eq!(self.senior, *senior, BulkheadError::WrongSenior);
        Ok(())
    }

    /// Whether whoever did not want to stand behind this market has had the time to leave the senior pool.
    #[must_use]
    pub const fn may_borrow(&self, now: i64) -> bool {
        self.has_joined() && now >= self.joined_at.saturating_add(SENIOR_NOTICE_SECONDS)
    }

    /// What losses lack beyond what was lent for them already and what the pool itself may still draw: the junior pays first.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn wanted_of_senior(&self, params: &MarketParams, now: i64) -> Result<u64> {
        Ok(self.unmet_now(now).saturating_sub(self.drawable(params, now)?))
    }

    /// Books tokens that came from the senior pool. They are for losses alone and not the shares'.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn borrow(&mut self, amount: u64, now: i64) -> Result<()> {
        self.senior_cash = add(self.senior_cash, amount)?;
        self.senior_debt = add(self.senior_debt, amount)?;
        self.lent_at = now;
        Ok(())
    }

    /// A loss takes what the senior pool lent. This pool should have paid first and was only spared by its daily limit: so what
    /// it has left is owed, and neither does anybody leave with it nor does whoever enters later answer for it. A thousandth
    /// stays the shares', or they would have no price at which to enter.
    pub(super) fn spend_loan(&mut self, amount: u64) -> Result<()> {
        self.senior_cash = sub(self.senior_cash, amount)?;
        let free = self.cash.saturating_sub(self.senior_owed);
        let spared = ppm_of(free, SPARED_PPM, Round::Down).map_err(refuse)?;
        self.senior_owed = add(self.senior_owed, amount.min(spared))?;
        Ok(())
    }

    /// Moves `amount` of the debt to what the senior pool is due.
    pub(super) fn pay_back(&mut self, amount: u64) -> Result<()> {
        self.senior_debt = sub(self.senior_debt, amount)?;
        self.senior_due = add(self.senior_due, amount)?;
        let spent = self.senior_debt.saturating_sub(self.senior_cash);
        self.senior_owed = self.senior_owed.min(spent);
        Ok(())
    }

    /// Fees of the market: a part of them is the senior pool's once it stands behind the market, rounded down; returns that
    /// part.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn earn_fees(&mut self, amount: u64, params: &MarketParams) -> Result<u64> {
        let share = if self.has_joined() { params.senior_fee_ppm } else { 0 };
        let to_senior = ppm_of(amount, share, Round::Down).map_err(refuse)?;
        self.senior_due = add(self.senior_due, to_senior)?;
        self.earn(sub(amount, to_senior)?)?;
        Ok(to_senior)
    }

    /// What the senior pool counts on getting back, quote atoms: what is due already, all that was lent lately, and of older
    /// loans what no loss took and what this pool's own cash answers for.
    #[must_use]
    pub fn senior_expects(&self, now: i64) -> u64 {
        let is_recent = now < self.lent_at.saturating_add(LOAN_PRICED_SECONDS);
        let sure = self.senior_cash.saturating_add(self.senior_owed);
        self.senior_due.saturating_add(if is_recent { self.senior_debt } else { sure })
    }

    /// Pays back what can be while no loss waits or is about to be known: what was lent for a loss that nobody asked for within a
    /// day, and then, within the pool's daily limit, what is owed of its own cash. Being first to pay does not end with the day on
    /// which the limit was reached.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn settle_loan(&mut self, params: &MarketParams, now: i64) -> Result<()> {
        if self.unmet_now(now) > 0 || self.settling > 0 || self.awaits_price(now) {
            return Ok(());
        }
        if now >= self.lent_at.saturating_add(LOAN_IDLE_SECONDS) {
            let idle = core::mem::take(&mut self.senior_cash);
            self.pay_back(idle)?;
        }
        let own = self.senior_owed.min(self.own_drawable(params, now)?);
        if own > 0 {
            self.senior_owed = sub(self.senior_owed, own)?;
            self.draw_own(own, params, now)?;
            self.pay_back(own)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use {super::*, crate::state::Stake, bytemuck::Zeroable};

    const DAY: i64 = 86_400;

    fn params() -> MarketParams {
        MarketParams { pool_draw_day_ppm: 500_000, senior_fee_ppm: 200_000, ..MarketParams::zeroed() }
    }

    #[test]
    fn the_junior_pays_what_it_may_before_the_senior_is_asked() {
        let mut pool = Pool { cash: 1_000, unmet: 700, unmet_at: DAY, ..Pool::zeroed() };
        let mut asked = 700;
        assert_eq!(pool.wanted_of_senior(&params(), DAY).unwrap(), 200);
        pool.ask(700, &mut asked, &params(), DAY).unwrap();
        assert_eq!(pool.wanted_of_senior(&params(), DAY).unwrap(), 200);
        pool.borrow(200, DAY).unwrap();
        // Lent, it is not wanted twice, though the loss waits until it asks again.
        assert_eq!(pool.wanted_of_senior(&params(), DAY).unwrap(), 0);
        assert_eq!((pool.unmet, pool.senior_debt, pool.claims()), (200, 200, 700));
        assert_eq!(pool.ask(200, &mut asked, &params(), DAY).unwrap(), 200);
        assert_eq!((pool.cash, pool.senior_cash, pool.unmet), (500, 0, 0));
        assert_eq!(pool.senior_owed, 200);
    }

    #[test]
    fn nobody_leaves_with_what_the_senior_is_owed_and_nobody_enters_to_pay_it() {
        let mut pool = Pool { cash: 1_000, shares: 1_000_000, senior_cash: 5_000, ..Pool::zeroed() };
        pool.senior_debt = 5_000;
        pool.spend_loan(400).unwrap();
        let mut newcomer = Stake::zeroed();
        // 600 atoms are the shares': as many more buy as many shares.
        let bought = pool.fund().enter(&mut newcomer, 600).unwrap();
        assert!(bought.abs_diff(1_000_000) < 2_000, "{bought}");
        pool.fund().request(&mut newcomer, bought, 0, 0).unwrap();
        let exit = pool.fund().redeem(&mut newcomer, bought, 10_000, DAY).unwrap();
        assert!((599..=600).contains(&exit.amount), "{}", exit.amount);
        // All that is left may come to be owed but a thousandth, whatever the senior pool pays.
        pool.spend_loan(4_600).unwrap();
        assert!(pool.cash - pool.senior_owed <= 2, "{} of {}", pool.senior_owed, pool.cash);
        // A recovery lets it go.
        pool.recover(5_000).unwrap();
        assert_eq!((pool.senior_owed, pool.senior_due), (0, 5_000));
    }

    #[test]
    fn a_loan_comes_back_idle_or_out_of_the_pools_own_cash_day_by_day() {
        let mut pool = Pool {
            cash: 400,
            senior_cash: 100,
            senior_debt: 400,
            senior_owed: 300,
            lent_at: DAY,
            ..Pool::zeroed()
        };
        let total = pool.claims();
        // While it may still be asked for, only what was spent is paid back.
        pool.settle_loan(&params(), DAY).unwrap();
        assert_eq!((pool.cash, pool.senior_cash, pool.senior_debt, pool.senior_due), (200, 100, 200, 200));
        pool.settle_loan(&params(), 3 * DAY).unwrap();
        assert_eq!((pool.cash, pool.senior_cash, pool.senior_debt, pool.senior_due), (100, 0, 0, 400));
        assert_eq!(pool.claims(), total);
    }

    #[test]
    fn nothing_comes_back_while_a_loss_waits() {
        let mut pool =
            Pool { cash: 400, senior_debt: 400, senior_owed: 400, unmet: 1, unmet_at: DAY, ..Pool::zeroed() };
        pool.settle_loan(&params(), DAY).unwrap();
        assert_eq!((pool.cash, pool.senior_due), (400, 0));
    }

    #[test]
    fn nothing_comes_back_between_an_expiry_and_its_price() {
        let mut pool = Pool { cash: 400, senior_debt: 400, senior_owed: 400, ..Pool::zeroed() };
        pool.expiries_at[3] = DAY;
        let mut waiting = pool;
        waiting.settle_loan(&params(), DAY).unwrap();
        assert_eq!((waiting.cash, waiting.senior_due), (400, 0));
        pool.settle_loan(&params(), DAY - 1).unwrap();
        assert_eq!((pool.cash, pool.senior_due), (200, 200));
    }

    #[test]
    fn old_loans_are_expected_as_far_as_they_are_sure() {
        let pool = Pool {
            cash: 500,
            senior_cash: 100,
            senior_debt: 1_000,
            senior_owed: 300,
            senior_due: 7,
            lent_at: DAY,
            ..Pool::zeroed()
        };
        assert_eq!(pool.senior_expects(17 * DAY - 1), 1_007);
        assert_eq!(pool.senior_expects(17 * DAY), 407);
    }

    #[test]
    fn recoveries_pay_for_what_losses_took_and_the_rest_of_the_loan_comes_back_by_itself() {
        let mut pool = Pool { senior_cash: 100, senior_debt: 130, lent_at: DAY, ..Pool::zeroed() };
        pool.recover(80).unwrap();
        assert_eq!((pool.cash, pool.senior_cash, pool.senior_debt, pool.senior_due), (50, 100, 100, 30));
        pool.settle_loan(&params(), 2 * DAY).unwrap();
        assert_eq!((pool.cash, pool.senior_cash, pool.senior_debt, pool.senior_due), (50, 0, 0, 130));
    }

    #[test]
    fn a_market_without_a_senior_pool_keeps_its_fees() {
        let mut pool = Pool::zeroed();
        assert_eq!(pool.earn_fees(1_004, &params()).unwrap(), 0);
        pool.joined_at = 1;
        assert_eq!(pool.earn_fees(1_004, &params()).unwrap(), 200);
        assert_eq!((pool.cash, pool.senior_due, pool.income_total), (1_808, 200, 1_808));
    }
}
