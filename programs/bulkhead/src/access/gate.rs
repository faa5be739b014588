//! The first thing every instruction asks: does the breaker level in force allow this?

use {
    crate::{
        error::BulkheadError,
        state::{Market, Protocol},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::breaker::{allows, Action, Level},
};

/// The level in force: the stricter of the protocol's and the market's.
#[must_use]
pub fn level_in_force(protocol: &Protocol, market: &Market, now: i64) -> Level {
    protocol.breaker.level(now).max(market.breaker.level(now))
}

/// # Errors
/// [`BulkheadError::ActionClosed`].
pub fn require_action(protocol: &Protocol, market: &Market, action: Action, now: i64) -> Result<Level> {
    let level = level_in_force(protocol, market, now);
    require!(allows(level, action), BulkheadError::ActionClosed);
    Ok(level)
}
