//! All open-interest shards of a market, appended to an instruction in the order of their indices.

use {
    crate::{
        error::BulkheadError,
        state::{Market, OiShard},
    },
    alloc::vec::Vec,
    anchor_lang::prelude::*,
    core::mem::size_of,
};

/// # Errors
/// [`BulkheadError::ShardAccountsMismatch`] unless `appended` are exactly the market's shards in order.
pub fn load(appended: &[AccountView], market: &Account<Market>) -> Result<Vec<Account<OiShard>>> {
    let complete = appended.len() == usize::from(market.shard_count);
    require!(complete, BulkheadError::ShardAccountsMismatch);
    let whole = size_of::<OiShard>().saturating_add(OiShard::DISCRIMINATOR.len());
    let mut shards = Vec::with_capacity(appended.len());
    for (index, view) in appended.iter().enumerate() {
        require!(view.data_len() == whole, BulkheadError::ShardAccountsMismatch);
        let shard =
            Account::<OiShard>::load(*view).map_err(|_| Error::from(BulkheadError::ShardAccountsMismatch))?;
        let expected = shard.market == *market.address() && usize::from(shard.index) == index;
        require!(expected, BulkheadError::ShardAccountsMismatch);
        shards.push(shard);
    }
    Ok(shards)
}
