//! `take_lease`, `resolve_lease`, and what a lease does to bids.

use {
    crate::prelude::*,
    bulkhead_sdk::{
        bulkhead::state::lease::LeaseState,
        risk::breaker::{Cause, Level, Trip},
    },
};

/// A lease is 20 slots long, two and a half a second.
const LEASE: i64 = 8;
/// What a miss costs the least bond.
const MISS: u64 = KEEPER_BOND / 20;

fn key_of(w: &Bank, who: Who) -> Address {
    pda::keeper(&w.market(), &w.key(who))
}

fn bond_of(w: &Bank, who: Who) -> KeeperBond {
    w.state(&key_of(w, who))
}

fn pool_cash(w: &Bank) -> u64 {
    w.state::<Pool>(&pda::pool(&w.market())).cash
}

fn state_of(w: &Bank, who: Who) -> LeaseState {
    w.margin(who).lease.state()
}

/// Bob's auction is open, and Carol is a bonded keeper.
fn with_keeper() -> Bank {
    let mut w = with_sick_bob();
    w.accepts(w.register_keeper(Carol, KEEPER_BOND));
    w.accepts(w.start_auction(Bob));
    w
}

fn with_lease() -> Bank {
    let mut w = with_keeper();
    w.accepts(w.take_lease(Carol, Bob));
    w
}

/// Past the lease, with everything fresh.
fn with_missed() -> Bank {
    let mut w = with_lease();
    w.warp(LEASE + 1);
    w
}

/// Brings Bob's account far above its maintenance.
fn cure(w: &mut Bank) {
    w.accepts(w.deposit(Bob, COLLATERAL));
    assert!(w.preview(Bob).maintenance_health().unwrap() >= 0);
}

fn resolved(w: &mut Bank, slashed: u64) {
    let (bond, pool, cash) = (bond_of(w, Carol).bond, pool_cash(w), w.margin(Alice).cash);
    w.accepts(w.resolve_lease(Carol, Bob, Alice));
    assert_eq!(bond - bond_of(w, Carol).bond, slashed);
    assert_eq!((pool_cash(w) - pool, w.margin(Alice).cash - cash), (slashed / 2, slashed / 2));
    assert_eq!((bond_of(w, Carol).open_leases, state_of(w, Bob)), (0, LeaseState::Resolved));
    sound(w);
    w.rejects(w.resolve_lease(Carol, Bob, Alice), NoLease);
}

#[test]
fn allows_nobody_else_to_bid_while_a_lease_runs() {
    let mut w = with_lease();
    w.rejects(w.bid(Alice, Bob, ALL), Leased);
    w.warp(LEASE);
    w.rejects(w.bid(Alice, Bob, ALL), Leased);
    w.accepts(w.bid(Carol, Bob, ALL));
    assert_eq!(state_of(&w, Bob), LeaseState::Fulfilled);
    resolved(&mut w, 0);
}

#[test]
fn slashes_a_missed_lease_half_to_the_caller_half_to_the_pool_and_opens_the_job_to_all() {
    let mut w = with_missed();
    resolved(&mut w, MISS);
    w.rejects(w.take_lease(Carol, Bob), LeasedBefore);
    w.accepts(w.bid(Alice, Bob, ALL));
    sound(&w);
}

#[test]
fn a_miss_that_another_made_good_is_slashed_all_the_same() {
    let mut w = with_missed();
    w.accepts(w.bid(Alice, Bob, ALL));
    assert_eq!(state_of(&w, Bob), LeaseState::Missed);
    assert!(w.preview(Bob).maintenance_health().unwrap() >= 0);
    resolved(&mut w, MISS);
}

#[test]
fn a_token_bid_does_not_do_the_job() {
    let mut w = with_lease();
    w.accepts(w.bid(Carol, Bob, 10_000));
    assert_eq!(state_of(&w, Bob), LeaseState::Open);
    w.rejects(w.resolve_lease(Carol, Bob, Alice), LeaseRunning);
    w.warp(LEASE + 1);
    resolved(&mut w, MISS);
}

