//! Puts a market under the senior pool of its quote mint; signed by the governor. Its fees are shared from now on, its losses only
//! after a notice long enough for every provider of the senior pool to leave first: a market made by a stolen key takes nothing.

use {
    crate::{
        amount::add,
        constants::{MAX_SENIOR_MARKETS, SENIOR_NOTICE_SECONDS},
        error::BulkheadError,
        events::{Header, SeniorJoined},
        now::Now,
        state::{Market, Pool, Protocol, SeniorPool},
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct JoinSenior {
    pub governor: Signer,
    pub protocol: Account<Protocol>,
    pub market: Account<Market>,
    #[account(mut, constraint = pool.market == *market.address() @ BulkheadError::WrongMarket)]
    pub pool: Account<Pool>,
    #[account(mut, constraint = senior.quote_mint == market.quote_mint @ BulkheadError::WrongSenior)]
    pub senior: Account<SeniorPool>,
}

pub fn handler(ctx: &mut Context<JoinSenior>) -> Result<()> {
    let a = &mut ctx.accounts;
    a.protocol.require_governor(a.governor.address())?;
    let now = Now::read()?;
    let may_join = !a.pool.has_joined() && a.senior.markets < MAX_SENIOR_MARKETS;
    require!(may_join, BulkheadError::AlreadyJoined);
    a.pool.senior = *a.senior.address();
    a.pool.joined_at = now.unix;
    a.pool.senior_index = a.senior.markets;
    a.senior.markets = add(a.senior.markets, 1)?;
    let header = Header::next(&mut a.pool.event_seq, now);
    emit!(SeniorJoined {
        header,
        market: *a.market.address(),
        senior: *a.senior.address(),
        draws_from: now.unix.saturating_add(SENIOR_NOTICE_SECONDS),
    });
    Ok(())
}
