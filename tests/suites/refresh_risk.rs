//! `refresh_risk`.

use crate::prelude::*;

#[test]
fn allows_anybody_to_compute_rows_from_the_mark() {
    let mut w = Bank::bank();
    w.price(PRICE + 400_000_000);
    w.accepts(w.refresh_risk(w.near));
    let array: RiskArray = w.state(&pda::risk_array(&w.market(), w.near));
    assert_eq!((array.mark, array.forward_lot), (PRICE + 400_000_000, 84_000_000));
    assert_eq!(array.as_of, START + 1);
    assert_eq!(array.call_profit[0][0], 0);
    assert!(array.call_marks.windows(2).take(8).all(|pair| pair[0] >= pair[1]));
}

#[test]
fn allows_payoffs_once_the_price_is_fixed() {
    let mut w = with_fixed(10, 8_600_000_000);
    w.accepts(w.refresh_risk(w.near));
    let array: RiskArray = w.state(&pda::risk_array(&w.market(), w.near));
    assert_eq!((array.settled, array.call_marks[4], array.put_marks[4]), (1, 6_000_000, 0));
    assert_eq!(array.put_marks[6], 4_000_000);
    assert!(array.call_profit.iter().flatten().all(|profit| *profit == 0));
}

fn array(w: &Bank) -> RiskArray {
    w.state(&pda::risk_array(&w.market(), w.near))
}

#[test]
fn allows_a_refresh_in_parts_that_all_stand_on_one_mark() {
    let mut w = with_trade(10);
    w.price(PRICE + 100_000_000);
    w.accepts(w.refresh_strikes(w.near, 4));
    assert_eq!((array(&w).strikes_done, array(&w).mark), (4, PRICE + 100_000_000));
    // A small move in between changes nothing: the parts fit together.
    w.price(PRICE + 101_000_000);
    w.accepts(w.refresh_strikes(w.near, 4));
    w.accepts(w.refresh_strikes(w.near, 4));
    let parts = array(&w);
    assert_eq!((parts.strikes_done, parts.mark, parts.as_of), (0, PRICE + 100_000_000, START + 1));
    // In one go, on the same mark and at the same time, every byte of the figures is the same.
    let mut other = with_trade(10);
    other.price(PRICE + 100_000_000);
    other.accepts(other.refresh_risk(other.near));
    let whole = array(&other);
    assert_eq!(
        (parts.call_profit, parts.call_marks, parts.put_marks),
        (whole.call_profit, whole.call_marks, whole.put_marks)
    );
    assert_eq!(
        (parts.call_peaks, parts.put_peaks, parts.call_delta),
        (whole.call_peaks, whole.put_peaks, whole.call_delta)
    );
    sound(&w);
}

/// The arrays are too old.
fn stale() -> Bank {
    let mut w = Bank::bank();
    w.warp(301);
    w.price(PRICE);
    w
}

#[test]
fn rejects_a_refresh_that_takes_a_fresh_array_apart() {
    let mut w = Bank::bank();
    w.rejects(w.refresh_strikes(w.near, 8), RefreshWhole);
    w.accepts(w.refresh_strikes(w.near, 9));
    w.warp(301);
    w.price(PRICE);
    w.accepts(w.refresh_strikes(w.near, 8));
}

#[test]
fn writes_all_strikes_again_when_the_parameters_changed_in_between() {
    let mut w = stale();
    w.accepts(w.refresh_strikes(w.near, 4));
    let wider = MarketParams { scenario_range_ppm: 200_000, ..params() };
    w.accepts(w.set_params(Governor, wider));
    // Calls of one range and a forward of another would make puts of neither.
    w.accepts(w.refresh_strikes(w.near, 5));
    assert_eq!(array(&w).strikes_done, 5);
    w.accepts(w.refresh_strikes(w.near, 4));
    let mut other = stale();
    other.accepts(other.set_params(Governor, wider));
    other.accepts(other.refresh_risk(other.near));
    let (parts, whole) = (array(&w), array(&other));
    assert_eq!((parts.strikes_done, parts.mark), (0, whole.mark));
    assert_eq!((parts.call_profit, parts.forward_profit), (whole.call_profit, whole.forward_profit));
}

