//! What a market's vault owes in all, and how fast value may leave it. Only token-moving instructions write it.

use {
    crate::{
        amount::add, constants::OUTFLOW_WINDOW_SECONDS, error::BulkheadError, state::params::MarketParams,
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        draw_limit::capacity,
        limiter::{drain, take, Bucket, TakeError},
    },
};

#[account]
pub struct Ledger {
    pub version: u8,
    pub bump: u8,
    pub _pad0: [u8; 6],
    pub market: Address,
    /// Sum of all collateral, the pool with what it holds of the senior pool's, fees not yet swept, escrows and bonds, quote
    /// atoms.
    pub claims: u64,
    /// Monotone totals since the start.
    pub deposited_total: u64,
    pub withdrawn_total: u64,
    /// Outflow counted in the current window.
    pub outflow_used: u64,
    pub outflow_updated_at: i64,
    pub _reserved: [u8; 40],
}

const _: () = assert!(core::mem::size_of::<Ledger>() == 120);

impl Ledger {
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn receive(&mut self, amount: u64) -> Result<()> {
        self.claims = add(self.claims, amount)?;
        self.deposited_total = add(self.deposited_total, amount)?;
        Ok(())
    }

    fn outflow_capacity(&self, params: &MarketParams) -> Result<u64> {
        let limit = capacity(self.claims, params.outflow_hour_ppm, params.outflow_floor_atoms);
        limit.map_err(|error| BulkheadError::from(error).into())
    }

    fn outflow(&self) -> Bucket {
        Bucket { used: self.outflow_used, updated_at: self.outflow_updated_at }
    }

    /// What the hourly limit still lets out.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn may_leave(&self, params: &MarketParams, now: i64) -> Result<u64> {
        let capacity = self.outflow_capacity(params)?;
        let drained =
            drain(self.outflow(), now, capacity, OUTFLOW_WINDOW_SECONDS).map_err(BulkheadError::from)?;
        Ok(capacity.saturating_sub(drained.used))
    }

    /// Books an outflow against the hourly limit.
    ///
    /// # Errors
    /// [`BulkheadError::OutflowLimited`].
    pub fn pay(&mut self, amount: u64, params: &MarketParams, now: i64) -> Result<()> {
        let capacity = self.outflow_capacity(params)?;
        let after =
            take(self.outflow(), now, amount, capacity, OUTFLOW_WINDOW_SECONDS).map_err(|e| -> Error {
                match e {
                    TakeError::Exceeded { .. } => BulkheadError::OutflowLimited.into(),
                    TakeError::Math(m) => BulkheadError::from(m).into(),
                }
            })?;
        self.outflow_used = after.used;
        self.outflow_updated_at = after.updated_at;
        self.claims = self.claims.checked_sub(amount).ok_or(BulkheadError::OutOfRange)?;
        self.withdrawn_total = add(self.withdrawn_total, amount)?;
        Ok(())
    }
}
