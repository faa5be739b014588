//! Takes a price source out of a market for good. Instant: a source that nobody trusts must not speak for another second. Below
//! the quorum the market degrades, which is what it should do; for some days those removed count as missing.

use {
    crate::{
        error::BulkheadError,
        events::{Header, SourceRemoved},
        now::Now,
        state::{params::seconds, Market, OracleAggregate, Protocol},
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct RemoveSource {
    pub governor: Signer,
    pub protocol: Account<Protocol>,
    #[account(mut)]
    pub market: Account<Market>,
    #[account(mut, constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
}

pub fn handler(ctx: &mut Context<RemoveSource>, source: Address) -> Result<()> {
    let a = &mut ctx.accounts;
    a.protocol.require_governor(a.governor.address())?;
    let now = Now::read()?;
    let until = now.unix.saturating_add(seconds(a.market.params.source_delay_seconds));
    a.oracle.remove_source(&source, now.unix, until)?;
    let header = Header::next(&mut a.market.event_seq, now);
    let sources_left = u64::from(a.oracle.source_count);
    emit!(SourceRemoved { header, market: *a.market.address(), source, sources_left });
    Ok(())
}
