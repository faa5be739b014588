//! `settle_account`.

use crate::prelude::*;

const ITM: u64 = 8_600_000_000;
/// Proceeds of one lot of the 8,000 call at `ITM`.
const PAYOFF: u64 = 6_000_000;

#[test]
fn conserves_what_losers_owe_and_winners_get() {
    let mut w = with_fixed(10, ITM);
    let (alice, bob) = (w.margin(Alice).cash, w.margin(Bob).cash);
    w.accepts(w.settle(w.near, Bob));
    assert_eq!(w.margin(Bob).cash, bob - 10 * PAYOFF);
    assert_eq!(w.expiry(w.near).escrow, 10 * PAYOFF);
    sound(&w);
    w.accepts(w.settle(w.near, Alice));
    assert_eq!(w.margin(Alice).cash, alice + 10 * PAYOFF);
    assert_eq!((w.expiry(w.near).escrow, w.expiry(w.near).swept), (0, 1));
    sound(&w);
}

#[test]
fn conserves_in_the_other_order_too() {
    let mut w = with_fixed(10, ITM);
    let alice = w.margin(Alice).cash;
    w.accepts(w.settle(w.near, Alice));
    assert_eq!(w.margin(Alice).cash, alice);
    assert_eq!(w.margin(Alice).claims[0].amount, 10 * PAYOFF);
    sound(&w);
    w.accepts(w.settle(w.near, Bob));
    sound(&w);
    w.accepts(w.settle(w.near, Alice));
    assert_eq!(w.margin(Alice).cash, alice + 10 * PAYOFF);
    sound(&w);
}

#[test]
fn allows_settling_any_number_of_times() {
    let mut w = with_fixed(10, ITM);
    for who in [Carol, Bob, Bob, Alice, Alice, Bob, Carol] {
        w.accepts(w.settle(w.near, who));
        sound(&w);
    }
    let before = w.raw(&w.account_of(Alice));
    w.accepts(w.settle(w.near, Alice));
    assert_eq!(w.raw(&w.account_of(Alice)), before);
}

#[test]
fn allows_options_that_expire_worthless() {
    let mut w = with_fixed(10, PRICE);
    let (alice, bob) = (w.margin(Alice).cash, w.margin(Bob).cash);
    for who in [Alice, Bob] {
        w.accepts(w.settle(w.near, who));
    }
    assert_eq!((w.margin(Alice).cash, w.margin(Bob).cash), (alice, bob));
    assert_eq!(w.expiry(w.near).swept, 1);
    sound(&w);
}

#[test]
fn conserves_a_shortfall_as_the_pools_draw_and_the_winners_haircut() {
    // Bob owes 88,000 on top of what he has; the pool gives half of itself and the winners miss the rest.
    let mut w = with_fixed(1_000, 26_900_000_000);
    let (alice, bob) = (w.margin(Alice).cash, w.margin(Bob).cash);
    let due = 1_000 * 189_000_000;
    w.accepts(w.settle(w.near, Bob));
    assert_eq!((w.margin(Bob).cash, w.margin(Bob).debt), (0, due - bob));
    sound(&w);
    w.accepts(w.cover(w.near));
    let drawn = w.state::<Pool>(&pda::pool(&w.market())).draws_total;
    assert_eq!(drawn, STAKE / 2);
    sound(&w);
    w.accepts(w.settle(w.near, Alice));
    assert_eq!(w.margin(Alice).cash, alice + bob + drawn);
    sound(&w);
}

#[test]
fn conserves_a_second_settlement_that_pays_nothing_twice() {
    let mut w = with_bankrupt();
    for who in [Alice, Bob, Carol] {
        w.accepts(w.settle(w.near, who));
    }
    w.accepts(w.cover(w.near));
    for who in [Alice, Bob, Carol] {
        w.accepts(w.settle(w.near, who));
        let keys = [w.account_of(who), pda::expiry(&w.market(), w.near), pda::pool(&w.market())];
        let before = w.snapshot(&keys);
        w.accepts(w.settle(w.near, who));
        w.assert_unchanged(&keys, &before);
    }
    sound(&w);
}

#[test]
fn conserves_a_debt_paid_back_from_a_win() {
    let mut w = with_fixed(10, ITM);
    w.edit(&w.account_of(Alice), |a: &mut MarginAccount| a.debt = 1_000);
    let alice = w.margin(Alice).cash;
    w.accepts(w.settle(w.near, Bob));
    w.accepts(w.settle(w.near, Alice));
    assert_eq!((w.margin(Alice).cash, w.margin(Alice).debt), (alice + 10 * PAYOFF - 1_000, 0));
    assert_eq!(w.state::<Pool>(&pda::pool(&w.market())).recovered_total, 1_000);
    sound(&w);
}

#[test]
fn rejects_settling_before_the_price_is_fixed() {
    let mut w = with_trade(10);
    w.rejects(w.settle(w.near, Alice), NotFixed);
}

#[test]
fn rejects_lots_that_the_expiry_does_not_know_of() {
    let mut w = with_fixed(10, ITM);
    let leg = Leg { lots: -1, expiry_id: w.near, strike: 4, kind: PUT, _pad0: [0; 4] };
    w.edit(&w.account_of(Bob), |a: &mut MarginAccount| {
        a.legs[1] = leg;
        a.leg_count = 2;
    });
    w.rejects(w.settle(w.near, Bob), OutOfRange);
}

#[test]
fn rejects_accounts_of_another_market() {
    let mut w = with_fixed(10, ITM);
    let (here, there) = (w.market(), w.foreign.market);
    let good = w.settle(w.near, Alice);
    let swaps = [
        (pda::expiry(&here, w.near), pda::expiry(&there, w.foreign_expiry)),
        (w.account_of(Alice), w.account_of(Foreigner)),
        (pda::pool(&here), pda::pool(&there)),
        (here, there),
    ];
    for (from, to) in swaps {
        w.rejects(swap(good.clone(), &from, &to), WrongMarket);
    }
}
