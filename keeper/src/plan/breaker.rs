//! Faults that can be proven, and recoveries.

use {
    crate::{action::Action, chain::Now, mirror::Mirror},
    bulkhead_risk::breaker::Cause,
    bulkhead_sdk::bulkhead::state::params::seconds,
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
    actions
}

fn report(mirror: &Mirror, cause: Cause, now: Now) -> Option<Action> {
    let (proven, shard) = match cause {
        // Before the first mark no risk can have been taken, so there is nothing to protect yet.
        Cause::OracleQuorum => (mirror.oracle.mark != 0 && !mirror.has_quorum(now.unix), None),
        Cause::VaultShortfall => (mirror.vault_balance < mirror.ledger.claims, None),
        Cause::OpenInterest => {
            let shard = mirror.shards.iter().find(|s| !s.is_zero_sum()).map(|s| s.index);
            (shard.is_some(), shard)
        }
        Cause::Guardian | Cause::Governance => (false, None),
    };
    proven.then_some(Action::ReportFault { cause, shard })
}

fn is_over(mirror: &Mirror, cause: Cause, now: Now) -> bool {
    let params = &mirror.market.params;
    let since = mirror.market.breaker.trip(cause).since;
    let dwelt = now.unix.saturating_sub(since) >= seconds(params.min_dwell_seconds);
    dwelt
        && match cause {
            Cause::OracleQuorum => {
                mirror.has_quorum(now.unix) && mirror.oracle.healthy_rounds >= params.recovery_rounds
            }
            Cause::VaultShortfall => mirror.vault_balance >= mirror.ledger.claims,
            // These wait for their end or for the timelock.
            Cause::Guardian | Cause::OpenInterest | Cause::Governance => false,
        }
}
