//! `close_expiry`.

use crate::prelude::*;

#[test]
fn allows_the_slot_and_the_rent_back_once_everybody_is_settled() {
    let mut w = with_fixed(10, 8_600_000_000);
    let (expiry, array) = (pda::expiry(&w.market(), w.near), pda::risk_array(&w.market(), w.near));
    w.rejects(w.close_expiry(w.near), ExpiryNotEmpty);
    w.accepts(w.settle(w.near, Bob));
    w.accepts(w.settle(w.near, Alice));
    let rent = w.raw(&expiry).lamports + w.raw(&array).lamports;
    let before = w.raw(&w.key(Governor)).lamports;
    w.accepts(w.close_expiry(w.near));
    assert_eq!(w.raw(&w.key(Governor)).lamports, before + rent);
    assert!(!w.exists(&expiry) && !w.exists(&array));
    let market: Market = w.state(&w.market());
    assert!(!market.expiries.contains(&w.near));
    sound(&w);
    // Identifiers are never used again.
    w.accepts(w.list_expiry(Governor, w.now() + DAY, strikes()));
    assert_eq!(w.expiry(3).slot, 0);
    w.price(PRICE);
    w.accepts(w.set_surface(Governor, 3, vec![800_000; 9], 0));
    w.accepts(w.refresh_risk(3));
    w.accepts(w.trade(Alice, Bob, w.at_mark(3, 4, CALL, 5)));
    sound(&w);
}

#[test]
fn rejects_a_live_expiry() {
    let mut w = Bank::bank();
    w.rejects(w.close_expiry(w.near), ExpiryNotEmpty);
}

#[test]
fn rejects_rent_for_anybody_but_the_payer() {
    let mut w = Bank::bank();
    fix_near(&mut w, PRICE);
    let call = w.close_expiry(w.near);
    w.rejects(swap(call.clone(), &w.key(Governor), &w.key(Stranger)), NotOwner);
    w.accepts(call);
}

#[test]
fn allows_an_expiry_with_a_final_haircut_to_close() {
    let mut w = with_bankrupt();
    w.accepts(w.settle(w.near, Bob));
    w.accepts(w.cover(w.near));
    for who in [Alice, Carol] {
        w.accepts(w.settle(w.near, who));
    }
    w.rejects(w.close_expiry(w.near), ExpiryNotEmpty);
    w.warp(7 * DAY);
    for who in [Alice, Carol] {
        w.rejects(w.close_expiry(w.near), ExpiryNotEmpty);
        w.accepts(w.settle(w.near, who));
    }
    let lamports = w.raw(&w.key(Governor)).lamports;
    w.accepts(w.close_expiry(w.near));
    assert!(w.raw(&w.key(Governor)).lamports > lamports);
    sound(&w);
    // What Bob still owes is the pool's now; nothing of it is lost with the expiry.
    let debt = w.margin(Bob).debt;
    assert!(debt > 0);
    w.accepts(w.deposit(Bob, 1_000));
    assert_eq!((w.margin(Bob).debt, w.margin(Bob).cash), (debt - 1_000, 0));
    assert!(!w.margin(Bob).claims.iter().any(Claim::is_owed));
    sound(&w);
}

#[test]
fn rejects_an_expiry_whose_bonds_have_not_returned() {
    let mut w = with_proposal(PRICE);
    w.warp(7_200);
    w.accepts(w.fix_settlement(w.near));
    for who in [Bob, Alice] {
        w.accepts(w.settle(w.near, who));
    }
    w.rejects(w.close_expiry(w.near), ExpiryNotEmpty);
    w.accepts(w.return_bond(w.near, Carol));
    w.accepts(w.close_expiry(w.near));
    sound(&w);
}

#[test]
fn rejects_accounts_of_another_market_or_expiry() {
    let mut w = Bank::bank();
    let (here, there) = (w.market(), w.foreign.market);
    let good = w.close_expiry(w.near);
    let swaps = [
        (pda::expiry(&here, w.near), pda::expiry(&there, w.foreign_expiry)),
        (pda::risk_array(&here, w.near), pda::risk_array(&there, w.foreign_expiry)),
        (here, there),
    ];
    for (from, to) in swaps {
        w.rejects(swap(good.clone(), &from, &to), WrongMarket);
    }
    let (near, far) = (pda::risk_array(&here, w.near), pda::risk_array(&here, w.far));
    w.rejects(swap(good, &near, &far), MissingRiskArray);
}