#[test]
fn begins_anew_when_the_mark_has_moved_away() {
    let mut w = stale();
    w.accepts(w.refresh_strikes(w.near, 4));
    w.price(PRICE + PRICE / 50);
    w.accepts(w.refresh_strikes(w.near, 4));
    assert_eq!((array(&w).strikes_done, array(&w).mark), (4, PRICE + PRICE / 50));
}

#[test]
fn rejects_margin_on_a_half_written_array() {
    let mut w = with_trade(10);
    let args = w.at_mark(w.near, 4, CALL, 4);
    w.warp(301);
    w.price(PRICE);
    w.accepts(w.refresh_strikes(w.near, 4));
    w.rejects(w.trade(Bob, Alice, args), RefreshUnfinished);
    w.rejects(w.withdraw(Bob, 1), RefreshUnfinished);
    w.rejects(w.set_surface(Governor, w.near, vec![800_000; 9], 0), RefreshUnfinished);
    // Without a quorum nothing new can begin, but what was begun can be finished, so that nobody is trapped.
    w.warp(61);
    w.accepts(w.refresh_strikes(w.near, 4));
    w.accepts(w.refresh_strikes(w.near, 1));
    w.accepts(w.trade(Bob, Alice, args));
    w.rejects(w.refresh_risk(w.near), MarkTooOld);
    sound(&w);
}

#[test]
fn rejects_a_refresh_of_nothing() {
    let mut w = Bank::bank();
    w.rejects(w.refresh_strikes(w.near, 0), ZeroAmount);
}

#[test]
fn rejects_shards_that_are_not_all_in_order() {
    let mut w = Bank::bank();
    let good = w.refresh_with_book(w.near);
    let mut few = good.clone();
    few.accounts.pop();
    w.rejects(few, ShardAccountsMismatch);
    let (first, second) = (pda::shard(&w.market(), 0), pda::shard(&w.market(), 1));
    w.rejects(swap(good.clone(), &first, &second), ShardAccountsMismatch);
    w.rejects(swap(good.clone(), &first, &pda::shard(&w.foreign.market, 0)), ShardAccountsMismatch);
    w.accepts(good);
}

#[test]
fn rejects_a_refresh_without_a_quorum() {
    let mut w = Bank::bank();
    w.warp(61);
    w.rejects(w.refresh_risk(w.near), MarkTooOld);
}

#[test]
fn rejects_a_refresh_before_the_first_surface() {
    let mut w = Bank::bank();
    w.accepts(w.list_expiry(Governor, START + 2 * DAY, strikes()));
    w.rejects(w.refresh_risk(3), NoMark);
}

#[test]
fn rejects_rows_beyond_what_margin_is_proven_for() {
    let mut w = Bank::bank();
    w.edit(&pda::oracle(&w.market()), |o: &mut OracleAggregate| o.mark.price = 1 << 45);
    w.rejects(w.refresh_risk(w.near), RowTooLarge);
}

#[test]
fn rejects_a_forward_outside_the_kernels_domain() {
    let mut w = Bank::bank();
    w.edit(&pda::oracle(&w.market()), |o: &mut OracleAggregate| o.mark.price = (1 << 50) + 1);
    w.rejects(w.refresh_risk(w.near), OutOfRange);
}

#[test]
fn rejects_accounts_of_another_market_or_expiry() {
    let mut w = Bank::bank();
    let (here, there) = (w.market(), w.foreign.market);
    let good = w.refresh_risk(w.far);
    let swaps = [
        (pda::oracle(&here), pda::oracle(&there)),
        (pda::expiry(&here, w.far), pda::expiry(&there, w.foreign_expiry)),
        (pda::risk_array(&here, w.far), pda::risk_array(&there, w.foreign_expiry)),
        (here, there),
    ];
    for (from, to) in swaps {
        w.rejects(swap(good.clone(), &from, &to), WrongMarket);
    }
    let (far, near) = (pda::risk_array(&here, w.far), pda::risk_array(&here, w.near));
    w.rejects(swap(good, &far, &near), MissingRiskArray);
}
