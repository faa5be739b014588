//! Faults that can be proven, and recoveries.

use {
    crate::{action::Action, chain::Now, mirror::Mirror},
    bulkhead_risk::{
        breaker::Cause,
        greek_limits::MoneyGreeks,
        oracle::{Grade, Reason},
    },
    bulkhead_sdk::bulkhead::{
        expiry_source::ExpirySource,
        open_greeks,
        state::{params::seconds, RiskArray},
    },
};

pub fn plan(mirror: &Mirror, now: Now) -> Vec<Action> {
    let mut actions = Vec::new();
    for cause in [Cause::OracleQuorum, Cause::VaultShortfall, Cause::OpenInterest] {
        let held = mirror.market.breaker.trip(cause).level_at(now.unix);
        if held < cause.level() {
            actions.extend(report(mirror, cause, now));
        } else if held == cause.level() && is_over(mirror, cause, now) {
            actions.push(Action::RecoverBreaker { cause });
        }
    }
    actions.extend(plan_open_greeks(mirror, now));
    actions
}

/// Reports or recovers from open Greeks, as far as fresh arrays show them.
fn plan_open_greeks(mirror: &Mirror, now: Now) -> Option<Action> {
    let (market, oracle) = (&mirror.market, &mirror.oracle);
    let is_fresh = |a: &&RiskArray| a.is_fresh(oracle, &market.params, now).unwrap_or(false);
    let live: Vec<u16> = market.expiries.iter().copied().filter(|id| *id != 0).collect();
    let arrays: Vec<&RiskArray> =
        mirror.risk_arrays.iter().filter(|a| live.contains(&a.expiry_id)).filter(is_fresh).collect();
    let shards = || mirror.shards.iter();
    let sum =
        arrays.iter().try_fold(MoneyGreeks::default(), |sum, a| open_greeks::with(sum, a, shards())).ok()?;
    let beyond = open_greeks::is_beyond(&sum, market, oracle).ok()?;
    let expiries: Vec<u16> = arrays.iter().map(|a| a.expiry_id).collect();
    let held = market.breaker.trip(Cause::Greeks).level_at(now.unix) == Cause::Greeks.level();
    let complete = expiries.len() == live.len();
    match (held, beyond) {
        (false, true) => Some(Action::ReportOpenGreeks { expiries }),
        (true, false) if complete && has_dwelt(mirror, Cause::Greeks, now) => {
            Some(Action::RecoverOpenGreeks { expiries })
        }
        _ => None,
    }
}

fn has_dwelt(mirror: &Mirror, cause: Cause, now: Now) -> bool {
    let trip = mirror.market.breaker.trip(cause);
    // A trip that ends by itself is the last step of a recovery.
    trip.until == 0 && now.unix.saturating_sub(trip.since) >= seconds(mirror.market.params.min_dwell_seconds)
}

fn grade(mirror: &Mirror, now: Now) -> (Grade, Reason) {
    mirror.oracle.grade_at(&mirror.market.params, now.unix)
}

fn report(mirror: &Mirror, cause: Cause, now: Now) -> Option<Action> {
    let (proven, shard) = match cause {
        // Before the first mark no risk can have been taken, so there is nothing to protect yet.
        Cause::OracleQuorum => (mirror.oracle.mark.price != 0 && grade(mirror, now).1.is_fault(), None),
        Cause::VaultShortfall => (mirror.vault_balance < mirror.ledger.claims, None),
        Cause::OpenInterest => {
            let shard = mirror.shards.iter().find(|s| !s.is_zero_sum()).map(|s| s.index);
            (shard.is_some(), shard)
        }
        Cause::Guardian | Cause::Governance | Cause::Greeks => (false, None),
    };
    proven.then_some(Action::ReportFault { cause, shard })
}

fn is_over(mirror: &Mirror, cause: Cause, now: Now) -> bool {
    let params = &mirror.market.params;
    has_dwelt(mirror, cause, now)
        && match cause {
            Cause::OracleQuorum => {
                grade(mirror, now).0.is_quorum()
                    && mirror.oracle.mark.healthy_rounds >= params.recovery_rounds
            }
            Cause::VaultShortfall => mirror.vault_balance >= mirror.ledger.claims,
            // These wait for their end or for the timelock.
            Cause::Guardian | Cause::OpenInterest | Cause::Governance | Cause::Greeks => false,
        }
}
