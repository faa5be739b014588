//! `start_auction`, `end_auction`, `cover_account`, and what an auction leaves to the owner.

use crate::prelude::*;

const MARK: u64 = 9_500_000_000;
/// So high that Bob owes more than he has.
const RUIN: u64 = 10_900_000_000;

/// Live seconds pass, a round every ten; the arrays follow.
pub fn live(w: &mut Bank, seconds: i64) {
    let mark = w.oracle().mark.price;
    for _ in 0..seconds / 10 {
        w.warp(9);
        w.price(mark);
    }
    w.move_to(mark);
}

fn auction(w: &Bank) -> StoredAuction {
    w.margin(Bob).auction
}

fn pool(w: &Bank) -> Pool {
    w.state(&pda::pool(&w.market()))
}

/// Bob is healthy again by somebody's deposit.
fn cure(w: &mut Bank) {
    let gap = w.preview(Bob).maintenance_health().unwrap().unsigned_abs();
    w.accepts(w.deposit(Bob, gap + 1));
}

/// What the first discount on Bob's requirement is.
fn first_discount(w: &Bank) -> u64 {
    w.preview(Bob).measure.requirement.maintenance * params().liquidation_discount_ppm / 1_000_000
}

/// The near expiry has passed almost without a price in its window, and the market goes on at `price`.
fn past_near(price: u64) -> Bank {
    let mut w = with_sick_bob();
    w.warp_to(START + DAY - 60);
    w.move_to(MARK);
    w.warp_to(START + DAY + 60);
    w.move_to(price);
    without_grace(&mut w);
    w
}

/// As [`past_near`], with the reference price taken down.
fn observed(price: u64) -> Bank {
    let mut w = past_near(price);
    w.accepts(w.observe_settlement(w.near));
    for id in w.live() {
        w.stage.refresh(id).expect("a refresh");
    }
    w
}

fn lots_in(w: &Bank, expiry: u16) -> i64 {
    w.margin(Bob).legs().iter().filter(|l| l.expiry_id == expiry).map(|l| l.lots).sum()
}

fn ruined() -> Bank {
    let mut w = with_auction();
    w.move_to(RUIN);
    w.edit(&w.market(), |m: &mut Market| m.params.pool_draw_day_ppm = 1_000_000);
    assert!(w.preview(Bob).measure.equity < 0);
    w
}

#[test]
fn allows_anyone_to_start_the_auction_of_an_account_below_maintenance() {
    let mut w = with_sick_bob();
    w.accepts(w.start_auction(Bob));
    let (open, live) = (auction(&w), w.oracle().mark.live_seconds);
    assert_eq!((open.id, open.opened_live, open.touched_live, open.elapsed), (1, live, live, 0));
    let fee = w.preview(Bob).measure.requirement.maintenance.div_ceil(100);
    assert_eq!((open.fee_left, open.is_open), (fee, 1));
    sound(&w);
}

#[test]
fn rejects_a_healthy_account_and_one_without_legs() {
    let mut w = with_trade(10);
    w.rejects(w.start_auction(Bob), NotLiquidatable);
    w.edit(&w.account_of(Stranger), |a: &mut MarginAccount| a.debt = 10);
    w.rejects(w.start_auction(Stranger), NotLiquidatable);
}

#[test]
fn rejects_an_account_that_is_owed_what_it_lacks() {
    let mut w = with_sick_bob();
    let gap = w.preview(Bob).maintenance_health().unwrap().unsigned_abs();
    let owed = |w: &mut Bank, amount| {
        w.edit(&w.account_of(Bob), |a: &mut MarginAccount| {
            a.claims[0] = Claim { amount, expiry_id: 77, ..a.claims[0] };
        });
    };
    owed(&mut w, gap);
    w.rejects(w.start_auction(Bob), NotLiquidatable);
    owed(&mut w, gap - 1);
    w.accepts(w.start_auction(Bob));
}

#[test]
fn rejects_two_auctions_of_one_account() {
    let mut w = with_auction();
    w.rejects(w.start_auction(Bob), AuctionOpen);
    for _ in 0..9 {
        w.price(MARK);
    }
    w.rejects(w.start_auction(Bob), AuctionOpen);
    w.price(MARK);
    w.accepts(w.start_auction(Bob));
    assert_eq!((auction(&w).id, auction(&w).elapsed), (1, 10));
}

