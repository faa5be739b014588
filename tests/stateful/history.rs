//! Promises about a market before and after one transaction.

use {
    bulkhead_keeper::mirror::Mirror,
    bulkhead_risk::pool::{VIRTUAL_ATOMS, VIRTUAL_SHARES},
    bulkhead_sdk::bulkhead::state::{Expiry, Pool, SeniorPool},
};

pub fn broken_between(before: &Mirror, after: &Mirror) -> Vec<String> {
    let mut found = Vec::new();
    totals(before, after, &mut found);
    if share_lost_value(&before.pool, &after.pool) {
        let held = |pool: &Pool| (pool.cash, pool.shares, pool.draws_total);
        found.push(format!(
            "a share of the pool lost value: {:?} became {:?}",
            held(&before.pool),
            held(&after.pool)
        ));
    }
    for expiry in before.expiries.iter().filter(|e| e.is_fixed()) {
        let now = after.expiry(expiry.id);
        if now.is_some_and(|now| fixing(now) != fixing(expiry)) {
            found.push(format!("the fixing of expiry {} changed", expiry.id));
        }
    }
    found
}

/// Totals since the start and running numbers never fall.
fn totals(before: &Mirror, after: &Mirror, found: &mut Vec<String>) {
    let of = |m: &Mirror| {
        [
            ("deposited", m.ledger.deposited_total),
            ("withdrawn", m.ledger.withdrawn_total),
            ("income", m.pool.income_total),
            ("draws", m.pool.draws_total),
            ("recovered", m.pool.recovered_total),
            ("next expiry", m.market.next_expiry_id),
            ("events", m.market.event_seq),
            ("parameters", m.market.params_revision),
        ]
    };
    for ((name, before), (_, after)) in of(before).into_iter().zip(of(after)) {
        if after < before {
            found.push(format!("{name} fell from {before} to {after}"));
        }
    }
}

fn fixing(expiry: &Expiry) -> (u64, u8, i64) {
    (expiry.settlement_price, expiry.tier, expiry.fixed_at)
}

/// Only what a loss drew, from here or from the senior pool in its stead, may lower what a share is worth; who enters or
/// leaves is rounded against.
fn share_lost_value(before: &Pool, after: &Pool) -> bool {
    let worth = |pool: &Pool| Worth { atoms: pool.cash - pool.senior_owed, shares: pool.shares };
    let drawn = after.draws_total.saturating_sub(before.draws_total);
    let owed = after.senior_owed.saturating_sub(before.senior_owed);
    has_fallen(worth(before), worth(after), drawn + owed)
}

/// Only what was lent may lower what a share of the senior pool is worth.
pub fn broken_senior(before: Option<&SeniorPool>, after: Option<&SeniorPool>) -> Vec<String> {
    let (Some(before), Some(after)) = (before, after) else { return Vec::new() };
    let worth = |pool: &SeniorPool| Worth { atoms: pool.cash, shares: pool.shares };
    let lent = after.lent_total.saturating_sub(before.lent_total);
    if has_fallen(worth(before), worth(after), lent) {
        return vec![format!("a senior share lost value: {:?} became {:?}", worth(before), worth(after))];
    }
    Vec::new()
}

#[derive(Clone, Copy, Debug)]
struct Worth {
    atoms: u64,
    shares: u64,
}

/// Whether a share is worth less, beyond what may be `lost`. Whoever redeems all shares takes the last atom, and the next
/// provider begins anew.
fn has_fallen(before: Worth, after: Worth, lost: u64) -> bool {
    let atoms = |worth: Worth| u128::from(worth.atoms) + u128::from(VIRTUAL_ATOMS);
    let shares = |worth: Worth| u128::from(worth.shares) + u128::from(VIRTUAL_SHARES);
    after.shares > 0 && (atoms(after) + u128::from(lost)) * shares(before) < atoms(before) * shares(after)
}
