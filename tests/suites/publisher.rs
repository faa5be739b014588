//! Bonded publishers: `register_publisher`, `add_bond`, `publish_price`, `slash_publisher`, `resign_publisher`, `close_publisher`.

use {
    crate::prelude::*,
    bulkhead_drill::staging::BOND,
    bulkhead_sdk::{
        bulkhead::state::Source,
        risk::oracle::{State, Verdict},
    },
};

const WEEK: i64 = 7 * DAY;

fn feed_of(w: &Bank, who: Who) -> Address {
    pda::feed(&w.market(), &w.key(who))
}

fn feed(w: &Bank, who: Who) -> PublisherFeed {
    w.state(&feed_of(w, who))
}

/// The record of the first source, which is the first publisher's.
fn owes(w: &mut Bank, strikes: u32, missed: u32) {
    w.edit(&pda::oracle(&w.market()), |o: &mut OracleAggregate| {
        let Source { health, .. } = &mut o.sources[0];
        (health.strikes_owed, health.missed_owed) = (strikes, missed);
    });
}

#[test]
fn allows_anybody_to_post_a_bond_and_publish() {
    let mut w = Bank::bank();
    w.add_publisher();
    let new = Publisher(3);
    assert_eq!(w.balance(&w.wallet_of(new)), 0);
    w.accepts(w.publish(new, PRICE, START));
    let state = feed(&w, new);
    assert_eq!((state.price, state.publish_time, state.publications), (PRICE, START, 1));
    assert_eq!((state.bond, state.publish_slot), (BOND, w.slot()));
    assert_ne!(state.domain, feed(&w, Publisher(0)).domain);
    sound(&w);
}

#[test]
fn allows_the_bond_back_after_the_cool_down() {
    let mut w = Bank::bank();
    w.give_wallet(Publisher(0), 0);
    w.rejects(w.withdraw_bond(Publisher(0), 1), BondLocked);
    w.rejects(w.close_publisher(Publisher(0)), BondLocked);
    w.accepts(w.resign_publisher(Publisher(0)));
    w.rejects(w.publish(Publisher(0), PRICE, START + 1), PublisherClosed);
    w.rejects(w.resign_publisher(Publisher(0)), PublisherClosed);
    w.warp(WEEK - 1);
    w.rejects(w.withdraw_bond(Publisher(0), 1), BondLocked);
    w.warp(1);
    w.rejects(w.withdraw_bond(Publisher(0), 0), ZeroAmount);
    w.rejects(w.withdraw_bond(Publisher(0), BOND + 1), InsufficientCollateral);
    w.accepts(w.withdraw_bond(Publisher(0), 1));
    w.rejects(w.close_publisher(Publisher(0)), BondLocked);
    w.accepts(w.withdraw_bond(Publisher(0), BOND - 1));
    w.accepts(w.close_publisher(Publisher(0)));
    assert!(!w.exists(&feed_of(&w, Publisher(0))));
    assert_eq!(w.balance(&w.wallet_of(Publisher(0))), BOND);
    sound(&w);
}

#[test]
fn slashes_strikes_and_missed_rounds_half_to_the_reporter_half_to_the_pool() {
    let mut w = Bank::bank();
    w.rejects(w.slash_publisher(Publisher(0), Carol), NothingToSlash);
    owes(&mut w, 2, 5);
    w.rejects(w.resign_publisher(Publisher(0)), SlashDue);
    let (cash, pool) = (w.margin(Carol).cash, w.state::<Pool>(&pda::pool(&w.market())).cash);
    w.accepts(w.slash_publisher(Publisher(0), Carol));
    // Two hundredths and five thousandths.
    let slashed = BOND / 1_000 * 25;
    assert_eq!(feed(&w, Publisher(0)).bond, BOND - slashed);
    assert_eq!(w.margin(Carol).cash - cash, slashed / 2);
    assert_eq!(w.state::<Pool>(&pda::pool(&w.market())).cash - pool, slashed / 2);
    w.rejects(w.slash_publisher(Publisher(0), Carol), NothingToSlash);
    sound(&w);
}

#[test]
fn strikes_and_missed_rounds_come_from_real_rounds() {
    let mut w = Bank::bank();
    for _ in 0..2 {
        w.warp(10);
        for (source, price) in [(0, PRICE * 2), (1, PRICE), (2, PRICE)] {
            w.stage.speak(source, price).unwrap();
        }
        w.accepts(w.update_oracle());
    }
    w.warp(61);
    w.price_by(&[1, 2], PRICE);
    w.accepts(w.slash_publisher(Publisher(0), Carol));
    assert_eq!(feed(&w, Publisher(0)).bond, BOND / 1_000 * 979);
    w.rejects(w.slash_publisher(Publisher(1), Carol), NothingToSlash);
}

