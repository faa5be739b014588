//! The last half hour before an expiry: what its average has taken in moves no more, in margin as in settlement.

use crate::prelude::*;

const EXPIRY: i64 = START + DAY;
const WINDOW: i64 = 1_800;
/// Value of one lot of the underlying.
const LOT: u64 = PRICE / 100;

/// Rounds at a price, half a minute apart, until so many seconds are left; then the arrays and the surfaces are fresh.
fn average(w: &mut Bank, price: u64, left: i64) {
    let until = EXPIRY - left;
    while w.now() < until {
        let gap = (until - w.now()).min(30);
        w.warp(gap - 1);
        w.price(price);
    }
    w.stage.renew(w.near).expect("a renewed surface");
    w.stage.refresh(w.near).expect("a refresh");
}

/// As [`with_trade`], shortly before the window of the near expiry.
fn before_the_window(lots: u64) -> Bank {
    let mut w = with_trade(lots);
    w.warp_to(EXPIRY - WINDOW - 60);
    average(&mut w, PRICE, WINDOW);
    w
}

fn array(w: &Bank) -> RiskArray {
    w.state(&pda::risk_array(&w.market(), w.near))
}

#[test]
fn counts_less_of_a_short_option_as_the_average_takes_it_in() {
    let mut w = before_the_window(1_000);
    let seen = |w: &Bank| {
        let bob = w.preview(Bob).measure;
        (
            array(w).call_delta[4],
            bob.requirement.maintenance,
            bob.requirement.initial,
            w.mark(w.near, 4, CALL),
        )
    };
    assert_eq!((array(&w).moving_lot, array(&w).averaged_seconds), (LOT, 0));
    let first = seen(&w);
    let mut last = first;
    for left in [1_500, 900, 300, 60] {
        average(&mut w, PRICE, left);
        let got = array(&w);
        assert_eq!(
            (got.averaged_price, got.averaged_seconds),
            (PRICE, u64::try_from(WINDOW - left).unwrap())
        );
        // Two floors of a price unit, then one of an atom.
        let open = LOT * u64::try_from(left).unwrap() / 1_800;
        assert!(got.moving_lot.abs_diff(open) <= 1 && got.forward_lot.abs_diff(LOT) <= 1);
        let now = seen(&w);
        assert!(
            now.0 < last.0 && now.1 < last.1 && now.2 < last.2 && now.3 < last.3,
            "{now:?} after {last:?}"
        );
        last = now;
    }
    assert!(last.0 * 29 < first.0 && last.1 * 20 < first.1, "{last:?} after {first:?}");
    sound(&w);
}

#[test]
fn moves_by_no_more_than_the_open_part_in_a_wick_of_the_last_minute() {
    let mut w = before_the_window(10);
    average(&mut w, PRICE, 60);
    let marks = |w: &Bank| (array(w).call_marks, array(w).put_marks);
    let (calls, puts) = marks(&w);
    w.move_to(PRICE / 5 * 6);
    let left = u64::try_from(EXPIRY - w.now()).unwrap();
    assert!(left >= 50);
    let (calls_after, puts_after) = marks(&w);
    // The wick's own second is not in the average yet.
    let most = LOT / 5 * left / 1_800 + 2;
    for strike in 0..usize::from(STRIKES) {
        assert!(calls_after[strike].abs_diff(calls[strike]) <= most, "call {strike}");
        assert!(puts_after[strike].abs_diff(puts[strike]) <= most, "put {strike}");
    }
}

#[test]
fn liquidates_nobody_for_a_wick_of_the_last_minute() {
    // A day before the end such a move is far beyond what the account holds.
    let mut early = with_trade(4_000);
    early.move_to(PRICE / 5 * 6);
    assert!(early.preview(Bob).maintenance_health().unwrap() < 0);
    let mut w = before_the_window(4_000);
    average(&mut w, PRICE, 60);
    w.move_to(PRICE / 5 * 6);
    assert!(w.preview(Bob).maintenance_health().unwrap() > 0);
    w.rejects(w.start_auction(Bob), NotLiquidatable);
    sound(&w);
}

