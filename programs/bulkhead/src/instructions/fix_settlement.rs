//! Fixes the settlement price of an expiry: from the oracle's time buckets, or, where these do not serve, as proposed and not
//! disputed, or else at the reference price. Anyone may, as soon as a tier allows; the price does not depend on when.

use {
    crate::{
        all_shards,
        error::BulkheadError,
        events::{Header, SettlementFixed},
        now::Now,
        state::{Expiry, Market, OracleAggregate, Pool},
    },
    anchor_lang::prelude::*,
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
    let seen = expiry.observe(oracle, &market.params, now)?;
    let fixing = expiry.fixing(&seen, &market.params, now.unix)?.ok_or(BulkheadError::NotFixable)?;
    let (long, short) = open_lots(&appended, market, expiry)?;

    expiry.settlement_price = fixing.price;
    expiry.tier = fixing.tier as u8;
    expiry.fixed_at = now.unix;
    pool.note_expiry(expiry.slot, 0)?;
    expiry.long_lots_left = long;
    expiry.short_lots_left = short;
    let bonds_to_pool = expiry.judge_bonds()?;
    pool.earn(bonds_to_pool)?;
    if long == 0 && short == 0 {
        // Nobody holds a lot: there is nothing to collect and nothing left over.
        (expiry.pool_asked, expiry.swept) = (1, 1);
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
        covered_seconds: seen.covered_seconds,
        bonds_to_pool,
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
