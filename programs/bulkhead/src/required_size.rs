//! What decides over the size of a market's pool: what its open interest may move, and what stands behind it.

use {
    crate::{
        error::BulkheadError,
        state::{oi_shard::series_index, OiShard, Pool, RiskArray, SeniorPool},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::aggregate_loss::AggregateLoss,
};

/// Adds what changes hands in an expiry, by scenario. `shards` are all of the market's.
pub fn add_expiry<'a>(
    loss: &mut AggregateLoss,
    array: &RiskArray,
    shards: impl Iterator<Item = &'a OiShard> + Clone,
) {
    let strikes = (0..array.strike_count).zip(&array.call_profit);
    for (strike, call_row) in strikes {
        let open = |kind: u8| {
            let series = series_index(strike, kind);
            let lots = shards
                .clone()
                .fold(0i64, |sum, shard| sum.saturating_add(shard.held(array.slot, array.expiry_id, series)));
            // One shard may hold a negative part of a series, all together never do.
            u64::try_from(lots).unwrap_or(0)
        };
        loss.add_strike(open(0), open(1), call_row, &array.forward_profit);
    }
}

impl Pool {
    /// What stands behind the market's winners: its pool less what that owes, and a day's draw on the senior pool. `senior` is
    /// needed where the market has joined it.
    ///
    /// # Errors
    /// [`BulkheadError::SeniorRequired`].
    pub fn available(&self, senior: Option<&SeniorPool>, now: i64) -> Result<u64> {
        let own = self.cash.saturating_sub(self.senior_owed);
        if !self.has_joined() {
            return Ok(own);
        }
        let senior = senior.ok_or(BulkheadError::SeniorRequired)?;
        let backing = if self.may_borrow(now) { senior.backing_of_market()? } else { 0 };
        Ok(own.saturating_add(backing))
    }
}
