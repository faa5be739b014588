//! Cash cover: what nearer expiries may ask for must be there in cash, whatever later ones are worth.

use {
    crate::{auction::live, prelude::*},
    bulkhead_sdk::bulkhead::state::lease::LeaseState,
};

/// Bob is short of near calls and long as many far ones, which cost him most of his cash.
fn with_calendar(lots: u64) -> Bank {
    let mut w = Bank::bank();
    w.accepts(w.trade(Bob, Alice, w.at_mark(w.far, 4, CALL, lots)));
    w.accepts(w.trade(Alice, Bob, w.at_mark(w.near, 4, CALL, lots)));
    w
}

fn cover(w: &Bank) -> i64 {
    w.preview(Bob).measure.cover_health().unwrap()
}

/// Leaves Bob with so much cash.
fn leave(w: &mut Bank, cash: u64) {
    let market = w.market();
    let taken = w.margin(Bob).cash - cash;
    w.edit(&w.account_of(Bob), |a: &mut MarginAccount| a.cash -= taken);
    w.edit(&pda::ledger(&market), |l: &mut Ledger| l.claims -= taken);
}

#[test]
fn needs_none_for_one_expiry() {
    let w = with_trade(100);
    assert_eq!(cover(&w), i64::MAX);
}

#[test]
fn allows_a_calendar_spread_with_cash_for_the_near_leg() {
    let mut w = with_calendar(1_000);
    let p = w.preview(Bob);
    let near = p.measure.cover.initial_surplus(&p.measure.funds).unwrap().unwrap();
    assert!(near > 0);
    // Offsets between the expiries count: the whole needs less than the near leg alone.
    w.accepts(w.trade(Alice, Carol, w.at_mark(w.near, 4, CALL, 1_000)));
    let alone = w.preview(Carol).measure.requirement;
    assert!(p.measure.requirement.initial < alone.initial, "{:?} {alone:?}", p.measure.requirement);
    sound(&w);
    w.accepts(w.withdraw(Bob, 1));
}

#[test]
fn rejects_a_withdrawal_of_the_cash_for_the_near_leg() {
    let mut w = with_calendar(4_000);
    w.edit(&w.market(), |m: &mut Market| m.params.outflow_hour_ppm = 500_000);
    let p = w.preview(Bob);
    let near = p.measure.cover.initial_surplus(&p.measure.funds).unwrap().unwrap();
    let whole = p.measure.equity - i64::try_from(p.measure.requirement.initial).unwrap();
    assert!(near < whole, "cover binds: {near} {whole}");
    let free = u64::try_from(near).unwrap();
    w.rejects(w.withdraw(Bob, free + 1), CollateralEncumbered);
    w.accepts(w.withdraw(Bob, free));
    sound(&w);
}

#[test]
fn rejects_a_near_leg_that_only_far_value_would_pay() {
    let mut w = with_calendar(1_000);
    let free = w.preview(Bob).initial_health().unwrap();
    let needed = w.margin(Bob).cash - u64::try_from(free).unwrap();
    leave(&mut w, needed);
    w.rejects(w.trade(Alice, Bob, w.at_mark(w.near, 4, CALL, 100)), BelowInitialMargin);
}

#[test]
fn liquidates_a_solvent_account_that_lacks_the_cash_for_its_near_leg() {
    let mut w = with_calendar(4_000);
    // The market runs away: both legs gain alike, but only the near one is due in cash soon.
    w.move_to(10_500_000_000);
    let before = w.preview(Bob);
    assert!(before.measure.maintenance_health().unwrap() > 0, "solvent as a whole");
    assert!(cover(&w) < 0);
    assert_eq!(before.due.causes, 2);
    assert!(before.due.share_ppm < 1_000_000);
    w.accepts(w.start_auction(Bob));
    w.accepts(w.bid(Carol, Bob, ALL));
    let after = w.preview(Bob);
    assert_eq!(after.due.causes, 0, "{after:?}");
    assert!(cover(&w) >= 0);
    assert!(after.measure.maintenance_health().unwrap() > before.measure.maintenance_health().unwrap());
    sound(&w);
    w.rejects(w.start_auction(Bob), NotLiquidatable);
}

#[test]
fn allows_no_rise_of_the_discount_against_an_account_that_is_solvent() {
    let mut w = with_calendar(4_000);
    w.move_to(10_500_000_000);
    w.accepts(w.start_auction(Bob));
    for _ in 0..10 {
        live(&mut w, 60);
        w.accepts(w.start_auction(Bob));
    }
    let late = w.preview(Bob);
    assert!(w.margin(Bob).auction.elapsed > 500 && late.due.causes == 2, "{late:?}");
    assert_eq!(late.terms.discount_ppm, params().liquidation_discount_ppm);
    let (alice, part) = (w.preview(Alice).measure.equity, late.measure.requirement.maintenance / 100);
    w.accepts(w.bid(Alice, Bob, 10_000));
    let gained = w.preview(Alice).measure.equity - alice;
    let most = i64::try_from(part * params().liquidation_discount_ppm / 1_000_000).unwrap();
    assert!(gained > 0 && gained <= most + most / 10, "{gained} of {most}");
    sound(&w);
}

#[test]
fn a_token_bid_for_a_solvent_account_does_not_do_the_job() {
    let mut w = with_calendar(4_000);
    w.accepts(w.register_keeper(Carol, KEEPER_BOND));
    w.move_to(10_500_000_000);
    w.accepts(w.heartbeat(Carol));
    w.accepts(w.start_auction(Bob));
    w.accepts(w.take_lease(Carol, Bob));
    let near = w.margin(Bob).legs().iter().find(|l| l.expiry_id == w.near).unwrap().key();
    let args = w.bid_args(Bob, 10_000);
    w.accepts(w.bid_with(Carol, Bob, args));
    w.accepts(w.bid_with(Carol, Bob, BidArgs { leg: near, ..args }));
    assert_eq!(w.margin(Bob).lease.state(), LeaseState::Open);
    w.accepts(w.bid(Carol, Bob, ALL));
    assert_eq!(w.margin(Bob).lease.state(), LeaseState::Fulfilled);
    sound(&w);
}

#[test]
fn settles_the_near_leg_in_full_where_the_cover_was_kept() {
    let mut w = with_calendar(4_000);
    w.move_to(10_500_000_000);
    w.accepts(w.start_auction(Bob));
    w.accepts(w.bid(Carol, Bob, ALL));
    fix_near(&mut w, 10_500_000_000);
    for who in [Bob, Carol, Alice] {
        w.accepts(w.settle(w.near, who));
    }
    let pool: Pool = w.state(&pda::pool(&w.market()));
    assert_eq!((pool.draws_total, w.margin(Bob).debt), (0, 0));
    sound(&w);
}

#[test]
fn allows_an_owner_to_unwind_a_spread_that_lacks_cover() {
    let mut w = with_calendar(4_000);
    w.move_to(10_500_000_000);
    let lacking = cover(&w);
    assert!(lacking < 0);
    // Another near leg would make it worse, buying the near one back makes it better, selling the far one brings cash.
    w.rejects(w.trade(Alice, Bob, w.at_mark(w.near, 4, CALL, 1)), BelowInitialMargin);
    w.accepts(w.trade(Bob, Alice, w.at_mark(w.near, 4, CALL, 200)));
    let better = cover(&w);
    assert!(better > lacking, "{better} {lacking}");
    w.accepts(w.trade(Alice, Bob, w.at_mark(w.far, 4, CALL, 200)));
    assert!(cover(&w) > better);
    sound(&w);
}
