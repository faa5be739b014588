//! Grace: after an outage, a closure of liquidation and a change of parameters an account must be due by the old view, too.

use {
    crate::{auction::live, prelude::*},
    bulkhead_sdk::risk::breaker::{Cause, Level},
};

const MARK: u64 = 9_500_000_000;

/// The books are in doubt for so many seconds, though the oracle lives on; then they are not.
fn close_for(w: &mut Bank, seconds: i64) {
    let since = w.now();
    w.edit(&w.market(), |m: &mut Market| {
        let trip = &mut m.breaker.trips[Cause::VaultShortfall.index()];
        (trip.level, trip.since) = (Level::SettleOnly as u8, since);
    });
    live(w, seconds);
    w.rejects(w.start_auction(Bob), ActionClosed);
    w.accepts(w.recover(Cause::VaultShortfall as u8));
}

/// Bob holds maintenance, and would not if it were a fifth more.
fn with_pale_bob() -> Bank {
    let mut w = with_sick_bob();
    let seen = w.preview(Bob);
    let gap = seen.maintenance_health().unwrap().unsigned_abs();
    w.accepts(w.deposit(Bob, gap + seen.measure.requirement.maintenance / 10));
    w
}

fn with_params(change: impl FnOnce(&mut MarketParams)) -> MarketParams {
    let mut changed = params();
    change(&mut changed);
    changed
}

fn dearer() -> MarketParams {
    with_params(|p| p.maintenance_ppm = 950_000)
}

fn wider() -> MarketParams {
    with_params(|p| p.scenario_range_ppm = 300_000)
}

#[test]
fn rejects_an_account_after_an_outage_that_is_healthy_at_the_stable_price() {
    let mut w = with_auction();
    w.warp(90);
    w.move_to(MARK);
    let left = w.oracle().grace_left;
    assert!((88..=92).contains(&left), "{left}");
    w.rejects(w.start_auction(Bob), InGrace);
    w.rejects(w.bid(Carol, Bob, ALL), InGrace);
    live(&mut w, 80);
    w.rejects(w.bid(Carol, Bob, ALL), InGrace);
    live(&mut w, 20);
    assert_eq!(w.oracle().grace_left, 0);
    w.accepts(w.bid(Alice, Bob, ALL));
    sound(&w);
}

#[test]
fn rejects_a_loan_in_a_grace_period() {
    let mut w = with_auction();
    w.warp(90);
    w.move_to(10_900_000_000);
    assert!(w.preview(Bob).measure.equity < 0);
    w.rejects(w.cover_account(Bob), InGrace);
    without_grace(&mut w);
    w.accepts(w.cover_account(Bob));
}

#[test]
fn allows_an_auction_after_an_outage_of_an_account_that_is_due_at_the_stable_price_too() {
    let mut w = with_sick_bob();
    w.warp(90);
    w.price(MARK);
    w.edit(&pda::oracle(&w.market()), |o: &mut OracleAggregate| o.mark.stable = MARK);
    w.move_to(MARK);
    assert!(w.oracle().grace_left > 0);
    w.accepts(w.start_auction(Bob));
    w.accepts(w.bid(Alice, Bob, ALL));
    sound(&w);
}

#[test]
fn allows_at_most_half_an_hour_of_grace_for_an_outage() {
    let mut w = with_sick_bob();
    w.warp(7_200);
    w.price(MARK);
    assert!((1_798..=1_800).contains(&w.oracle().grace_left), "{}", w.oracle().grace_left);
}

#[test]
fn allows_the_end_of_an_auction_of_an_account_that_grace_spares() {
    let mut w = with_auction();
    w.warp(90);
    w.move_to(MARK);
    w.accepts(w.end_auction(Bob));
    assert_eq!(w.margin(Bob).auction.is_open, 0);
}

#[test]
fn rejects_a_healthy_account_in_a_grace_period_as_ever() {
    let mut w = with_auction();
    let bid = w.bid(Carol, Bob, ALL);
    w.accepts(w.deposit(Bob, COLLATERAL));
    w.warp(90);
    w.move_to(MARK);
    w.rejects(bid, NotLiquidatable);
    w.rejects(w.start_auction(Bob), NotLiquidatable);
}

#[test]
fn rejects_an_account_after_a_closure_that_is_healthy_at_the_stable_price() {
    let mut w = with_sick_bob();
    w.edit(&w.market(), |m: &mut Market| m.params.stable_speed_ppm_per_minute = 1);
    close_for(&mut w, 600);
    w.rejects(w.start_auction(Bob), InGrace);
    live(&mut w, 580);
    w.rejects(w.start_auction(Bob), InGrace);
    live(&mut w, 30);
    w.accepts(w.start_auction(Bob));
}

