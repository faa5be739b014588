//! Expiries in the place of risk arrays: priced on the spot, so that a dead crank traps nobody.

use crate::prelude::*;

/// The arrays went stale; the mark is of now.
fn without_cranks(w: &mut Bank, mark: u64) {
    w.warp(301);
    w.price(mark);
}

#[test]
fn allows_an_exit_while_every_array_is_stale() {
    let mut w = with_trade(1_000);
    w.accepts(w.trade(Alice, Bob, w.at_mark(w.far, 5, PUT, 500)));
    let args = w.at_mark(w.near, 4, CALL, 400);
    without_cranks(&mut w, PRICE + 5_000_000);
    let stale = w.trade(Bob, Alice, args);
    w.rejects(stale.clone(), StaleRiskArray);
    w.accepts(w.on_surfaces(stale));
    assert_eq!(w.margin(Bob).lots(w.near, 4, CALL), -600);
    sound(&w);
}

#[test]
fn allows_a_withdrawal_at_the_fresh_mark() {
    let mut w = with_trade(1_000);
    without_cranks(&mut w, PRICE);
    w.edit(&w.market(), |m: &mut Market| m.params.outflow_hour_ppm = 500_000);
    // With a price to measure by, nobody may choose to be measured without it.
    let call = w.withdraw(Bob, 1_000_000);
    w.rejects(call.clone(), StaleRiskArray);
    w.accepts(w.on_surfaces(call));
    sound(&w);
}

#[test]
fn measures_the_same_as_a_fresh_array() {
    let mut w = with_trade(1_000);
    w.accepts(w.trade(Bob, Alice, w.at_mark(w.far, 2, PUT, 300)));
    w.edit(&w.market(), |m: &mut Market| m.params.outflow_hour_ppm = 500_000);
    w.move_to(PRICE + 77_000_000);
    let free = w.preview(Bob).measure.free_collateral().unwrap();
    w.rejects(w.on_surfaces(w.withdraw(Bob, free + 1)), CollateralEncumbered);
    w.accepts(w.on_surfaces(w.withdraw(Bob, free)));
}

#[test]
fn liquidates_without_arrays() {
    let mut w = with_sick_bob();
    without_cranks(&mut w, 9_500_000_000);
    without_grace(&mut w);
    w.rejects(w.start_auction(Bob), StaleRiskArray);
    w.accepts(w.on_surfaces(w.start_auction(Bob)));
    w.rejects(w.bid(Carol, Bob, ALL), StaleRiskArray);
    w.accepts(w.on_surfaces(w.bid(Carol, Bob, ALL)));
    sound(&w);
}

#[test]
fn allows_arrays_and_surfaces_side_by_side() {
    let mut w = with_trade(10);
    w.accepts(w.trade(Alice, Bob, w.at_mark(w.far, 4, CALL, 10)));
    let call = w.trade(Bob, Alice, w.at_mark(w.far, 4, CALL, 5));
    let (array, expiry) = (pda::risk_array(&w.market(), w.near), pda::expiry(&w.market(), w.near));
    w.accepts(swap(call.clone(), &array, &expiry));
    let mut both = call;
    both.accounts.push(AccountMeta::new_readonly(expiry, false));
    w.rejects(both, UnexpectedAccount);
}

#[test]
fn rejects_pricing_without_a_quorum() {
    let mut w = with_trade(10);
    let call = w.trade(Bob, Alice, w.at_mark(w.near, 4, CALL, 5));
    w.warp(61);
    w.rejects(w.on_surfaces(call.clone()), MarkTooOld);
    // The stored marks are the best there is.
    w.accepts(call);
}

#[test]
fn rejects_an_expiry_without_a_surface() {
    let mut w = Bank::bank();
    w.accepts(w.list_expiry(Governor, START + 2 * DAY, strikes()));
    let args = TradeArgs { expiry_id: 3, strike: 4, kind: CALL, lots: 1, price: 1_000_000 };
    w.rejects(w.on_surfaces(w.trade(Alice, Bob, args)), NoMark);
}

#[test]
fn rejects_an_expiry_of_another_market() {
    let mut w = with_trade(10);
    let call = w.on_surfaces(w.trade(Bob, Alice, w.at_mark(w.near, 4, CALL, 5)));
    let (here, there) = (pda::expiry(&w.market(), w.near), pda::expiry(&w.foreign.market, w.foreign_expiry));
    w.rejects(swap(call.clone(), &here, &there), UnexpectedAccount);
    let forged = w.forge(&here);
    w.rejects(swap(call, &here, &forged), UnexpectedAccount);
}
