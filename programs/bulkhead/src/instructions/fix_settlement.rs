//! Fixes the settlement price of an expiry from the oracle's time buckets. Anyone may, at any time after the expiry;
//! the price does not depend on when, and a fallback makes sure that it ends.

use {
    crate::{
        all_shards,
        error::{refuse, BulkheadError},
        events::{Header, SettlementFixed},
        now::Now,
        state::{Expiry, Market, OracleAggregate, Pool},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::settlement::fix,
};

/// All open-interest shards of the market follow, in order of index.
#[derive(Accounts)]
pub struct FixSettlement {
    #[account(mut)]
    pub market: Account<Market>,
    #[account(constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
    #[account(mut, constraint = expiry.market == *market.address() @ BulkheadError::WrongMarket)]
    pub expiry: Account<Expiry>,
    #[account(mut, constraint = pool.market == *market.address() @ BulkheadError::WrongMarket)]
    pub pool: Account<Pool>,
}

pub fn handler(ctx: &mut Context<FixSettlement>) -> Result<()> {
    let appended = ctx.remaining_accounts()?;
    let now = Now::read()?;
    let FixSettlement { market, oracle, expiry, pool } = &mut ctx.accounts;
    require!(!expiry.is_fixed(), BulkheadError::AlreadyFixed);
    let unix = |t: i64| u64::try_from(t).map_err(|_| BulkheadError::NotFixable);
    let (expires, current) = (unix(expiry.expires_at)?, unix(now.unix)?);
    let fixing = fix(oracle.ring(), oracle.mark.stable, expires, current, market.params.bucket_seconds);
    let fixing = fixing.map_err(refuse)?.ok_or(BulkheadError::NotFixable)?;
    let (long, short) = open_lots(&appended, market, expiry)?;

    expiry.settlement_price = fixing.price;
    expiry.tier = fixing.tier as u8;
    expiry.fixed_at = now.unix;
    pool.note_expiry(expiry.slot, 0)?;
    expiry.long_lots_left = long;
    expiry.short_lots_left = short;
    if expiry.is_settled() {
        // Nobody holds a lot: there is nothing to collect and nothing left over.
        expiry.swept = 1;
    } else {
        pool.settling = pool.settling.saturating_add(1);
    }
    let header = Header::next(&mut market.event_seq, now);
    emit!(SettlementFixed {
        header,
        market: *market.address(),
        expiry_id: u64::from(expiry.id),
        price: fixing.price,
        tier: fixing.tier as u64,
        covered_seconds: fixing.covered_seconds,
    });
    Ok(())
}

/// Long and short lots of the expiry over all shards.
fn open_lots(appended: &[AccountView], market: &Account<Market>, expiry: &Expiry) -> Result<(u64, u64)> {
    let (mut long, mut short) = (0i64, 0i64);
    for shard in all_shards::load(appended, market)? {
        let (l, s) = shard.totals(expiry.slot, expiry.id)?;
        long = long.checked_add(l).ok_or(BulkheadError::OutOfRange)?;
        short = short.checked_add(s).ok_or(BulkheadError::OutOfRange)?;
    }
    let unsigned = |n: i64| u64::try_from(n).map_err(|_| Error::from(BulkheadError::OutOfRange));
    Ok((unsigned(long)?, unsigned(short)?))
}
