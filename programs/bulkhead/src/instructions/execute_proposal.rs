//! Carries out a proposal whose timelock has passed. Anyone may; the rent goes back to the proposer.

use {
    crate::{
        error::BulkheadError,
        events::{Header, ProposalExecuted, SourceRegistered},
        now::Now,
        state::{params::seconds, proposal::kind, Market, OracleAggregate, Proposal, Protocol},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        breaker::{proof::cleared, Cause, Level, Trip},
        governance::{ready, still_current, Refusal, Window},
        oracle::Health,
    },
};

#[derive(Accounts)]
pub struct ExecuteProposal {
    #[account(mut)]
    pub protocol: Account<Protocol>,
    /// The market concerned; absent for changes of roles.
    #[account(mut)]
    pub market: Option<Account<Market>>,
    /// The market's, for a new price source, other parameters and the end of a trip.
    #[account(mut)]
    pub oracle: Option<Account<OracleAggregate>>,
    #[account(mut, close = proposer)]
    pub proposal: Account<Proposal>,
    /// CHECK: receives the rent; must be the proposer recorded in the proposal.
    #[account(mut, address = proposal.proposer @ BulkheadError::NotOwner)]
    pub proposer: UncheckedAccount,
}

pub fn handler(ctx: &mut Context<ExecuteProposal>) -> Result<()> {
    let now = Now::read()?;
    let ExecuteProposal { protocol, market, oracle, proposal, .. } = &mut ctx.accounts;
    let window = Window { eta: proposal.eta, lapses_at: proposal.lapses_at };
    ready(window, proposal.index, protocol.stale_before, now.unix).map_err(refusal)?;
    match proposal.kind {
        kind::SET_GOVERNOR | kind::SET_GUARDIANS => change_roles(protocol, proposal)?,
        kind::ADD_SOURCE => {
            let market = market.as_mut().ok_or(BulkheadError::InvalidProposal)?;
            let oracle = oracle.as_mut().ok_or(BulkheadError::InvalidProposal)?;
            require_keys_eq!(proposal.market, *market.address(), BulkheadError::WrongMarket);
            require_keys_eq!(proposal.market, oracle.market, BulkheadError::WrongMarket);
            add_source(market, oracle, proposal, now)?;
        }
        _ => {
            let market = market.as_mut().ok_or(BulkheadError::InvalidProposal)?;
            require_keys_eq!(proposal.market, *market.address(), BulkheadError::WrongMarket);
            change_market(market, oracle.as_deref(), proposal, now)?;
        }
    }
    let header = Header::next(&mut protocol.event_seq, now);
    emit!(ProposalExecuted {
        header,
        proposal: *proposal.address(),
        index: proposal.index,
        kind: u64::from(proposal.kind),
    });
    Ok(())
}

fn refusal(refused: Refusal) -> BulkheadError {
    match refused {
        Refusal::Stale => BulkheadError::ProposalStale,
        Refusal::Running => BulkheadError::TimelockRunning,
        Refusal::Lapsed => BulkheadError::ProposalLapsed,
    }
}

/// A change of roles overtakes every proposal made before now: what the old roles queued must be queued again.
fn change_roles(protocol: &mut Protocol, proposal: &Proposal) -> Result<()> {
    if proposal.kind == kind::SET_GOVERNOR {
        protocol.governor = proposal.holder;
    } else {
        let listed = proposal.guardians.get(..usize::from(proposal.guardian_count));
        protocol.set_guardians(listed.ok_or(BulkheadError::InvalidGuardians)?)?;
    }
    protocol.stale_before = protocol.proposals;
    Ok(())
}

/// A new source is watched before it counts.
fn add_source(
    market: &mut Market,
    oracle: &mut OracleAggregate,
    proposal: &Proposal,
    now: Now,
) -> Result<()> {
    let until = now.unix.saturating_add(seconds(market.params.source_delay_seconds));
    oracle.add_source(&proposal.source, Health::observer(until))?;
    let header = Header::next(&mut market.event_seq, now);
    emit!(SourceRegistered {
        header,
        market: proposal.market,
        source: proposal.source.key,
        kind: u64::from(proposal.source.kind),
        group: u64::from(proposal.source.group),
        observes_until: until,
    });
    Ok(())
}

/// Live time of the market's oracle, by which grace is counted.
fn live_time(oracle: Option<&OracleAggregate>, proposal: &Proposal) -> Result<u64> {
    let oracle = oracle.ok_or(BulkheadError::InvalidProposal)?;
    require_keys_eq!(proposal.market, oracle.market, BulkheadError::WrongMarket);
    Ok(oracle.mark.live_seconds)
}

fn change_market(
    market: &mut Market,
    oracle: Option<&OracleAggregate>,
    proposal: &Proposal,
    now: Now,
) -> Result<()> {
    match proposal.kind {
        kind::SET_PARAMS => {
            still_current(proposal.params_revision, market.params_revision).map_err(refusal)?;
            market.replace_params(proposal.params, live_time(oracle, proposal)?);
        }
        kind::CLEAR_TRIP => {
            let cause = Cause::from_byte(proposal.cause).ok_or(BulkheadError::InvalidProposal)?;
            let held = market.breaker.trip(cause);
            let trip = cleared(held, proposal.created_at).ok_or(BulkheadError::ProposalStale)?;
            market.set_trip(cause, trip, live_time(oracle, proposal)?, now.unix);
        }
        kind::SET_SURFACE_AUTHORITY => market.surface_authority = proposal.holder,
        kind::WIND_DOWN => {
            let level = Level::WindDown as u8;
            market.breaker.set(Cause::Governance, Trip { level, consecutive: 0, since: now.unix, until: 0 });
        }
        _ => return Err(BulkheadError::InvalidProposal.into()),
    }
    Ok(())
}
