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

#[test]
fn rejects_a_refresh_without_a_quorum() {
    let mut w = Bank::bank();
    w.warp(61);
    w.rejects(w.refresh_risk(w.near), NoOracleQuorum);
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
    w.edit(&pda::oracle(&w.market()), |o: &mut OracleAggregate| o.mark = 1 << 45);
    w.rejects(w.refresh_risk(w.near), RowTooLarge);
}

#[test]
fn rejects_a_forward_outside_the_kernels_domain() {
    let mut w = Bank::bank();
    w.edit(&pda::oracle(&w.market()), |o: &mut OracleAggregate| o.mark = (1 << 50) + 1);
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
