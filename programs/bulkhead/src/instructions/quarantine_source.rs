//! Puts a price source out of the vote at once, by the governor or any guardian. It comes back by itself through probation. A
//! quorum of voters must remain: whoever wants the market without a price has to trip the breaker, which is rationed.

use {
    crate::{
        error::BulkheadError,
        events::{Header, SourceQuarantined},
        now::Now,
        state::{Market, OracleAggregate, Protocol},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::oracle::health::QUARANTINE_SECONDS,
};

#[derive(Accounts)]
pub struct QuarantineSource {
    pub signer: Signer,
    pub protocol: Account<Protocol>,
    #[account(mut)]
    pub market: Account<Market>,
    #[account(mut, constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
}

pub fn handler(ctx: &mut Context<QuarantineSource>, source: Address) -> Result<()> {
    let a = &mut ctx.accounts;
    let by = *a.signer.address();
    require!(a.protocol.governor == by || a.protocol.is_guardian(&by), BulkheadError::NotGuardian);
    let now = Now::read()?;
    let until = now.unix.saturating_add(QUARANTINE_SECONDS);
    a.oracle.quarantine_source(&source, &a.market.params, now.unix, until)?;
    let header = Header::next(&mut a.market.event_seq, now);
    emit!(SourceQuarantined { header, market: *a.market.address(), source, by, until });
    Ok(())
}
