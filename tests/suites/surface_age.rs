//! How old a surface may be: new risk needs one of the last hour, everything else goes on with the last good one.

use crate::prelude::*;

const HOUR: i64 = 3_600;

/// Lets time pass to this age of the first surfaces, with a mark and arrays that serve.
fn aged(w: &mut Bank, age: i64) {
    let at = w.expiry(w.far).surface_at + age;
    w.warp_to(at - 30);
    w.move_to(PRICE);
    w.warp_to(at - 1);
    w.price(PRICE);
    assert_eq!(w.now(), at);
}

#[test]
fn rejects_new_risk_on_a_surface_older_than_an_hour() {
    let mut w = Bank::bank();
    aged(&mut w, HOUR);
    let args = w.at_mark(w.far, 4, CALL, 10);
    w.accepts(w.trade(Alice, Bob, args));
    w.price(PRICE);
    w.rejects(w.trade(Alice, Bob, args), SurfaceTooOld);
    // Nor on the spot: Carol takes over what Alice holds, so that no open interest is added.
    let over = w.on_surfaces(w.trade(Carol, Alice, args));
    w.rejects(over, SurfaceTooOld);
    sound(&w);
}

#[test]
fn allows_reductions_and_withdrawals_on_an_old_surface() {
    let mut w = with_trade(10);
    aged(&mut w, 2 * HOUR);
    let args = w.at_mark(w.near, 4, CALL, 4);
    w.rejects(w.trade(Alice, Bob, args), SurfaceTooOld);
    w.accepts(w.trade(Bob, Alice, args));
    let rest = TradeArgs { lots: 6, ..args };
    let spot = w.on_surfaces(w.trade(Bob, Alice, TradeArgs { lots: 1, ..rest }));
    w.accepts(spot);
    w.accepts(w.withdraw(Bob, 1_000_000));
    w.accepts(w.trade(Bob, Alice, TradeArgs { lots: 5, ..rest }));
    assert_eq!(w.margin(Alice).leg_count, 0);
    sound(&w);
}

#[test]
fn allows_liquidations_on_an_old_surface() {
    let mut w = with_sick_bob();
    let at = w.expiry(w.near).surface_at + 2 * HOUR;
    w.warp_to(at);
    w.move_to(9_500_000_000);
    without_grace(&mut w);
    w.accepts(w.start_auction(Bob));
    w.accepts(w.bid(Carol, Bob, ALL));
    sound(&w);
}

#[test]
fn a_renewed_surface_serves_at_once() {
    let mut w = with_trade(10);
    aged(&mut w, 2 * HOUR);
    let args = w.at_mark(w.near, 4, CALL, 4);
    w.accepts(w.set_surface(Governor, w.near, vec![800_000; usize::from(STRIKES)], 0));
    // The same volatilities: its rows are still right.
    w.accepts(w.trade(Alice, Bob, args));
    sound(&w);
}

#[test]
fn every_expiry_that_an_account_holds_needs_a_young_surface() {
    let mut w = with_trade(10);
    aged(&mut w, 2 * HOUR);
    w.accepts(w.set_surface(Governor, w.far, vec![800_000; usize::from(STRIKES)], 0));
    let args = w.at_mark(w.far, 4, CALL, 4);
    // Alice's near leg is priced from an old surface; Carol and Stranger hold nothing there.
    w.rejects(w.trade(Alice, Carol, args), SurfaceTooOld);
    w.give_wallet(Stranger, COLLATERAL);
    w.accepts(w.deposit(Stranger, COLLATERAL));
    w.accepts(w.trade(Carol, Stranger, args));
    sound(&w);
}

#[test]
fn an_expiry_that_has_passed_needs_no_surface() {
    let mut w = with_trade(10);
    w.warp_to(START + DAY);
    w.freshen();
    w.accepts(w.trade(Alice, Carol, w.at_mark(w.far, 4, CALL, 1)));
    sound(&w);
}
