//! Settlement prices, then accounts: those who pay first, then the pool, so that those who are paid need one call; at the end the
//! bonds and the rest of haircuts.

use {
    super::pools,
    crate::{action::Action, chain::Now, config::Limits, mirror::Mirror},
    bulkhead_risk::settlement::{payoff_per_lot, payout},
    bulkhead_sdk::bulkhead::state::{expiry::kind_from_byte, Claim, Expiry, MarginAccount},
    solana_address::Address,
};

pub fn plan(mirror: &Mirror, now: Now, limits: &Limits) -> Vec<Action> {
    let mut actions: Vec<_> = mirror.expiries.iter().filter_map(|e| price(mirror, e, now)).collect();
    for expiry in mirror.expiries.iter().filter(|e| e.is_fixed()) {
        let held = expiry.bonds().into_iter().filter(|b| b.is_held()).map(|b| b.account);
        let mut accounts: Vec<Address> = held.collect();
        accounts.dedup();
        actions.extend(accounts.into_iter().map(|account| Action::ReturnBond { expiry: expiry.id, account }));
        if is_coverable(mirror, expiry, now) {
            actions.push(Action::CoverShortfall { expiry: expiry.id });
        }
    }
    actions.extend(pools::draw(mirror, now));
    // What accounts still owe to a settled expiry is theirs to pay until it closes.
    let settling = mirror.expiries.iter().filter(|e| e.is_fixed());
    actions.extend(settling.flat_map(|e| settle(mirror, e, now)).take(limits.max_settlements));
    actions
}

/// Fixes a price as soon as there is one; until then what the buckets say is taken down while the ring holds them.
fn price(mirror: &Mirror, expiry: &Expiry, now: Now) -> Option<Action> {
    if expiry.is_fixed() {
        return None;
    }
    let params = &mirror.market.params;
    let seen = expiry.observation(&mirror.oracle, params, now.unix).ok()??;
    if expiry.fixing(&seen, params, now.unix).ok()?.is_some() {
        return has_open_lots_of_every_shard(mirror, expiry)
            .then_some(Action::FixSettlement { expiry: expiry.id });
    }
    (expiry.observed_at == 0).then_some(Action::ObserveSettlement { expiry: expiry.id })
}

/// The first time in any case, because winners wait for it; later only when there is something to be had.
fn is_coverable(mirror: &Mirror, expiry: &Expiry, now: Now) -> bool {
    let missing = expiry.missing();
    let is_open = expiry.is_collected() && missing > 0 && !expiry.is_final(now.unix);
    is_open && (expiry.pool_asked == 0 || pools::is_worth_asking(mirror, missing, now))
}

/// The program counts the lots of all shards, and refuses a negative sum.
fn has_open_lots_of_every_shard(mirror: &Mirror, expiry: &Expiry) -> bool {
    let sums = mirror.shards.iter().try_fold((0i64, 0i64), |(long, short), shard| {
        let (l, s) = shard.totals(expiry.slot, expiry.id).ok()?;
        Some((long.checked_add(l)?, short.checked_add(s)?))
    });
    mirror.has_all_shards() && sums.is_some_and(|(long, short)| long >= 0 && short >= 0)
}

/// In the order in which money flows. The last wait until every short lot is met.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Pays,
    HoldsShorts,
    HoldsLongs,
    IsOwed,
}

fn settle(mirror: &Mirror, expiry: &Expiry, now: Now) -> Vec<Action> {
    let lots_per_unit = mirror.market.lots_per_unit;
    let mut queue: Vec<_> = mirror
        .accounts
        .iter()
        .filter_map(|(key, account)| turn(account, expiry, lots_per_unit, now).map(|turn| (turn, *key)))
        .collect();
    queue.sort();
    queue.into_iter().map(|(_, account)| Action::SettleAccount { expiry: expiry.id, account }).collect()
}

fn turn(account: &MarginAccount, expiry: &Expiry, lots_per_unit: u64, now: Now) -> Option<Turn> {
    let legs = || account.legs().iter().filter(|l| l.expiry_id == expiry.id);
    if legs().next().is_none() {
        let claim = account.claims.iter().find(|c| c.expiry_id == expiry.id)?;
        if claim.is_owed() {
            return (account.cash > 0).then_some(Turn::Pays);
        }
        return is_payable(claim, expiry, now).then_some(Turn::IsOwed);
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

/// Whether a call pays something on a claim, or ends it.
fn is_payable(claim: &Claim, expiry: &Expiry, now: Now) -> bool {
    let share = payout(claim.amount, expiry.collected_total, expiry.due_total).unwrap_or(0);
    expiry.pool_asked == 1 && (share > claim.paid || expiry.is_final(now.unix))
}
