//! Asks the pool for what the payers of an expiry could not pay. Anyone may once every short is met, and again, as far as the
//! pool's limits give more, until the time for recovery is over. Nobody is paid before the first time: a share that leaves the pool
//! out would only have to be paid in two parts.

use {
    crate::{
        error::BulkheadError,
        events::{Header, ShortfallCovered},
        now::Now,
        state::{Expiry, Market, Pool},
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct CoverShortfall {
    pub market: Account<Market>,
    #[account(mut, constraint = expiry.market == *market.address() @ BulkheadError::WrongMarket)]
    pub expiry: Account<Expiry>,
    #[account(mut, constraint = pool.market == *market.address() @ BulkheadError::WrongMarket)]
    pub pool: Account<Pool>,
}

pub fn handler(ctx: &mut Context<CoverShortfall>) -> Result<()> {
    let now = Now::read()?;
    let CoverShortfall { market, expiry, pool } = &mut ctx.accounts;
    require!(expiry.is_fixed(), BulkheadError::NotFixed);
    require!(expiry.is_collected(), BulkheadError::NotCollected);
    let is_open = expiry.missing() > 0 && !expiry.is_final(now.unix);
    require!(is_open, BulkheadError::NothingToCover);
    let from_pool = expiry.ask_pool(pool, &market.params, now.unix)?;
    expiry.release_ask(pool, now.unix);
    let header = Header::next(&mut pool.event_seq, now);
    emit!(ShortfallCovered {
        header,
        market: *market.address(),
        expiry_id: u64::from(expiry.id),
        from_pool,
        missing: expiry.missing(),
        due_total: expiry.due_total,
        cash_after: pool.cash,
    });
    Ok(())
}