#[test]
fn allows_the_discount_to_rise_while_somebody_attends() {
    let mut w = with_auction();
    for _ in 0..5 {
        live(&mut w, 60);
        w.accepts(w.start_auction(Bob));
    }
    let elapsed = auction(&w).elapsed;
    assert!((295..=300).contains(&elapsed), "{elapsed}");
    let discount = w.preview(Bob).terms.discount_ppm;
    assert!((197_000..=200_000).contains(&discount), "{discount}");
}

#[test]
fn rejects_time_that_nobody_attended_or_that_did_not_live() {
    let mut w = with_auction();
    // Nobody came for four minutes: one of them counts.
    live(&mut w, 240);
    w.accepts(w.start_auction(Bob));
    assert_eq!(auction(&w).elapsed, 60);
    // Neither rounds nor sources: the chain's clock alone moves nothing.
    w.warp(3_600);
    live(&mut w, 20);
    without_grace(&mut w);
    let lived = w.oracle().mark.live_seconds - auction(&w).touched_live;
    assert!(lived < 60, "{lived}");
    w.accepts(w.start_auction(Bob));
    assert_eq!(auction(&w).elapsed, 60 + lived);
    assert_eq!(auction(&w).id, 1);
}

#[test]
fn allows_an_hour_without_keepers_to_change_nothing() {
    let mut w = with_auction();
    for _ in 0..12 {
        live(&mut w, 300);
    }
    w.rejects(w.bid(Carol, Bob, ALL), AuctionLapsed);
    w.rejects(w.cover_account(Bob), AuctionLapsed);
    w.accepts(w.start_auction(Bob));
    assert_eq!((auction(&w).id, auction(&w).elapsed), (2, 0));
    assert_eq!(w.preview(Bob).terms.discount_ppm, params().liquidation_discount_ppm);
    w.accepts(w.bid(Carol, Bob, ALL));
    assert!(w.preview(Bob).maintenance_health().unwrap() >= 0);
    sound(&w);
}

#[test]
fn allows_the_end_of_an_auction_once_the_account_is_cured() {
    let mut w = with_auction();
    w.rejects(w.end_auction(Bob), AuctionGoesOn);
    cure(&mut w);
    w.rejects(w.start_auction(Bob), NotLiquidatable);
    w.accepts(w.end_auction(Bob));
    let ended = auction(&w);
    assert_eq!((ended.id, ended.is_open, ended.elapsed, ended.fee_left), (1, 0, 0, 0));
    w.rejects(w.end_auction(Bob), NoAuction);
    w.rejects(w.bid(Carol, Bob, ALL), NoAuction);
    // Whoever sinks again begins at the start.
    w.move_to(MARK + 200_000_000);
    w.accepts(w.start_auction(Bob));
    assert_eq!((auction(&w).id, auction(&w).elapsed), (2, 0));
    sound(&w);
}

#[test]
fn allows_the_owner_to_deposit_and_reduce_in_an_auction() {
    let mut w = with_auction();
    w.accepts(w.deposit(Bob, 1_000_000));
    let before = w.preview(Bob).maintenance_health().unwrap();
    // Nearer the mark than the band: below the mark he buys back at no loss.
    let args = w.at_mark(w.near, 4, CALL, 500);
    w.accepts(w.trade(Bob, Alice, args));
    assert!(w.preview(Bob).maintenance_health().unwrap() > before);
    sound(&w);
}

#[test]
fn allows_the_owner_to_close_everything_in_an_auction() {
    let mut w = with_auction();
    w.accepts(w.deposit(Bob, COLLATERAL));
    for (id, strike, kind, lots) in [(w.near, 4, CALL, 3_000), (w.far, 5, CALL, 2_000), (w.near, 0, PUT, 100)]
    {
        let args = w.at_mark(id, strike, kind, lots);
        w.accepts(w.trade(Bob, Alice, args));
    }
    assert_eq!(w.margin(Bob).leg_count, 0);
    w.edit(&w.market(), |m: &mut Market| m.params.outflow_hour_ppm = 500_000);
    let cash = w.margin(Bob).cash;
    w.accepts(w.withdraw(Bob, cash));
    assert_eq!(auction(&w).is_open, 1);
    // Nothing is left: the auction ends with the account.
    w.accepts(w.close_account(Bob));
    assert!(!w.exists(&w.account_of(Bob)));
    sound(&w);
}

#[test]
fn rejects_a_withdrawal_in_an_auction() {
    let mut w = with_auction();
    w.rejects(w.withdraw(Bob, 1), CollateralEncumbered);
}

#[test]
fn rejects_closing_an_account_in_auction_that_holds_something() {
    let mut w = with_auction();
    w.rejects(w.close_account(Bob), AccountNotEmpty);
}

