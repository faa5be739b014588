//! Ends a lease, once: a keeper that bid, or had nothing to bid for, is free of it; one that did not is slashed, half to the caller's
//! margin account and half to the pool, in the books. Anybody may, after the lease; before its end only while something excuses it.

use {
    crate::{
        access::gate::level_in_force,
        error::BulkheadError,
        events::{Header, LeaseResolved},
        expiry_source::Sources,
        grace::View,
        margin_basis::MarginBasis,
        now::Now,
        state::{
            bond::Slashed,
            lease::{LeaseState, StoredLease},
            KeeperBond, MarginAccount, Market, OracleAggregate, Pool, Protocol,
        },
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        breaker::{allows, Action},
        oracle::Reliance,
    },
};

/// Append what prices the account, unless its lease is over already by a bid or the end of the auction.
#[derive(Accounts)]
pub struct ResolveLease {
    pub protocol: Account<Protocol>,
    pub market: Account<Market>,
    #[account(constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
    #[account(mut, constraint = keeper_bond.market == *market.address() @ BulkheadError::WrongMarket,
        constraint = keeper_bond.keeper == account.lease.keeper @ BulkheadError::NoLease)]
    pub keeper_bond: Account<KeeperBond>,
    #[account(mut, constraint = account.market == *market.address() @ BulkheadError::WrongMarket)]
    pub account: Account<MarginAccount>,
    #[account(mut, constraint = pool.market == *market.address() @ BulkheadError::WrongMarket)]
    pub pool: Account<Pool>,
    /// The caller's, in the same market.
    #[account(mut, constraint = reward.market == *market.address() @ BulkheadError::WrongMarket)]
    pub reward: Account<MarginAccount>,
}

pub fn handler(ctx: &mut Context<ResolveLease>) -> Result<()> {
    let appended = ctx.remaining_accounts()?;
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    let is_open = a.account.lease.state() == LeaseState::Open;
    let excused = is_open && !is_job(a, &appended, now)?;
    let StoredLease { auction_id, .. } = a.account.lease;
    let verdict = a.account.lease.resolve(excused, now)?;
    a.keeper_bond.end_lease();
    let Slashed { to_reporter, to_pool } = match verdict {
        LeaseState::Missed => a.keeper_bond.slash_miss()?,
        _ => Slashed::default(),
    };
    a.reward.credit(to_reporter)?;
    a.pool.earn(to_pool)?;
    let header = Header::next(&mut a.keeper_bond.event_seq, now);
    emit!(LeaseResolved {
        header,
        keeper_bond: *a.keeper_bond.address(),
        account: *a.account.address(),
        auction_id,
        verdict: verdict as u64,
        to_reporter,
        to_pool,
        bond_after: a.keeper_bond.bond,
    });
    Ok(())
}

/// Whether there is something to bid for now, and bidding is allowed.
#[inline(never)]
fn is_job(a: &ResolveLease, appended: &[AccountView], now: Now) -> Result<bool> {
    let level = level_in_force(&a.protocol, &a.market, now.unix);
    let basis = MarginBasis::new(&a.market, &a.oracle, level, now)?;
    if !allows(level, Action::Liquidate) || !basis.allows(Reliance::Liquidate)? {
        return Ok(false);
    }
    let sources = Sources::load(appended, &a.market, &a.oracle, now)?;
    basis.require_fresh(&a.account, sources.all())?;
    let measure = basis.measure(&a.account, sources.all())?;
    let is_known = basis.require_all_known(&a.account, sources.all()).is_ok();
    if !is_known || !basis.holds_live(&a.account, sources.all()) {
        return Ok(false);
    }
    let view = View { market: &a.market, basis: &basis, level, sources: &sources, appended };
    Ok(basis.due(&measure, &basis.terms(0)?)?.causes != 0 && !view.spares(&a.account)?)
}