#[test]
fn rejects_an_account_after_a_closure_that_a_proposal_ended() {
    let mut w = with_sick_bob();
    w.edit(&w.market(), |m: &mut Market| {
        let trip = &mut m.breaker.trips[Cause::OpenInterest.index()];
        (trip.level, trip.since) = (Level::SettleOnly as u8, START - 1_000);
    });
    let clear = bulkhead_sdk::bulkhead::instructions::propose::ProposeArgs {
        cause: Cause::OpenInterest as u8,
        ..proposal(kind::CLEAR_TRIP)
    };
    w.accepts(w.propose(Governor, clear));
    w.edit(&pda::proposal(0), |p: &mut Proposal| p.eta = START);
    let (good, here, there) =
        (w.execute_proposal(0, true), pda::oracle(&w.market()), pda::oracle(&w.foreign.market));
    w.rejects(swap(good.clone(), &here, &there), WrongMarket);
    let mut without = good.clone();
    for meta in without.accounts.iter_mut().filter(|a| a.pubkey == here) {
        *meta = AccountMeta::new_readonly(bulkhead_sdk::PROGRAM_ID, false);
    }
    w.rejects(without, InvalidProposal);
    w.accepts(good);
    w.rejects(w.start_auction(Bob), InGrace);
    let market: Market = w.state(&w.market());
    assert!(market.reopened_grace_until - market.reopened_live >= 1_000);
}

#[test]
fn rejects_time_for_which_liquidation_was_closed() {
    let mut w = with_auction();
    live(&mut w, 30);
    w.accepts(w.start_auction(Bob));
    let before = w.margin(Bob).auction.elapsed;
    w.edit(&w.market(), |m: &mut Market| m.params.min_dwell_seconds = 60);
    close_for(&mut w, 70);
    w.edit(&w.market(), |m: &mut Market| m.reopened_grace_until = 0);
    live(&mut w, 20);
    w.accepts(w.start_auction(Bob));
    let after = w.margin(Bob).auction.elapsed;
    assert!((18..=22).contains(&(after - before)), "{before} {after}");
}

#[test]
fn rejects_an_account_that_only_a_change_of_parameters_made_due() {
    let mut w = with_pale_bob();
    w.accepts(w.set_params(Governor, dearer()));
    assert!(w.preview(Bob).maintenance_health().unwrap() < 0);
    w.rejects(w.start_auction(Bob), InGrace);
    for _ in 0..5 {
        live(&mut w, 300);
    }
    live(&mut w, 290);
    w.rejects(w.start_auction(Bob), InGrace);
    live(&mut w, 20);
    w.accepts(w.start_auction(Bob));
    w.accepts(w.bid(Alice, Bob, ALL));
    sound(&w);
}

#[test]
fn allows_an_auction_of_an_account_that_was_due_before_the_change() {
    let mut w = with_sick_bob();
    w.accepts(w.set_params(Governor, dearer()));
    w.accepts(w.start_auction(Bob));
    w.accepts(w.bid(Alice, Bob, ALL));
    sound(&w);
}

#[test]
fn rejects_arrays_while_the_rows_of_two_sets_of_parameters_count() {
    let mut w = with_pale_bob();
    w.accepts(w.set_params(Governor, wider()));
    w.move_to(MARK);
    assert!(w.preview(Bob).maintenance_health().unwrap() < 0);
    w.rejects(w.start_auction(Bob), GraceNeedsExpiries);
    w.rejects(w.on_surfaces(w.start_auction(Bob)), InGrace);
    // Nor does another change make the first one older.
    w.accepts(w.set_params(Governor, MarketParams { maintenance_ppm: 810_000, ..wider() }));
    w.rejects(w.on_surfaces(w.start_auction(Bob)), InGrace);
    w.move_to(10_000_000_000);
    w.accepts(w.on_surfaces(w.start_auction(Bob)));
    w.rejects(w.bid(Carol, Bob, ALL), GraceNeedsExpiries);
    w.accepts(w.on_surfaces(w.bid(Alice, Bob, ALL)));
    sound(&w);
}

#[test]
fn rejects_a_second_change_that_would_make_the_grace_of_the_first_longer() {
    let mut w = with_pale_bob();
    w.accepts(w.set_params(Governor, with_params(|p| p.maintenance_ppm = 940_000)));
    let until = |w: &Bank| w.state::<Market>(&w.market()).params_grace_until;
    let first = until(&w);
    for _ in 0..5 {
        live(&mut w, 300);
    }
    w.accepts(w.set_params(Governor, dearer()));
    assert_eq!(until(&w), first);
    live(&mut w, 270);
    w.rejects(w.start_auction(Bob), InGrace);
    live(&mut w, 40);
    w.accepts(w.start_auction(Bob));
}

#[test]
fn allows_a_change_that_leaves_margin_alone_to_give_no_grace() {
    let mut w = with_sick_bob();
    w.accepts(w.set_params(Governor, with_params(|p| p.trade_fee_ppm -= 1)));
    assert_eq!(w.state::<Market>(&w.market()).params_grace_until, 0);
    w.accepts(w.start_auction(Bob));
}

#[test]
fn rejects_the_oracle_of_another_market_for_the_time_of_a_change() {
    let mut w = Bank::bank();
    let (here, there) = (pda::oracle(&w.market()), pda::oracle(&w.foreign.market));
    w.rejects(swap(w.set_params(Governor, dearer()), &here, &there), WrongMarket);
}
