//! Fixing settlement prices and settling accounts: those who pay first, so that those who are paid need one call.

use {
    crate::{action::Action, chain::Now, config::Limits, mirror::Mirror},
    bulkhead_risk::settlement::{fix, payoff_per_lot},
    bulkhead_sdk::bulkhead::state::{expiry::kind_from_byte, Expiry, MarginAccount},
};

pub fn plan(mirror: &Mirror, now: Now, limits: &Limits) -> Vec<Action> {
    let fixes = mirror.expiries.iter().filter(|e| is_fixable(mirror, e, now));
    let mut actions: Vec<_> = fixes.map(|e| Action::FixSettlement { expiry: e.id }).collect();
    let settling = mirror.expiries.iter().filter(|e| e.is_fixed() && !e.is_settled());
    actions.extend(settling.flat_map(|e| settle(mirror, e)).take(limits.max_settlements));
    actions
}

fn is_fixable(mirror: &Mirror, expiry: &Expiry, now: Now) -> bool {
    let (Ok(expires), Ok(current)) = (u64::try_from(expiry.expires_at), u64::try_from(now.unix)) else {
        return false;
    };
    let (oracle, bucket_seconds) = (&mirror.oracle, mirror.market.params.bucket_seconds);
    let fixing = fix(oracle.ring(), oracle.mark.stable, expires, current, bucket_seconds);
    !expiry.is_fixed() && matches!(fixing, Ok(Some(_))) && has_open_lots_of_every_shard(mirror, expiry)
}

/// The program counts the lots of all shards, and refuses a negative sum.
fn has_open_lots_of_every_shard(mirror: &Mirror, expiry: &Expiry) -> bool {
    let complete = mirror.shards.iter().map(|s| s.index).eq(0..mirror.market.shard_count);
    let sums = mirror.shards.iter().try_fold((0i64, 0i64), |(long, short), shard| {
        let (l, s) = shard.totals(expiry.slot, expiry.id).ok()?;
        Some((long.checked_add(l)?, short.checked_add(s)?))
    });
    complete && sums.is_some_and(|(long, short)| long >= 0 && short >= 0)
}

/// In the order in which money flows. The last wait until every short lot is collected.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Pays,
    HoldsShorts,
    HoldsLongs,
    IsOwed,
}

fn settle(mirror: &Mirror, expiry: &Expiry) -> Vec<Action> {
    let lots_per_unit = mirror.market.lots_per_unit;
    let mut queue: Vec<_> = mirror
        .accounts
        .iter()
        .filter_map(|(key, account)| turn(account, expiry, lots_per_unit).map(|turn| (turn, *key)))
        .collect();
    queue.sort();
    queue.into_iter().map(|(_, account)| Action::SettleAccount { expiry: expiry.id, account }).collect()
}

fn turn(account: &MarginAccount, expiry: &Expiry, lots_per_unit: u64) -> Option<Turn> {
    let legs = || account.legs().iter().filter(|l| l.expiry_id == expiry.id);
    if legs().next().is_none() {
        let owed = account.claims.iter().any(|c| c.expiry_id == expiry.id && c.amount > 0);
        return (owed && expiry.is_collected()).then_some(Turn::IsOwed);
    }
    let mut net = 0i128;
    for leg in legs() {
        let (strike, kind) = (expiry.strike(leg.strike).ok()?, kind_from_byte(leg.kind).ok()?);
        let payoff = payoff_per_lot(kind, strike, expiry.settlement_price, lots_per_unit).ok()?;
        net = net.saturating_add(i128::from(leg.lots).saturating_mul(i128::from(payoff)));
    }
    Some(match legs().any(|l| l.lots < 0) {
        _ if net < 0 => Turn::Pays,
        true => Turn::HoldsShorts,
        false => Turn::HoldsLongs,
    })
}
