//! Sizes the pool that a market's open interest asks for, from the whole book under every scenario, and opens or closes the
//! market's caps on open interest by it. Anyone may.

use {
    crate::{
        all_shards,
        error::{refuse, BulkheadError},
        events::{Header, RequirementUpdated},
        expiry_source::{ExpirySource, OfExpiry, Sources},
        now::Now,
        required_size::add_expiry,
        state::{Market, OracleAggregate, Pool, SeniorPool},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::aggregate_loss::{oi_room_ppm, required_pool, AggregateLoss},
};

/// All shards follow in order of index, then a fresh risk array of every live expiry that has a mark.
#[derive(Accounts)]
pub struct UpdateRequirement {
    #[account(mut)]
    pub market: Account<Market>,
    #[account(constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
    #[account(mut, constraint = pool.market == *market.address() @ BulkheadError::WrongMarket)]
    pub pool: Account<Pool>,
    /// Needed where the market has joined it.
    pub senior: Option<Account<SeniorPool>>,
}

pub fn handler(ctx: &mut Context<UpdateRequirement>) -> Result<()> {
    let appended = ctx.remaining_accounts()?;
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    let worst = worst_loss(&appended, &a.market, &a.oracle, now)?;
    let required = required_pool(worst, a.market.params.pool_requirement_ppm).map_err(refuse)?;
    let available = a.available(now)?;
    a.market.oi_room_ppm = oi_room_ppm(available, required).map_err(refuse)?;
    a.pool.required = required;
    a.pool.required_at = now.unix;
    let header = Header::next(&mut a.pool.event_seq, now);
    emit!(RequirementUpdated {
        header,
        market: *a.market.address(),
        worst,
        required,
        available,
        oi_room_ppm: a.market.oi_room_ppm,
    });
    Ok(())
}

impl UpdateRequirement {
    fn available(&self, now: Now) -> Result<u64> {
        if let Some(senior) = self.senior.as_ref().filter(|_| self.pool.has_joined()) {
            self.pool.require_joined(senior.address())?;
        }
        self.pool.available(self.senior.as_deref(), now.unix)
    }
}

/// What changes hands in the market's worst scenario, quote atoms.
#[inline(never)]
fn worst_loss(
    appended: &[AccountView],
    market: &Account<Market>,
    oracle: &OracleAggregate,
    now: Now,
) -> Result<u64> {
    let split = appended.split_at_checked(usize::from(market.shard_count));
    let (shards, arrays) = split.ok_or(BulkheadError::ShardAccountsMismatch)?;
    let shards = all_shards::load(shards, market)?;
    let sources = Sources::load(arrays, market, oracle, now)?;
    let shown = |id: &u16| *id == 0 || sources.all().iter().any(|s| s.expiry().expiry_id() == *id);
    require!(market.expiries.iter().all(shown), BulkheadError::RequirementIncomplete);
    let mut loss = AggregateLoss::default();
    for source in sources.all() {
        let array = source.array().ok_or(BulkheadError::RequirementIncomplete)?;
        if array.as_of == 0 {
            continue; // without a mark nothing was ever traded in it
        }
        require!(array.is_fresh(oracle, &market.params, now)?, BulkheadError::StaleRiskArray);
        add_expiry(&mut loss, array, shards.iter().map(|shard| &**shard));
    }
    Ok(loss.worst())
}
