//! Fees to the pool, the senior pool's part to it, the pool's required size, settled expiries off the books, what publishers owe by
//! rule, and leases that are over.

use {
    super::{lease, pools},
    crate::{action::Action, chain::Now, config::Config, mirror::Mirror},
    bulkhead_sdk::bulkhead::state::Expiry,
};

pub fn plan(mirror: &Mirror, now: Now, config: &Config) -> Vec<Action> {
    let full = mirror.shards.iter().filter(|s| s.fees >= config.limits.min_fee_atoms);
    let is_empty = |e: &&Expiry| e.swept == 1 && e.bonds().iter().all(|bond| !bond.is_held());
    let empty = mirror.expiries.iter().filter(is_empty).filter(|e| mirror.risk_array(e.id).is_some());
    let fees = full.map(|s| Action::CollectFees { shard: s.index });
    let closed = empty.map(|e| Action::CloseExpiry { expiry: e.id });
    let leases = lease::resolve(mirror, now, config);
    let to_senior = pools::repay(mirror, now, &config.limits);
    let size = pools::requirement(mirror, now, &config.limits);
    fees.chain(to_senior).chain(size).chain(closed).chain(slashes(mirror, config)).chain(leases).collect()
}

/// Half of what is slashed goes to the keeper's margin account; without one it leaves this to others.
fn slashes<'a>(mirror: &'a Mirror, config: &Config) -> impl Iterator<Item = Action> + 'a {
    let has_account = mirror.account(&config.account).is_some();
    mirror.feeds.iter().filter_map(move |(key, feed)| {
        let owes = feed.require_open().is_ok() && feed.bond > 0 && mirror.oracle.owed(key) != (0, 0);
        (has_account && owes).then_some(Action::SlashPublisher { publisher: feed.publisher })
    })
}