#[test]
fn rejects_a_start_above_reduce_only() {
    let mut w = with_sick_bob();
    w.accepts(w.trip(Guardian, 2, false));
    w.accepts(w.start_auction(Bob));
    w.warp(61);
    w.accepts(w.report_fault(Stranger, 1, None));
    for call in [w.start_auction(Bob), w.cover_account(Bob), w.bid(Carol, Bob, ALL)] {
        w.rejects(call, ActionClosed);
    }
}

#[test]
fn rejects_a_start_without_a_quorum_or_on_stale_arrays() {
    let mut w = with_sick_bob();
    w.silence();
    w.rejects(w.start_auction(Bob), NoOracleQuorum);
    w.warp(30);
    w.rejects(w.start_auction(Bob), MarkTooOld);
    w.warp(240);
    w.price(MARK);
    without_grace(&mut w);
    w.rejects(w.start_auction(Bob), StaleRiskArray);
    w.accepts(w.on_surfaces(w.start_auction(Bob)));
    w.warp(400);
    w.price(MARK);
    without_grace(&mut w);
    for call in [w.start_auction(Bob), w.cover_account(Bob), w.end_auction(Bob)] {
        w.rejects(call, StaleRiskArray);
    }
}

#[test]
fn rejects_an_end_without_a_quorum() {
    let mut w = with_auction();
    cure(&mut w);
    w.silence();
    w.rejects(w.end_auction(Bob), NoOracleQuorum);
}

#[test]
fn rejects_expired_legs_in_an_auction_before_their_worth_is_known() {
    let mut w = past_near(RUIN);
    w.rejects(w.start_auction(Bob), SettleFirst);
    w.accepts(w.observe_settlement(w.near));
    for id in w.live() {
        w.stage.refresh(id).expect("a refresh");
    }
    w.accepts(w.start_auction(Bob));
    w.edit(&pda::expiry(&w.market(), w.near), |e: &mut Expiry| e.observed_at = 0);
    w.stage.refresh(w.near).expect("a refresh");
    w.rejects(w.cover_account(Bob), SettleFirst);
    w.rejects(w.bid(Carol, Bob, ALL), SettleFirst);
}

#[test]
fn allows_an_auction_of_live_legs_while_others_wait_for_their_price() {
    let mut w = observed(10_300_000_000);
    let seen = w.preview(Bob);
    assert!(seen.due.causes & 1 == 1 && seen.measure.equity > 0, "{seen:?}");
    let (near, far, value) = (lots_in(&w, w.near), lots_in(&w, w.far), seen.measure.waiting);
    assert!(near != 0 && value < 0);
    let key = |w: &Bank, id| w.margin(Bob).legs().iter().find(|l| l.expiry_id == id).unwrap().key();
    w.accepts(w.start_auction(Bob));
    let args = BidArgs { leg: key(&w, w.far), ..w.bid_args(Bob, 10_000) };
    w.accepts(w.bid_with(Carol, Bob, args));
    w.rejects(w.bid_with(Carol, Bob, BidArgs { leg: key(&w, w.near), ..args }), SettleFirst);
    w.accepts(w.on_surfaces(w.bid(Alice, Bob, 10_000)));
    w.accepts(w.bid(Alice, Bob, ALL));
    let after = w.preview(Bob);
    assert_eq!((lots_in(&w, w.near), after.measure.waiting, after.due.causes), (near, value, 0));
    assert!(lots_in(&w, w.far) > far, "{} {far}", lots_in(&w, w.far));
    sound(&w);
    w.accepts(w.end_auction(Bob));
}

#[test]
fn allows_a_mark_that_moved_on_to_change_nothing_of_an_expiry_that_was_observed() {
    let mut w = observed(MARK);
    let before = w.preview(Bob).measure.waiting;
    w.move_to(8_000_000_000);
    assert_eq!(w.preview(Bob).measure.waiting, before);
}

#[test]
fn rejects_an_auction_of_an_account_whose_legs_all_wait() {
    let mut w = with_trade(3_000);
    w.edit(&w.account_of(Bob), |a: &mut MarginAccount| a.cash /= 4);
    w.accepts(w.start_auction(Bob));
    w.warp_to(START + DAY - 60);
    w.move_to(MARK);
    w.warp_to(START + DAY + 60);
    w.move_to(RUIN);
    w.accepts(w.observe_settlement(w.near));
    w.stage.refresh(w.near).expect("a refresh");
    without_grace(&mut w);
    w.edit(&w.account_of(Bob), |a: &mut MarginAccount| a.cash = 1);
    w.rejects(w.start_auction(Bob), NotLiquidatable);
    w.accepts(w.end_auction(Bob));
}

