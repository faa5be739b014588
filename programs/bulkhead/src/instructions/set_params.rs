//! Changes a market's parameters at once, if every change is a tightening. Anything else goes through `propose`.

use {
    crate::{
        error::BulkheadError,
        events::{Header, ParamsSet},
        now::Now,
        state::{Market, MarketParams, OracleAggregate, Protocol},
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct SetParams {
    pub governor: Signer,
    pub protocol: Account<Protocol>,
    #[account(mut)]
    pub market: Account<Market>,
    /// Its live time tells how long the parameters before count as well.
    #[account(constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
}

pub fn handler(ctx: &mut Context<SetParams>, params: MarketParams) -> Result<()> {
    ctx.accounts.protocol.require_governor(ctx.accounts.governor.address())?;
    let now = Now::read()?;
    let market = &mut ctx.accounts.market;
    params.check_bounds()?;
    require!(params.tightens(&market.params), BulkheadError::LooseningNeedsTimelock);
    market.replace_params(params, ctx.accounts.oracle.mark.live_seconds);
    let header = Header::next(&mut market.event_seq, now);
    emit!(ParamsSet { header, market: *market.address() });
    Ok(())
}
