//! A bonded keeper's signs of life, and the leases that are over.

use {
    crate::{action::Action, chain::Now, config::Config, mirror::Mirror},
    bulkhead_risk::{
        breaker::{allows, Action as Gate},
        oracle::Reliance,
    },
    bulkhead_sdk::{
        bulkhead::{
            constants::KEEPER_SEEN_SLOTS,
            state::{lease::LeaseState, KeeperBond, MarginAccount},
        },
        margin::preview,
        pda,
    },
};

/// A sign of life well before the last one is forgotten; nothing from a keeper without a bond.
pub fn heartbeat(mirror: &Mirror, now: Now, config: &Config) -> Option<Action> {
    let bond = own_bond(mirror, config)?;
    let silent = now.slot.saturating_sub(bond.seen_slot);
    (silent > KEEPER_SEEN_SLOTS >> 1).then_some(Action::Heartbeat)
}

/// Its own leases as soon as they are over or excused, and those of others that were missed: half of what that costs them is its own.
pub fn resolve(mirror: &Mirror, now: Now, config: &Config) -> Vec<Action> {
    if mirror.account(&config.account).is_none() {
        return Vec::new();
    }
    let is_due = |account: &MarginAccount| {
        let lease = &account.lease;
        let is_own = lease.keeper == config.authority;
        let bonded = mirror.keeper(&lease.keeper).is_some_and(|k| k.bond > 0);
        match lease.state() {
            LeaseState::None | LeaseState::Resolved => false,
            LeaseState::Fulfilled | LeaseState::Excused => is_own,
            LeaseState::Missed => is_own || bonded,
            LeaseState::Open => match is_job(mirror, account, now) {
                Some(true) => now.slot > lease.until_slot && (is_own || bonded),
                Some(false) => is_own,
                None => false,
            },
        }
    };
    let found = mirror.accounts.iter().filter(|(key, a)| *key != config.account && is_due(a));
    found
        .map(|(key, a)| Action::ResolveLease {
            account: *key,
            keeper: a.lease.keeper,
            expiries: expiries_of(a),
        })
        .collect()
}

/// The keeper's own bond, while it may lease.
pub fn own_bond<'a>(mirror: &'a Mirror, config: &Config) -> Option<&'a KeeperBond> {
    mirror.keeper(&config.authority).filter(|bond| bond.require_open().is_ok())
}

/// Whether an account is to be bid for now, as `resolve_lease` will see it; `None` when that cannot be told.
fn is_job(mirror: &Mirror, account: &MarginAccount, now: Now) -> Option<bool> {
    let level = mirror.level(now.unix);
    if !allows(level, Gate::Liquidate) || !mirror.may_rely(Reliance::Liquidate, now.unix) {
        return Some(false);
    }
    let arrays: Option<Vec<_>> = account.legs().iter().map(|l| mirror.risk_array(l.expiry_id)).collect();
    let arrays = arrays?;
    if arrays.iter().any(|a| now.unix >= a.expires_at) {
        return Some(false);
    }
    if !arrays.iter().all(|a| mirror.is_fresh(a, now)) {
        return None;
    }
    let seen = preview(account, &mirror.risk_arrays, &mirror.market, &mirror.oracle, level, now.unix);
    seen.ok().flatten().map(|p| p.due.causes != 0)
}

fn expiries_of(account: &MarginAccount) -> Vec<u16> {
    let mut expiries: Vec<u16> = account.legs().iter().map(|leg| leg.expiry_id).collect();
    expiries.sort_unstable();
    expiries.dedup();
    expiries
}
