//! Greeks of a market's open interest, from its shards and risk arrays appended to an instruction.

use {
    crate::{
        all_shards,
        error::{refuse, BulkheadError},
        expiry_source::{OfExpiry, Sources},
        now::Now,
        state::{Market, OiShard, OracleAggregate, RiskArray},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::greek_limits::MoneyGreeks,
};

/// Whether the market's open interest is beyond one of its limits in the present regime.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum OpenGreeks {
    Beyond,
    /// Within the limits as far as the expiries go that were shown.
    WithinShown,
    /// Within the limits, with every live expiry shown.
    Within,
}

/// `appended`: all shards in order of index, then fresh risk arrays.
///
/// # Errors
/// [`BulkheadError::ShardAccountsMismatch`], [`BulkheadError::UnexpectedAccount`], [`BulkheadError::StaleRiskArray`],
/// [`BulkheadError::OutOfRange`].
#[inline(never)]
pub fn judge(
    appended: &[AccountView],
    market: &Account<Market>,
    oracle: &OracleAggregate,
    now: Now,
) -> Result<OpenGreeks> {
    let split = appended.split_at_checked(usize::from(market.shard_count));
    let (shards, arrays) = split.ok_or(BulkheadError::ShardAccountsMismatch)?;
    let shards = all_shards::load(shards, market)?;
    let sources = Sources::load(arrays, market, oracle, now)?;
    let mut sum = MoneyGreeks::default();
    for source in sources.all() {
        let array = source.array().ok_or(BulkheadError::UnexpectedAccount)?;
        if array.as_of == 0 {
            continue; // without a mark nothing was ever traded in it
        }
        require!(source.expiry().is_fresh(oracle, &market.params, now)?, BulkheadError::StaleRiskArray);
        sum = with(sum, array, shards.iter().map(|s| &**s))?;
    }
    if is_beyond(&sum, market, oracle)? {
        return Ok(OpenGreeks::Beyond);
    }
    let shown = |id: &u16| *id == 0 || sources.all().iter().any(|s| s.expiry().expiry_id() == *id);
    Ok(if market.expiries.iter().all(shown) { OpenGreeks::Within } else { OpenGreeks::WithinShown })
}

/// `sum` with the Greeks of one expiry's open interest over the given shards.
///
/// # Errors
/// [`BulkheadError::OutOfRange`].
pub fn with<'a>(
    mut sum: MoneyGreeks,
    array: &RiskArray,
    shards: impl Iterator<Item = &'a OiShard>,
) -> Result<MoneyGreeks> {
    for shard in shards {
        sum = sum.checked_add(&shard.gross_greeks(array)).ok_or(BulkheadError::OutOfRange)?;
    }
    Ok(sum)
}

/// Whether open Greeks are beyond the market's limits in the present regime.
///
/// # Errors
/// [`BulkheadError::OutOfRange`].
pub fn is_beyond(sum: &MoneyGreeks, market: &Market, oracle: &OracleAggregate) -> Result<bool> {
    let limits = market.params.market_limits().in_regime(oracle.regime().factor_ppm()).map_err(refuse)?;
    Ok(limits.breached(sum) != 0)
}