#[test]
fn listens_to_nobody_whose_bond_is_gone_until_it_is_filled_up() {
    let mut w = Bank::bank();
    owes(&mut w, 51, 0);
    w.accepts(w.slash_publisher(Publisher(0), Carol));
    w.price(PRICE);
    let verdict = |w: &Bank| w.oracle().sources[0].health.verdict;
    assert_eq!(verdict(&w), Verdict::Unreadable as u8);
    w.accepts(w.add_bond(Alice, Publisher(0), BOND / 100));
    w.price(PRICE);
    assert_eq!(verdict(&w), Verdict::Valid as u8);
    assert_eq!(feed(&w, Publisher(0)).bond, BOND / 2);
    w.rejects(w.add_bond(Alice, Publisher(0), 0), ZeroAmount);
    w.accepts(w.resign_publisher(Publisher(1)));
    w.rejects(w.add_bond(Alice, Publisher(1), 1), PublisherClosed);
    w.rejects(w.slash_publisher(Publisher(1), Carol), PublisherClosed);
    sound(&w);
}

#[test]
fn rejects_a_small_bond() {
    let mut w = Bank::bank();
    let new = w.enlist();
    w.give_wallet(new, BOND);
    w.rejects(w.register_publisher(new, BOND - 1), BondTooSmall);
}

#[test]
fn rejects_a_second_feed_of_one_publisher() {
    let mut w = Bank::bank();
    w.give_wallet(Publisher(0), BOND);
    let before = w.snapshot(&[feed_of(&w, Publisher(0))]);
    assert!(w.send(&[w.register_publisher(Publisher(0), BOND)]).is_err());
    w.assert_unchanged(&[feed_of(&w, Publisher(0))], &before);
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
    w.give_wallet(Publisher(1), 0);
    let (own, other) = (feed_of(&w, Publisher(1)), feed_of(&w, Publisher(0)));
    w.warp(1);
    w.rejects(swap(w.publish(Publisher(1), PRICE, START + 1), &own, &other), NotOwner);
    w.rejects(swap(w.resign_publisher(Publisher(1)), &own, &other), NotOwner);
    w.accepts(w.resign_publisher(Publisher(1)));
    w.warp(WEEK);
    w.rejects(swap(w.withdraw_bond(Publisher(1), 1), &own, &other), NotOwner);
    w.rejects(swap(w.close_publisher(Publisher(1)), &own, &other), NotOwner);
}

#[test]
fn rejects_accounts_of_another_market() {
    let mut w = Bank::bank();
    owes(&mut w, 1, 0);
    let slash = w.slash_publisher(Publisher(0), Carol);
    let foreign = w.foreign.market;
    for (here, there) in [
        (pda::oracle(&w.market()), pda::oracle(&foreign)),
        (pda::pool(&w.market()), pda::pool(&foreign)),
        (w.account_of(Carol), w.account_of(Foreigner)),
    ] {
        w.rejects(swap(slash.clone(), &here, &there), WrongMarket);
    }
    let (here, there) = (pda::oracle(&w.market()), pda::oracle(&foreign));
    w.rejects(swap(w.resign_publisher(Publisher(1)), &here, &there), WrongMarket);
    let (here, there) = (pda::ledger(&w.market()), pda::ledger(&foreign));
    w.rejects(swap(w.add_bond(Alice, Publisher(0), 1), &here, &there), WrongMarket);
    w.give_wallet(Publisher(1), 0);
    w.accepts(w.resign_publisher(Publisher(1)));
    w.warp(WEEK);
    w.rejects(swap(w.withdraw_bond(Publisher(1), 1), &here, &there), WrongMarket);
    let new = w.enlist();
    w.give_wallet(new, BOND);
    for (here, there) in [(here, there), (pda::oracle(&w.market()), pda::oracle(&foreign))] {
        w.rejects(swap(w.register_publisher(new, BOND), &here, &there), WrongMarket);
    }
}

/// What a source did before its feed was opened, or in an earlier life of the feed, is not the new bond's, and a new life begins
/// on trial.
#[test]
fn begins_anew_with_a_new_feed() {
    let mut w = Bank::bank();
    w.give_wallet(Publisher(0), 0);
    w.accepts(w.resign_publisher(Publisher(0)));
    w.warp(61);
    w.price_by(&[1, 2], PRICE);
    w.warp(WEEK);
    w.accepts(w.withdraw_bond(Publisher(0), BOND));
    w.accepts(w.close_publisher(Publisher(0)));
    assert!(w.oracle().owed(&feed_of(&w, Publisher(0))).1 > 0);
    w.accepts(w.register_publisher(Publisher(0), BOND));
    w.rejects(w.slash_publisher(Publisher(0), Carol), NothingToSlash);
    let health = w.oracle().sources[0].health;
    let delay = i64::try_from(params().source_delay_seconds).unwrap();
    assert_eq!((State::from_byte(health.state), health.until), (State::Observer, w.now() + delay));
}

/// A lie and a resignation in one transaction: the lie is not heard any more.
#[test]
fn hears_nobody_who_has_resigned() {
    let mut w = Bank::bank();
    w.warp(1);
    let lie = w.publish(Publisher(0), PRICE * 2, START + 1);
    w.send(&[lie, w.resign_publisher(Publisher(0))]).expect("a last word");
    w.price_by(&[1, 2], PRICE);
    assert_eq!(w.oracle().sources[0].health.verdict, Verdict::Unreadable as u8);
    assert_eq!(w.oracle().mark.price, PRICE);
}