#[test]
fn knows_in_the_end_what_will_be_paid() {
    let mut w = before_the_window(10);
    let prices = [PRICE + 170_000_000, PRICE - 90_000_001, PRICE + 333_333_333, PRICE + 7];
    for (price, left) in prices.into_iter().zip([1_700, 777, 100, 0]) {
        average(&mut w, price, left);
    }
    let known = array(&w);
    assert_eq!((known.moving_lot, known.error_atoms, known.settled), (0, 0, 0));
    assert!(known.call_profit.iter().flatten().chain(&known.forward_profit).all(|profit| *profit == 0));
    assert_eq!(known.call_delta, [0; 16]);
    let maintenance = w.preview(Bob).measure.requirement.maintenance;
    assert_eq!(maintenance, 0);
    // A price after the expiry changes nothing.
    w.move_to(PRICE * 2);
    assert_eq!(array(&w).call_marks, known.call_marks);
    w.accepts(w.fix_settlement(w.near));
    assert_eq!(w.expiry(w.near).settlement_price, known.averaged_price);
    w.accepts(w.refresh_risk(w.near));
    let paid = array(&w);
    assert_eq!((paid.call_marks, paid.put_marks), (known.call_marks, known.put_marks));
    assert_eq!((paid.settled, paid.forward_lot, paid.moving_lot), (1, known.forward_lot, 0));
    w.accepts(w.settle(w.near, Bob));
    w.accepts(w.settle(w.near, Alice));
    sound(&w);
}

#[test]
fn counts_all_of_an_option_whose_average_is_too_thin_to_be_its_price() {
    // Of 1,800 seconds 720 may be missing.
    for (missing, counts_whole) in [(720, false), (721, true)] {
        let mut w = before_the_window(10);
        average(&mut w, PRICE, 1_200);
        w.warp_to(EXPIRY - 1_200 + missing - 1);
        w.price(PRICE);
        w.stage.refresh(w.near).expect("a refresh");
        let thin = array(&w);
        assert_eq!(i64::try_from(thin.averaged_seconds).unwrap() + EXPIRY - thin.as_of, 1_800 - missing);
        assert_eq!(thin.moving_lot == LOT, counts_whole);
        assert_eq!(thin.call_delta[4] > (LOT / 2).cast_signed(), counts_whole);
    }
}

#[test]
fn rejects_margin_on_an_average_that_has_moved_on() {
    let mut w = before_the_window(10);
    // The same age is young enough while nothing is averaged.
    average(&mut w, PRICE, 1_200);
    let args = w.at_mark(w.near, 4, CALL, 4);
    w.warp(59);
    w.price(PRICE);
    w.rejects(w.refresh_strikes(w.near, 8), RefreshWhole);
    w.warp(1);
    let stale = w.trade(Bob, Alice, args);
    w.rejects(stale.clone(), StaleRiskArray);
    w.price(PRICE);
    // Priced on the spot it is of now.
    w.accepts(w.on_surfaces(stale));
    w.accepts(w.refresh_risk(w.near));
    sound(&w);
}

#[test]
fn measures_the_same_on_the_spot_as_by_a_fresh_array() {
    let mut w = before_the_window(1_000);
    w.accepts(w.trade(Bob, Alice, w.at_mark(w.near, 6, PUT, 300)));
    w.edit(&w.market(), |m: &mut Market| m.params.outflow_hour_ppm = 500_000);
    average(&mut w, PRICE + 77_000_000, 700);
    w.stage.refresh(w.far).expect("a refresh");
    let free = w.preview(Bob).measure.free_collateral().unwrap();
    w.rejects(w.on_surfaces(w.withdraw(Bob, free + 1)), CollateralEncumbered);
    w.accepts(w.on_surfaces(w.withdraw(Bob, free)));
    sound(&w);
}

#[test]
fn allows_a_refresh_in_parts_that_all_stand_on_one_average() {
    let mut w = before_the_window(10);
    average(&mut w, PRICE + 50_000_000, 900);
    w.warp(60);
    w.price(PRICE);
    w.accepts(w.refresh_strikes(w.near, 4));
    let first = array(&w);
    w.warp(20);
    w.price(PRICE);
    w.accepts(w.refresh_strikes(w.near, 5));
    let parts = array(&w);
    assert_eq!((parts.strikes_done, parts.as_of), (0, first.as_of));
    assert_eq!(
        (parts.averaged_price, parts.averaged_seconds),
        (first.averaged_price, first.averaged_seconds)
    );
    // In one go the figures are the same.
    let mut other = before_the_window(10);
    average(&mut other, PRICE + 50_000_000, 900);
    other.warp(60);
    other.price(PRICE);
    other.accepts(other.refresh_risk(other.near));
    let whole = array(&other);
    assert_eq!((parts.call_profit, parts.call_marks), (whole.call_profit, whole.call_marks));
    assert_eq!((parts.forward_profit, parts.moving_lot), (whole.forward_profit, whole.moving_lot));
}

#[test]
fn charges_a_fill_by_the_whole_forward() {
    let mut w = before_the_window(10);
    average(&mut w, PRICE, 60);
    let args = w.at_mark(w.near, 0, CALL, 10);
    let before = w.margin(Alice).cash;
    w.accepts(w.trade(Alice, Bob, args));
    let fee = (array(&w).forward_lot * 10 * params().trade_fee_ppm).div_ceil(1_000_000);
    assert_eq!(w.margin(Alice).cash, before - args.price * 10 - fee);
    sound(&w);
}
