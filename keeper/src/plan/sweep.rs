//! Fees to the pool, settled expiries off the books.

use crate::{action::Action, config::Limits, mirror::Mirror};

pub fn plan(mirror: &Mirror, limits: &Limits) -> Vec<Action> {
    let full = mirror.shards.iter().filter(|s| s.fees >= limits.min_fee_atoms);
    let empty = mirror.expiries.iter().filter(|e| e.swept == 1 && mirror.risk_array(e.id).is_some());
    let fees = full.map(|s| Action::CollectFees { shard: s.index });
    fees.chain(empty.map(|e| Action::CloseExpiry { expiry: e.id })).collect()
}
