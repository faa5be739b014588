//! Auctions of accounts that are open to liquidation, step by step: start, let the pool lend what is owed, lease, bid, end. Each plan
//! holds the next step of each account; the tick plans again until nothing is left.

use {
    super::{
        desk::{Bid, Desk},
        lease, pools,
    },
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
    bulkhead_sdk::{bulkhead::state::MarginAccount, margin::Preview},
    solana_address::Address,
};

/// An auction in which it cannot bid yet is attended so often, live seconds, so that its discount rises.
const ATTEND_SECONDS: u64 = 30;
/// A loan is worth a transaction from this part of the need on.
const LEAST_LOAN_PART: u64 = 8;

pub fn plan(mirror: &Mirror, now: Now, config: &Config) -> Vec<Action> {
    let mut actions: Vec<Action> = lease::heartbeat(mirror, now, config).into_iter().collect();
    actions.extend(ends(mirror, now));
    let is_open = allows(mirror.level(now.unix), Gate::Liquidate);
    if !is_open || !mirror.may_rely(Reliance::Liquidate, now.unix) {
        return actions;
    }
    actions.extend(pools::draw(mirror, now));
    let mut desk = Desk::new(mirror, now, config);
    let mut accounts = 0;
    for (key, account, seen) in due(mirror, now, config) {
        if accounts == config.limits.max_liquidations {
            break;
        }
        let steps = next(&mut desk, key, account, &seen);
        accounts += usize::from(!steps.is_empty());
        actions.extend(steps);
    }
    actions
}

/// Auctions of accounts that need none any more.
fn ends(mirror: &Mirror, now: Now) -> impl Iterator<Item = Action> + '_ {
    let is_cured = move |account: &MarginAccount| {
        let is_judged = mirror.may_rely(Reliance::Liquidate, now.unix) && mirror.is_priced(account, now);
        account.leg_count == 0
            || is_judged && mirror.preview(account, now.unix).is_some_and(|p| p.due.causes == 0)
    };
    let open = mirror.accounts.iter().filter(|(_, a)| a.auction.is_open());
    open.filter(move |(_, a)| is_cured(a)).map(|(key, account)| Action::EndAuction {
        account: *key,
        with_pool: account.debt > 0 || account.auction.asked > 0,
        expiries: expiries_of(account),
    })
}

/// Accounts to be bid for, the worst first.
fn due<'a>(mirror: &'a Mirror, now: Now, config: &Config) -> Vec<(Address, &'a MarginAccount, Preview)> {
    let own = mirror.account(&config.account).map_or(config.authority, |own| own.owner);
    let mut found: Vec<_> = mirror
        .accounts
        .iter()
        .filter(|(_, a)| a.leg_count > 0 && !a.answers_to(&own) && !a.answers_to(&config.authority))
        .filter(|(_, a)| mirror.is_priced(a, now) && mirror.is_biddable(a, now))
        .filter_map(|(key, a)| {
            let seen = mirror.preview(a, now.unix).filter(|p| p.due.causes != 0)?;
            Some((seen.maintenance_health().ok()?, *key, a, seen))
        })
        .collect();
    found.sort_by_key(|(health, key, ..)| (*health, *key));
    found.into_iter().map(|(_, key, account, seen)| (key, account, seen)).collect()
}

/// What is to be done for one account now.
fn next(desk: &mut Desk, key: Address, account: &MarginAccount, seen: &Preview) -> Vec<Action> {
    let (mirror, config, slot) = (desk.mirror, desk.config, desk.now.slot);
    let live = mirror.oracle.mark.live_seconds;
    let start = || vec![Action::StartAuction { account: key, expiries: expiries_of(account) }];
    let auction = &account.auction;
    if !auction.is_running(live) {
        return start();
    }
    if account.lease.is_running(auction.id, slot) && account.lease.keeper != config.authority {
        return Vec::new();
    }
    if needs_loan(desk, account, seen) {
        return vec![Action::CoverAccount { account: key, expiries: expiries_of(account) }];
    }
    let Some(Bid { action, is_whole }) = desk.bid(key, account, seen) else {
        return if auction.clock().rested(live) >= ATTEND_SECONDS { start() } else { Vec::new() };
    };
    let leases = is_whole && lease::may_take(mirror, account, desk.now, config);
    let lease = leases.then_some(Action::TakeLease { account: key, auction_id: auction.id });
    lease.into_iter().chain([action]).collect()
}

/// The pool has something to lend to an account that does not pay for itself, or has not been asked for all of it, or not for long.
fn needs_loan(desk: &Desk, account: &MarginAccount, seen: &Preview) -> bool {
    let (params, measure) = (&desk.mirror.market.params, &seen.measure);
    let standing = measure.standing(account.lent());
    let Ok(need) = standing.loan(measure.live_value(), &seen.terms) else { return false };
    let Ok(drawable) = desk.mirror.pool.drawable(params, desk.now.unix) else { return false };
    let worth = drawable.min(need).saturating_mul(LEAST_LOAN_PART) >= need;
    let asks_on = account.auction.asked > 0 && pools::fades(desk.mirror, desk.now);
    need > 0 && (worth || need > account.auction.asked || asks_on)
}