#[test]
fn excuses_a_keeper_whose_account_the_owner_cured() {
    let mut w = with_lease();
    w.rejects(w.resolve_lease(Carol, Bob, Alice), LeaseRunning);
    cure(&mut w);
    resolved(&mut w, 0);
}

#[test]
fn excuses_a_keeper_whose_auction_ended() {
    let mut w = with_lease();
    cure(&mut w);
    w.accepts(w.end_auction(Bob));
    assert_eq!(state_of(&w, Bob), LeaseState::Excused);
    w.warp(LEASE + 1);
    resolved(&mut w, 0);
}

#[test]
fn excuses_a_keeper_while_the_breaker_or_the_oracle_closes_liquidation() {
    let mut w = with_lease();
    w.silence();
    resolved(&mut w, 0);

    let mut w = with_lease();
    let close_only = Trip { level: Level::CloseOnly as u8, since: w.now(), ..Trip::default() };
    w.edit(&w.market(), |m: &mut Market| m.breaker.set(Cause::OracleQuorum, close_only));
    resolved(&mut w, 0);
}

#[test]
fn excuses_a_keeper_whose_account_waits_for_settlement() {
    let mut w = with_keeper();
    w.warp_to(START + DAY - 40);
    let mark = w.oracle().mark.price;
    w.move_to(mark);
    w.accepts(w.heartbeat(Carol));
    w.accepts(w.take_lease(Carol, Bob));
    w.warp_to(START + DAY);
    resolved(&mut w, 0);
}

#[test]
fn rejects_leases_to_keepers_that_are_silent_gone_poor_or_busy() {
    let mut w = with_keeper();
    w.warp(61);
    let mark = w.oracle().mark.price;
    w.move_to(mark);
    w.rejects(w.take_lease(Carol, Bob), KeeperNotSeen);
    w.accepts(w.heartbeat(Carol));
    let key = key_of(&w, Carol);
    w.edit(&key, |k: &mut KeeperBond| k.bond = KEEPER_BOND / 2 - 1);
    w.rejects(w.take_lease(Carol, Bob), BondTooSmall);
    w.edit(&key, |k: &mut KeeperBond| (k.bond, k.open_leases) = (KEEPER_BOND, 8));
    w.rejects(w.take_lease(Carol, Bob), TooManyLeases);
    w.edit(&key, |k: &mut KeeperBond| (k.open_leases, k.resigned_at) = (0, 1));
    w.rejects(w.take_lease(Carol, Bob), KeeperClosed);
    w.edit(&key, |k: &mut KeeperBond| k.resigned_at = 0);
    w.accepts(w.take_lease(Carol, Bob));
}

#[test]
fn rejects_leases_of_no_auction_another_or_ones_own() {
    let mut w = with_sick_bob();
    for who in [Bob, Carol] {
        w.accepts(w.register_keeper(who, KEEPER_BOND));
    }
    w.rejects(w.take_lease(Carol, Bob), NoAuction);
    w.accepts(w.start_auction(Bob));
    w.rejects(w.take_lease(Bob, Bob), OwnAuction);
    let other = ix::take_lease(w.key(Carol), w.market(), w.account_of(Bob), 7);
    w.rejects(other, AuctionChanged);
    w.edit(&w.account_of(Bob), |a: &mut MarginAccount| a.delegate = Address::from([9; 32]));
    w.accepts(w.take_lease(Carol, Bob));
    w.rejects(w.take_lease(Carol, Bob), LeasedBefore);
}

#[test]
fn rejects_leases_while_liquidation_is_closed() {
    let mut w = with_keeper();
    w.silence();
    w.accepts(w.heartbeat(Carol));
    w.rejects(w.take_lease(Carol, Bob), NoOracleQuorum);
    w.accepts(w.report_fault(Stranger, 1, None));
    w.rejects(w.take_lease(Carol, Bob), ActionClosed);
}

