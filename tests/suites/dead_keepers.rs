//! What is left of a market without keepers, and what one keeper makes of it again. Publishers are no keepers: they speak whenever
//! there is somebody to listen.

use {
    crate::prelude::*,
    bulkhead_keeper::{Config, Keeper},
    bulkhead_sdk::bulkhead::state::lease::LeaseState,
};

const HOUR: i64 = 3_600;
const MINUTE: i64 = 60;

fn keeper(w: &Bank, who: Who) -> Keeper {
    Keeper::new(w.stage_key(who), Config::new(1, w.key(who), 0))
}

fn health(w: &Bank, who: Who) -> i64 {
    w.preview(who).maintenance_health().unwrap()
}

/// Bob is short of margin at the stable price, too.
fn with_dead_keepers() -> Bank {
    let mut w = with_sick_bob();
    w.edit(&pda::oracle(&w.market()), |o: &mut OracleAggregate| o.mark.stable = o.mark.price);
    w.warp(HOUR);
    w
}

/// A second passes, every publisher speaks, and the keepers do what they find to do.
fn second(w: &mut Bank, price: u64, keepers: &mut [Keeper]) {
    w.warp(1);
    for source in 0..w.stage.sources.len() {
        w.stage.speak(source, price).expect("a publisher speaks");
    }
    for keeper in keepers {
        let report = keeper.tick(&mut w.stage.chain);
        assert!(report.is_clean(), "{report:?}");
    }
    sound(w);
}

/// Seconds until nobody is short and no auction open.
fn seconds_to_heal(w: &mut Bank, price: u64, keepers: &mut [Keeper]) -> i64 {
    for passed in 1..=2 * MINUTE {
        second(w, price, keepers);
        let bob = w.margin(Bob);
        if health(w, Bob) >= 0 && !bob.auction.is_open() && !w.is_waiting() {
            return passed;
        }
    }
    panic!("not healed: {}", health(w, Bob));
}

#[test]
fn allows_owners_to_act_for_an_hour_without_keepers() {
    let mut w = with_dead_keepers();
    w.accepts(w.deposit(Bob, 1_000_000));
    w.accepts(w.withdraw(Alice, 1_000_000));
    let args = w.at_mark(w.near, 4, CALL, 100);
    w.accepts(w.trade(Bob, Alice, args));
    assert_eq!(w.margin(Bob).lots(w.near, 4, CALL), -2_900);
    w.rejects(w.start_auction(Bob), MarkTooOld);
    sound(&w);
}

#[test]
fn one_keeper_restores_everything_within_a_minute_and_begins_at_the_lowest_discount() {
    let mut w = with_dead_keepers();
    let price = w.oracle().mark.price;
    let (owed, cash) = (health(&w, Bob), w.margin(Bob).cash);
    let mut keepers = [keeper(&w, Carol)];
    let seconds = seconds_to_heal(&mut w, price, &mut keepers);
    assert!(owed < 0 && seconds <= MINUTE, "{seconds} s");
    let bob = w.margin(Bob);
    assert_eq!(bob.auction.id, 1);
    // Five per cent and one of fee on what was freed; no more.
    let paid = cash.abs_diff(bob.cash);
    assert!(bob.leg_count > 0 && paid > 0, "{paid}");
    println!("healed after {seconds} s");
}

#[test]
fn an_account_that_was_cured_meanwhile_is_left_alone() {
    let mut w = with_dead_keepers();
    let price = w.oracle().mark.price;
    w.accepts(w.deposit(Bob, COLLATERAL / 2));
    let before = w.margin(Bob);
    let mut keepers = [keeper(&w, Carol)];
    for _ in 0..MINUTE {
        second(&mut w, price, &mut keepers);
    }
    assert!(health(&w, Bob) >= 0);
    assert_eq!((w.margin(Bob).legs, w.margin(Bob).cash), (before.legs, before.cash));
    assert_eq!(w.margin(Bob).auction.id, 0);
}

/// Carol's keeper leases and dies; Alice's, without a bond, does the job when the lease is over and collects for the miss.
#[test]
fn one_live_keeper_of_two_is_enough() {
    let mut w = with_dead_keepers();
    let price = w.oracle().mark.price;
    w.accepts(w.register_keeper(Carol, KEEPER_BOND));
    while w.is_waiting() || w.oracle().mark.at + 5 < w.now() {
        w.price(price);
    }
    w.freshen();
    w.accepts(w.start_auction(Bob));
    w.accepts(w.heartbeat(Carol));
    w.accepts(w.take_lease(Carol, Bob));
    w.accepts(w.deposit(Alice, COLLATERAL));
    let mut keepers = [keeper(&w, Alice)];
    let seconds = seconds_to_heal(&mut w, price, &mut keepers);
    assert!(seconds <= MINUTE, "{seconds} s");
    second(&mut w, price, &mut keepers);
    assert_eq!(w.margin(Bob).lease.state(), LeaseState::Resolved);
    let bond: KeeperBond = w.state(&pda::keeper(&w.market(), &w.key(Carol)));
    assert_eq!((bond.bond, bond.open_leases), (KEEPER_BOND / 20 * 19, 0));
}

/// Both are bonded and see the same chain: what one did the other finds done.
#[test]
fn two_keepers_that_race_do_no_harm() {
    let mut w = with_dead_keepers();
    let price = w.oracle().mark.price;
    for who in [Alice, Carol] {
        w.accepts(w.deposit(who, COLLATERAL / 2));
        w.accepts(w.register_keeper(who, KEEPER_BOND));
    }
    let mut keepers = [keeper(&w, Alice), keeper(&w, Carol)];
    let seconds = seconds_to_heal(&mut w, price, &mut keepers);
    assert!(seconds <= MINUTE, "{seconds} s");
    for _ in 0..10 {
        second(&mut w, price, &mut keepers);
    }
    for who in [Alice, Carol] {
        let bond: KeeperBond = w.state(&pda::keeper(&w.market(), &w.key(who)));
        assert_eq!((bond.bond, bond.open_leases), (KEEPER_BOND, 0));
    }
}
