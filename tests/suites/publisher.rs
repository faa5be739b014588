//! `register_publisher`, `publish_price`, `close_publisher`.

use crate::prelude::*;

const BOND: u64 = 1_000_000_000;
const WEEK: i64 = 7 * DAY;

fn feed(w: &Bank, who: Who) -> Address {
    pda::feed(&w.market(), &w.key(who))
}

#[test]
fn allows_anybody_to_post_a_bond_and_publish() {
    let mut w = Bank::bank();
    let new = w.enlist();
    w.accepts(w.register_publisher(new, BOND));
    let key = feed(&w, new);
    assert!(w.raw(&key).lamports >= BOND);
    w.accepts(w.publish(new, PRICE, START));
    let state: PublisherFeed = w.state(&key);
    assert_eq!((state.price, state.publish_time, state.publications), (PRICE, START, 1));
    assert_eq!(state.bond_lamports, BOND);
}

#[test]
fn allows_the_bond_back_after_the_cool_down() {
    let mut w = Bank::bank();
    let key = feed(&w, Publisher(0));
    let held = w.raw(&key).lamports;
    w.warp_to(START + WEEK - 1);
    w.rejects(w.close_publisher(Publisher(0)), BondLocked);
    w.warp(1);
    let before = w.raw(&w.key(Publisher(0))).lamports;
    w.accepts(w.close_publisher(Publisher(0)));
    assert!(!w.exists(&key));
    assert_eq!(w.raw(&w.key(Publisher(0))).lamports, before + held);
}

#[test]
fn rejects_a_small_bond() {
    let mut w = Bank::bank();
    let new = w.enlist();
    w.rejects(w.register_publisher(new, BOND - 1), BondTooSmall);
}

#[test]
fn rejects_a_second_feed_of_one_publisher() {
    let mut w = Bank::bank();
    let before = w.snapshot(&[feed(&w, Publisher(0))]);
    assert!(w.send(&[w.register_publisher(Publisher(0), BOND)]).is_err());
    w.assert_unchanged(&[feed(&w, Publisher(0))], &before);
}

#[test]
fn rejects_prices_that_are_not_prices() {
    let mut w = Bank::bank();
    w.warp(10);
    for price in [0, (1 << 50) + 1] {
        w.rejects(w.publish(Publisher(0), price, START + 5), InvalidPublication);
    }
}

#[test]
fn rejects_replays_and_prices_from_the_future() {
    let mut w = Bank::bank();
    w.warp(10);
    w.rejects(w.publish(Publisher(0), PRICE, START), InvalidPublication);
    w.rejects(w.publish(Publisher(0), PRICE, START + 16), InvalidPublication);
    w.accepts(w.publish(Publisher(0), PRICE, START + 15));
    w.rejects(w.publish(Publisher(0), PRICE, START + 14), InvalidPublication);
}

#[test]
fn rejects_somebody_elses_feed() {
    let mut w = Bank::bank();
    w.warp(WEEK);
    let (own, other) = (feed(&w, Publisher(1)), feed(&w, Publisher(0)));
    w.rejects(swap(w.publish(Publisher(1), PRICE, START + 5), &own, &other), NotOwner);
    w.rejects(swap(w.close_publisher(Publisher(1)), &own, &other), NotOwner);
}
