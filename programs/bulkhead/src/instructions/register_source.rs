//! Adds a price source to a market that has never listed an expiry: it votes at once. On a live market the same source is proposed,
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
    #[account(mut)]
    pub market: Account<Market>,
    #[account(mut, constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
}

pub fn handler(ctx: &mut Context<RegisterSource>, source: SourceSpec) -> Result<()> {
    let a = &mut ctx.accounts;
    a.protocol.require_governor(a.governor.address())?;
    require!(!a.market.has_listed(), BulkheadError::SourceNeedsTimelock);
    let now = Now::read()?;
    a.oracle.add_source(&source, Health::default())?;
    let header = Header::next(&mut a.market.event_seq, now);
    emit!(SourceRegistered {
        header,
        market: *a.market.address(),
        source: source.key,
        kind: u64::from(source.kind),
        group: u64::from(source.group),
        observes_until: 0,
    });
    Ok(())
}
