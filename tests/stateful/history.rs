//! Promises about a market before and after one transaction.

use {
    bulkhead_keeper::mirror::Mirror,
    bulkhead_risk::pool::{VIRTUAL_ATOMS, VIRTUAL_SHARES},
    bulkhead_sdk::bulkhead::state::{Expiry, Pool},
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

/// Only what a loss drew may lower what a share is worth; who enters or leaves is rounded against. Whoever redeems all
/// shares takes the last atom, and the next provider begins anew.
fn share_lost_value(before: &Pool, after: &Pool) -> bool {
    let drawn = u128::from(after.draws_total.saturating_sub(before.draws_total));
    let atoms = |pool: &Pool| u128::from(pool.cash) + u128::from(VIRTUAL_ATOMS);
    let shares = |pool: &Pool| u128::from(pool.shares) + u128::from(VIRTUAL_SHARES);
    after.shares > 0 && (atoms(after) + drawn) * shares(before) < atoms(before) * shares(after)
}
