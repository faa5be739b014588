//! What rows stand on: prices and a time, which need not be the present ones, and how far the settlement average had come.

use {
    crate::{
        error::refuse,
        now::Now,
        state::{params::seconds, Expiry, Market, MarketParams, OracleAggregate, RiskArray},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::averaging::{Averaged, Outlook, Window},
};

#[derive(Clone, Copy)]
pub struct Footing {
    /// Mark and stable price of the underlying, quote atoms per unit.
    pub mark: u64,
    pub stable: u64,
    /// Unix time.
    pub unix: i64,
    pub averaged: Averaged,
}

impl Footing {
    /// On the oracle as it is now.
    ///
    /// # Errors
    /// [`crate::error::BulkheadError::OutOfRange`].
    pub fn now(expiry: &Expiry, market: &Market, oracle: &OracleAggregate, now: Now) -> Result<Self> {
        let (mark, stable) = (oracle.mark.price, oracle.mark.stable);
        Ok(Self { mark, stable, unix: now.unix, averaged: averaged(expiry, &market.params, oracle, now)? })
    }

    /// What a risk array was pinned to.
    #[must_use]
    pub fn pinned(array: &RiskArray) -> Self {
        let averaged = Averaged { price: array.averaged_price, seconds: array.averaged_seconds };
        Self { mark: array.mark, stable: array.stable, unix: array.as_of, averaged }
    }

    /// # Errors
    /// [`crate::error::BulkheadError::OutOfRange`].
    pub fn outlook(&self, expiry: &Expiry, market: &Market) -> Result<Outlook> {
        let window = window(expiry.expires_at, &market.params)?;
        Outlook::new(&window, &self.averaged, time(self.unix)).map_err(refuse)
    }
}

/// The averaging window before an expiry.
///
/// # Errors
/// [`crate::error::BulkheadError::OutOfRange`].
pub fn window(expires_at: i64, params: &MarketParams) -> Result<Window> {
    Window::of(time(expires_at), params.bucket_seconds).map_err(refuse)
}

/// Unix time; there is none below zero.
pub fn time(unix: i64) -> u64 {
    u64::try_from(unix).unwrap_or(0)
}

/// The buckets, and the mark for as long as it has been in force since the last of them, unless it is too old to count there.
#[inline(never)]
fn averaged(expiry: &Expiry, params: &MarketParams, oracle: &OracleAggregate, now: Now) -> Result<Averaged> {
    let window = window(expiry.expires_at, params)?;
    if expiry.is_fixed() || window.is_ahead(time(now.unix)) {
        return Ok(Averaged::default());
    }
    let mark = oracle.mark();
    let counts = mark.age(now.unix) <= seconds(params.max_mark_age_seconds);
    let running = if counts { window.within(time(mark.at), time(now.unix)) } else { 0 };
    Averaged::of(oracle.ring(), &window, (mark.price, running)).map_err(refuse)
}
