//! A bonded keeper's signs of life, and the leases that are over.

use {
    crate::{
        action::Action,
        chain::Now,
        config::Config,
        mirror::{expiries_of, Mirror},
    },
    bulkhead_risk::{
        breaker::{allows, Action as Gate},
        oracle::Reliance,
    },
    bulkhead_sdk::bulkhead::{
        constants::KEEPER_SEEN_SLOTS,
        state::{lease::LeaseState, KeeperBond, MarginAccount},
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
fn own_bond<'a>(mirror: &'a Mirror, config: &Config) -> Option<&'a KeeperBond> {
    mirror.keeper(&config.authority).filter(|bond| bond.require_open().is_ok())
}

/// Whether the keeper may lease an account's open auction, and its bond answers for it.
pub fn may_take(mirror: &Mirror, account: &MarginAccount, now: Now, config: &Config) -> bool {
    let lease = &account.lease;
    let is_free = match lease.state() {
        LeaseState::None => true,
        LeaseState::Resolved => lease.auction_id != account.auction.id,
        _ => false,
    };
    is_free && own_bond(mirror, config).is_some_and(|bond| { *bond }.open_lease(now).is_ok())
}

/// Whether an account is to be bid for now, as `resolve_lease` will see it; `None` when that cannot be told.
fn is_job(mirror: &Mirror, account: &MarginAccount, now: Now) -> Option<bool> {
    if !allows(mirror.level(now.unix), Gate::Liquidate) || !mirror.may_rely(Reliance::Liquidate, now.unix) {
        return Some(false);
    }
    if !mirror.is_priced(account, now) {
        return None;
    }
    if !mirror.is_biddable(account, now) {
        return Some(false);
    }
    mirror.preview(account, now.unix).map(|p| p.due.causes != 0)
}

#[cfg(test)]
mod tests;