/// After an hour of an auction Bob's equity falls to so many parts per million of his requirement or below; returns what it is then.
fn late_and_poor(w: &mut Bank, share_ppm: i64) -> i64 {
    w.edit(&w.market(), |m: &mut Market| m.params.pool_draw_day_ppm = 1_000_000);
    for _ in 0..60 {
        live(w, 60);
        w.accepts(w.start_auction(Bob));
    }
    assert!(w.preview(Bob).terms.discount_ppm > 490_000);
    let mut price = 10_300_000_000;
    loop {
        w.move_to(price);
        let seen = w.preview(Bob).measure;
        let most = i64::try_from(seen.requirement.maintenance).unwrap() / 1_000 * share_ppm / 1_000;
        if seen.equity <= most {
            return seen.equity;
        }
        price += 10_000_000;
    }
}

/// Whoever takes all of Bob's book after a loan gains the first discount on his requirement.
fn gains_the_first_discount(mut w: Bank) {
    live(&mut w, 10);
    w.accepts(w.start_auction(Bob));
    let equity = w.preview(Bob).measure.equity;
    w.accepts(w.cover_account(Bob));
    let lent = i64::try_from(w.margin(Bob).debt).unwrap();
    let reward = i64::try_from(first_discount(&w)).unwrap();
    assert!((lent - (reward - equity)).abs() <= reward / 1_000, "{lent} {reward} {equity}");
    w.rejects(w.cover_account(Bob), NotInsolvent);
    let before = w.preview(Alice).measure.equity;
    w.accepts(w.bid(Alice, Bob, 500_000));
    w.accepts(w.bid(Alice, Bob, ALL));
    let gained = w.preview(Alice).measure.equity - before;
    assert!(gained <= reward && gained > reward * 99 / 100, "{gained} {reward}");
    assert_eq!(w.margin(Bob).leg_count, 0);
    sound(&w);
    w.accepts(w.end_auction(Bob));
    sound(&w);
}

#[test]
fn conserves_the_first_discount_for_a_book_whose_owner_has_almost_nothing_left() {
    let mut w = with_auction();
    let equity = late_and_poor(&mut w, 25_000);
    assert!(equity > 0, "{equity}");
    gains_the_first_discount(w);
}

#[test]
fn conserves_the_first_discount_for_a_book_whose_owner_is_insolvent() {
    let mut w = with_auction();
    late_and_poor(&mut w, -10_000);
    gains_the_first_discount(w);
}

#[test]
fn conserves_the_reward_of_an_account_that_waits_for_a_claim() {
    let mut w = ruined();
    let seen = w.preview(Bob).measure;
    let amount = seen.equity.unsigned_abs() + seen.requirement.maintenance / 2;
    w.edit(&w.account_of(Bob), |a: &mut MarginAccount| {
        a.claims[0] = Claim { amount, expiry_id: 77, ..a.claims[0] };
    });
    let (cash, owed) = (w.margin(Bob).cash, seen.exposure.totals.value.unsigned_abs());
    w.accepts(w.cover_account(Bob));
    assert_eq!(w.margin(Bob).debt, owed - cash, "what the legs owe, and no reward");
    w.rejects(w.cover_account(Bob), NotInsolvent);
}

#[test]
fn conserves_a_loan_for_its_bidders_while_winners_of_another_expiry_wait() {
    let mut w = with_sick_bob();
    w.edit(&w.market(), |m: &mut Market| m.params.pool_draw_day_ppm = 1_000_000);
    fix_near(&mut w, 15_000_000_000);
    w.accepts(w.settle(w.near, Bob));
    assert!(w.margin(Bob).claims.iter().any(|c| c.is_owed()));
    w.price(RUIN);
    w.freshen();
    without_grace(&mut w);
    w.accepts(w.start_auction(Bob));
    w.accepts(w.cover_account(Bob));
    let lent = auction(&w).lent;
    assert!(lent > 0 && w.margin(Bob).cash == lent);
    w.accepts(w.settle(w.near, Bob));
    assert_eq!((w.margin(Bob).cash, auction(&w).lent), (lent, lent));
    sound(&w);
    w.accepts(w.bid(Carol, Bob, 500_000));
    let left = w.margin(Bob).cash;
    assert!(left < lent && auction(&w).lent == left);
    // What nobody took is the pool's, whoever else waits.
    let (debt, recovered) = (w.margin(Bob).debt, pool(&w).recovered_total);
    w.move_to(5_000_000_000);
    w.edit(&w.account_of(Bob), |a: &mut MarginAccount| {
        a.claims[1] = Claim { amount: u64::MAX >> 8, expiry_id: 77, ..a.claims[1] }
    });
    w.accepts(w.end_auction(Bob));
    assert_eq!((w.margin(Bob).debt, pool(&w).recovered_total), (debt - left, recovered + left));
    assert_eq!((w.margin(Bob).cash, auction(&w).lent), (0, 0));
}

