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
    w.warp_to(START + DAY + 3_600);
    w.accepts(w.fix_settlement(w.near));
    let call = w.close_expiry(w.near);
    w.rejects(swap(call.clone(), &w.key(Governor), &w.key(Stranger)), NotOwner);
    w.accepts(call);
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
