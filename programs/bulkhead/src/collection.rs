//! What an expiry collects for its winners, and what the pool adds where payers could not.

use {
    crate::{
        amount::add,
        state::{params::MarketParams, Expiry, Pool},
    },
    anchor_lang::prelude::*,
};

impl Expiry {
    /// Atoms for the winners.
    ///
    /// # Errors
    /// [`crate::error::BulkheadError::OutOfRange`].
    pub fn receive(&mut self, amount: u64) -> Result<()> {
        self.collected_total = add(self.collected_total, amount)?;
        self.escrow = add(self.escrow, amount)?;
        Ok(())
    }

    /// Asks the pool for what is missing; returns what it paid.
    ///
    /// # Errors
    /// [`crate::error::BulkheadError::OutOfRange`].
    pub fn ask_pool(&mut self, pool: &mut Pool, params: &MarketParams, now: i64) -> Result<u64> {
        let missing = self.missing();
        let covered = pool.ask(missing, &mut self.asked_of_pool, params, now)?;
        self.receive(covered)?;
        if self.pool_asked == 0 {
            self.close_collection(pool);
        }
        Ok(covered)
    }

    /// The pool is no longer waited for with what payers have paid since, nor with anything once haircuts are final.
    pub fn release_ask(&mut self, pool: &mut Pool, now: i64) {
        let wanted = if self.is_final(now) { 0 } else { self.missing() };
        pool.forget(self.asked_of_pool.saturating_sub(wanted));
        self.asked_of_pool = self.asked_of_pool.min(wanted);
    }

    /// The shortfall is known: winners are paid from now on, and those who leave the pool no longer escape it.
    pub fn close_collection(&mut self, pool: &mut Pool) {
        self.pool_asked = 1;
        pool.settling = pool.settling.saturating_sub(1);
    }
}
