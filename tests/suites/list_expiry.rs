//! `list_expiry`.

use crate::prelude::*;

#[test]
fn allows_eight_live_expiries_and_no_ninth() {
    let mut w = Bank::bank();
    for id in 3..=8 {
        w.accepts(w.list_expiry(Governor, START + i64::from(id) * DAY, strikes()));
        let expiry = w.expiry(id);
        assert_eq!((expiry.id, expiry.strike_count), (id, STRIKES));
    }
    w.rejects(w.list_expiry(Governor, START + 9 * DAY, strikes()), TooManyExpiries);
}

#[test]
fn allows_the_nearest_and_the_farthest_expiry() {
    let mut w = Bank::bank();
    let farthest = 730 * DAY;
    for tenor in [29, farthest + 1, 0, -1, i64::MIN + START + 1] {
        w.rejects(w.list_expiry(Governor, START.saturating_add(tenor), strikes()), InvalidExpiry);
    }
    for tenor in [30, farthest] {
        w.accepts(w.list_expiry(Governor, START + tenor, strikes()));
    }
}

#[test]
fn rejects_a_stranger() {
    let mut w = Bank::bank();
    w.rejects(w.list_expiry(Stranger, START + DAY, strikes()), NotGovernor);
}

#[test]
fn rejects_new_listings_above_normal() {
    let mut w = Bank::bank();
    w.accepts(w.trip(Guardian, 1, false));
    w.rejects(w.list_expiry(Governor, START + DAY, strikes()), ActionClosed);
}

#[test]
fn rejects_strikes_that_are_none_unordered_odd_or_too_many() {
    let mut w = Bank::bank();
    let bad = [
        vec![],
        vec![0],
        vec![PRICE, PRICE],
        vec![PRICE, PRICE - 100],
        vec![PRICE + 1],
        vec![(1 << 50) + 76],
        (1..=17).map(|i| i * 100).collect(),
    ];
    for strikes in bad {
        w.rejects(w.list_expiry(Governor, START + DAY, strikes), InvalidStrikes);
    }
    w.accepts(w.list_expiry(Governor, START + DAY, (1..=16).map(|i| i * 100).collect()));
}

#[test]
fn rejects_addresses_of_another_identifier() {
    let mut w = Bank::bank();
    let market = w.market();
    let good = w.list_expiry(Governor, START + DAY, strikes());
    for (from, to) in [
        (pda::expiry(&market, 3), pda::expiry(&market, 4)),
        (pda::risk_array(&market, 3), pda::risk_array(&market, 4)),
    ] {
        w.rejects(swap(good.clone(), &from, &to), InstructionError::InvalidSeeds);
    }
}
