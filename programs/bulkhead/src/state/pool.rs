//! The solvency pool of a market and each provider's stake in it.

use {
    crate::{
        amount::{add, sub},
        constants::POOL_DRAW_WINDOW_SECONDS,
        error::{refuse, BulkheadError},
        state::params::MarketParams,
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        limiter::{available, take, Bucket, TakeError},
        round::{ppm_of, Round},
    },
};

#[account]
pub struct Pool {
    pub version: u8,
    pub bump: u8,
    pub _pad0: [u8; 6],
    pub market: Address,
    /// Quote atoms of the pool, inside the market's vault.
    pub cash: u64,
    pub shares: u64,
    /// Monotone totals since the start, quote atoms.
    pub income_total: u64,
    pub draws_total: u64,
    pub recovered_total: u64,
    /// Draws counted in the current window.
    pub draw_used: u64,
    pub draw_updated_at: i64,
    /// Expiries with a fixed price that are not fully settled; the pool may still owe for them.
    pub settling: u64,
    pub event_seq: u64,
    pub _reserved: [u8; 32],
}

const _: () = assert!(core::mem::size_of::<Pool>() == 144);

impl Pool {
    fn bucket(&self) -> Bucket {
        Bucket { used: self.draw_used, updated_at: self.draw_updated_at }
    }

    /// The daily limit counts what was drawn already, so that it does not shrink with every draw.
    fn capacity(&self, params: &MarketParams) -> Result<u64> {
        let base = add(self.cash, self.draw_used)?;
        ppm_of(base, params.pool_draw_day_ppm, Round::Down).map_err(refuse)
    }

    /// What a loss may draw now.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn drawable(&self, params: &MarketParams, now: i64) -> Result<u64> {
        let left = available(self.bucket(), now, self.capacity(params)?, POOL_DRAW_WINDOW_SECONDS)
            .map_err(refuse)?;
        Ok(left.min(self.cash))
    }

    /// Pays for a loss.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`] when more is drawn than [`Pool::drawable`] allows.
    pub fn draw(&mut self, amount: u64, params: &MarketParams, now: i64) -> Result<()> {
        if amount == 0 {
            return Ok(());
        }
        let after = take(self.bucket(), now, amount, self.capacity(params)?, POOL_DRAW_WINDOW_SECONDS)
            .map_err(|e| -> Error {
                match e {
                    TakeError::Exceeded { .. } => BulkheadError::OutOfRange.into(),
                    TakeError::Math(m) => refuse(m),
                }
            })?;
        self.draw_used = after.used;
        self.draw_updated_at = after.updated_at;
        self.cash = sub(self.cash, amount)?;
        self.draws_total = add(self.draws_total, amount)?;
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

    /// A bankrupt account paying back what the pool paid for it.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn recover(&mut self, amount: u64) -> Result<()> {
        self.cash = add(self.cash, amount)?;
        self.recovered_total = add(self.recovered_total, amount)?;
        Ok(())
    }
}

#[account]
pub struct Stake {
    pub version: u8,
    pub bump: u8,
    pub _pad0: [u8; 6],
    pub market: Address,
    pub owner: Address,
    pub shares: u64,
    /// Shares asked to leave; they still bear losses until they do.
    pub exiting: u64,
    /// Unix time from which they may.
    pub unlock_at: i64,
    pub _reserved: [u8; 32],
}

const _: () = assert!(core::mem::size_of::<Stake>() == 128);