#[test]
fn conserves_what_the_pool_lends_to_an_insolvent_account() {
    let mut w = ruined();
    let (cash, owed) = (w.margin(Bob).cash, w.preview(Bob).measure.exposure.totals.value.unsigned_abs());
    let need = owed + first_discount(&w) - cash;
    w.accepts(w.cover_account(Bob));
    let bob = w.margin(Bob);
    assert_eq!((bob.cash, bob.debt), (cash + need, need));
    assert_eq!((pool(&w).draws_total, pool(&w).unmet), (need, 0));
    sound(&w);
    w.rejects(w.cover_account(Bob), NotInsolvent);
    w.accepts(w.bid(Alice, Bob, ALL));
    assert_eq!((w.margin(Bob).leg_count, w.margin(Bob).debt), (0, need));
    w.accepts(w.end_auction(Bob));
    sound(&w);
}

#[test]
fn conserves_what_nobody_took_of_a_loan() {
    let mut w = ruined();
    w.accepts(w.cover_account(Bob));
    let lent = w.margin(Bob).debt;
    // The market comes back before anybody bid.
    w.move_to(PRICE);
    let mut without = w.end_auction(Bob);
    without.accounts[4].pubkey = bulkhead_sdk::PROGRAM_ID;
    without.accounts[4].is_writable = false;
    w.rejects(without, PoolRequired);
    let (here, there) = (pda::pool(&w.market()), pda::pool(&w.foreign.market));
    w.rejects(swap(w.end_auction(Bob), &here, &there), WrongMarket);
    w.accepts(w.end_auction(Bob));
    assert_eq!((w.margin(Bob).debt, pool(&w).recovered_total), (0, lent));
    sound(&w);
}

#[test]
fn conserves_what_a_poor_pool_was_asked_for_once() {
    let mut w = ruined();
    w.edit(&w.market(), |m: &mut Market| m.params.pool_draw_day_ppm = 100_000);
    w.accepts(w.cover_account(Bob));
    let (lent, unmet) = (w.margin(Bob).debt, pool(&w).unmet);
    assert!(lent == STAKE / 10 && unmet > 0, "{lent} {unmet}");
    assert_eq!(auction(&w).asked, unmet);
    // Asking again asks for nothing more.
    w.rejects(w.cover_account(Bob), PoolExhausted);
    w.edit(&w.market(), |m: &mut Market| m.params.pool_draw_day_ppm = 1_000_000);
    w.accepts(w.cover_account(Bob));
    assert_eq!((pool(&w).unmet, auction(&w).asked), (0, 0));
    sound(&w);
}

#[test]
fn rejects_a_loan_to_a_solvent_account_or_without_an_auction() {
    let mut w = with_sick_bob();
    w.rejects(w.cover_account(Bob), NoAuction);
    w.accepts(w.start_auction(Bob));
    w.rejects(w.cover_account(Bob), NotInsolvent);
    cure(&mut w);
    w.rejects(w.cover_account(Bob), NotLiquidatable);
}

#[test]
fn rejects_missing_arrays_and_accounts_of_another_market() {
    let mut w = ruined();
    let (here, there) = (w.market(), w.foreign.market);
    let swaps = [
        (pda::oracle(&here), pda::oracle(&there)),
        (w.account_of(Bob), w.account_of(Foreigner)),
        (pda::pool(&here), pda::pool(&there)),
        (here, there),
    ];
    for call in [w.start_auction(Bob), w.cover_account(Bob), w.end_auction(Bob)] {
        let mut bare = call.clone();
        bare.accounts.pop();
        w.rejects(bare, MissingRiskArray);
        for (from, to) in swaps.iter().filter(|(from, _)| call.accounts.iter().any(|a| a.pubkey == *from)) {
            w.rejects(swap(call.clone(), from, to), WrongMarket);
        }
    }
}
