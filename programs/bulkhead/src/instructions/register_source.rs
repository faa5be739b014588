//! Adds a price source to a market that has no expiries yet: it votes at once. On a live market the same source is proposed,
//! waits for the timelock and begins as an observer.

use {
    crate::{
        error::BulkheadError,
        events::{Header, SourceRegistered},
        now::Now,
        state::{Market, OracleAggregate, Protocol, SourceSpec},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::oracle::Health,
};

#[derive(Accounts)]
pub struct RegisterSource {
    pub governor: Signer,
    pub protocol: Account<Protocol>,
    pub market: Account<Market>,
    #[account(mut, constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
}

pub fn handler(ctx: &mut Context<RegisterSource>, source: SourceSpec) -> Result<()> {
    let a = &mut ctx.accounts;
    a.protocol.require_governor(a.governor.address())?;
    require!(!a.market.has_expiries(), BulkheadError::SourceNeedsTimelock);
    let now = Now::read()?;
    a.oracle.add_source(&source, Health::default())?;
    let mut seq = u64::from(a.oracle.source_count).saturating_sub(1);
    emit!(SourceRegistered {
        header: Header::next(&mut seq, now),
        market: *a.market.address(),
        source: source.key,
        kind: u64::from(source.kind),
        group: u64::from(source.group),
        observes_until: 0,
    });
    Ok(())
}