#[test]
fn rejects_a_lease_before_the_last_one_is_resolved() {
    let mut w = with_missed();
    cure(&mut w);
    w.accepts(w.end_auction(Bob));
    w.move_to(12_500_000_000);
    w.accepts(w.start_auction(Bob));
    w.accepts(w.heartbeat(Carol));
    w.rejects(w.take_lease(Carol, Bob), LeaseUnresolved);
    resolved(&mut w, 0);
    w.accepts(w.take_lease(Carol, Bob));
}

#[test]
fn rejects_resolving_by_another_keepers_bond_or_without_a_lease() {
    let mut w = with_missed();
    w.accepts(w.register_keeper(Alice, KEEPER_BOND));
    let (own, other) = (key_of(&w, Carol), key_of(&w, Alice));
    w.rejects(swap(w.resolve_lease(Carol, Bob, Alice), &own, &other), NoLease);
    w.edit(&w.account_of(Bob), |a: &mut MarginAccount| a.lease.state = 0);
    w.rejects(w.resolve_lease(Carol, Bob, Alice), NoLease);
}

#[test]
fn rejects_accounts_of_another_market_in_leases() {
    let mut w = with_lease();
    let (here, there) = (w.market(), w.foreign.market);
    let pairs = [
        (pda::oracle(&here), pda::oracle(&there)),
        (pda::pool(&here), pda::pool(&there)),
        (w.account_of(Bob), w.account_of(Foreigner)),
        (w.account_of(Alice), w.account_of(Foreigner)),
    ];
    w.edit(&w.account_of(Foreigner), |a: &mut MarginAccount| a.lease.keeper = Address::default());
    let resolve = w.resolve_lease(Carol, Bob, Alice);
    let take = w.take_lease(Carol, Bob);
    let keeper = w.key(Carol);
    w.edit(&w.account_of(Foreigner), |a: &mut MarginAccount| a.lease.keeper = keeper);
    for (from, to) in pairs {
        w.rejects(swap(resolve.clone(), &from, &to), WrongMarket);
    }
    for (from, to) in [pairs[0], pairs[2]] {
        w.rejects(swap(take.clone(), &from, &to), WrongMarket);
    }
    let key = key_of(&w, Carol);
    w.edit(&key, |k: &mut KeeperBond| k.market = there);
    w.rejects(resolve, WrongMarket);
    w.rejects(take, WrongMarket);
}

#[test]
fn rejects_stale_arrays_and_missing_ones_when_a_lease_is_resolved() {
    let mut w = with_missed();
    let good = w.resolve_lease(Carol, Bob, Alice);
    let mut bare = good.clone();
    bare.accounts.pop();
    w.rejects(bare, MissingRiskArray);
    w.warp(310);
    let mark = w.oracle().mark.price;
    w.price(mark);
    w.rejects(good, StaleRiskArray);
}

#[test]
fn rejects_the_bond_and_the_account_leaving_before_a_lease_is_resolved() {
    let mut w = with_lease();
    w.accepts(w.resign_keeper(Carol));
    w.warp(7 * DAY);
    w.rejects(w.withdraw_keeper_bond(Carol, 1), LeasesOpen);
    let mut w = with_lease();
    w.edit(&w.account_of(Stranger), |a: &mut MarginAccount| a.lease.state = LeaseState::Missed as u8);
    w.rejects(w.close_account(Stranger), AccountNotEmpty);
}

/// Empty leases on many accounts: each costs at least as much as the first, and eight are the most at a time.
#[test]
fn griefing_by_empty_leases_costs_the_bond() {
    let mut w = with_missed();
    resolved(&mut w, MISS);
    let mut left = bond_of(&w, Carol).bond;
    for _ in 0..8 {
        w.edit(&w.account_of(Bob), |a: &mut MarginAccount| a.lease = bytemuck::Zeroable::zeroed());
        w.accepts(w.heartbeat(Carol));
        w.accepts(w.take_lease(Carol, Bob));
        w.warp(LEASE);
        let mark = w.oracle().mark.price;
        w.move_to(mark);
        resolved(&mut w, MISS);
        left -= MISS;
    }
    assert_eq!(bond_of(&w, Carol).bond, left);
}
