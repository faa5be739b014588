//! `bid`.

use {
    crate::{auction::live, prelude::*},
    solana_compute_budget_interface::ComputeBudgetInstruction,
    solana_message::{v0, AddressLookupTableAccount, VersionedMessage},
};

const MARK: u64 = 9_500_000_000;
const CENT: u64 = 10_000;

fn health(w: &Bank) -> i64 {
    w.preview(Bob).measure.maintenance_health().unwrap()
}

/// The series of Bob's leg in a place.
fn series(w: &Bank, place: usize) -> u32 {
    w.margin(Bob).legs()[place].key()
}

/// A bid for a share of the leg in a place.
fn on_leg(w: &Bank, place: usize, share_ppm: u64) -> Instruction {
    w.bid_with(Carol, Bob, BidArgs { leg: series(w, place), ..w.bid_args(Bob, share_ppm) })
}

#[test]
fn conserves_and_restores_the_buffer() {
    let mut w = with_auction();
    let before = health(&w);
    w.accepts(w.bid(Carol, Bob, ALL));
    let after = w.preview(Bob);
    assert!(health(&w) > before && health(&w) >= 0, "{after:?}");
    assert!(w.preview(Carol).initial_health().unwrap() >= 0);
    assert!(w.margin(Bob).leg_count > 0, "no more is taken than restores the buffer");
    let target = after.measure.requirement.maintenance * 115 / 100;
    let equity = after.measure.equity.unsigned_abs();
    // A little more than the buffer: what closing costs falls with the square of the size.
    assert!(equity >= target && equity - target < target / 100, "{equity} {target}");
    sound(&w);
    // The same bid once more.
    w.rejects(w.bid(Carol, Bob, ALL), NotLiquidatable);
}

#[test]
fn allows_a_bid_over_eight_expiries_in_900_bytes_with_three_write_locks() {
    let w = with_auction();
    let (market, carol) = (w.market(), w.party(Carol));
    let expiries: Vec<u16> = (1..=8).collect();
    let call = ix::bid(&w.stage.keys, 0, carol, w.account_of(Bob), w.bid_args(Bob, ALL), &expiries);
    assert_eq!(call.accounts.iter().filter(|a| a.is_writable).count(), 3);
    let mut addresses = vec![pda::protocol(), market, pda::oracle(&market), pda::shard(&market, 0)];
    addresses.extend(expiries.iter().map(|id| pda::risk_array(&market, *id)));
    let table = AddressLookupTableAccount { key: Address::new_unique(), addresses };
    let budget = ComputeBudgetInstruction::set_compute_unit_limit(40_000);
    let message =
        v0::Message::try_compile(&carol.authority, &[budget, call], &[table], Default::default()).unwrap();
    let size = 1 + 64 + VersionedMessage::V0(message).serialize().len();
    assert!(size <= 900, "{size} bytes");
}

#[test]
fn conserves_small_shares() {
    let mut w = with_auction();
    let before = health(&w);
    w.accepts(w.bid(Carol, Bob, CENT));
    assert!(health(&w) > before);
    sound(&w);
}

#[test]
fn conserves_fees_of_an_auction_up_to_its_allowance() {
    let mut w = with_auction();
    let allowed = w.margin(Bob).auction.fee_left;
    let fees = |w: &Bank| w.state::<OiShard>(&pda::shard(&w.market(), 0)).fees;
    let before = fees(&w);
    w.accepts(w.bid(Carol, Bob, CENT));
    let first = fees(&w) - before;
    assert!(first > 0 && first <= allowed / 100 + 1, "{first} of {allowed}");
    assert_eq!(w.margin(Bob).auction.fee_left, allowed - first);
    // What is used up is used up, whatever is still to be taken.
    w.edit(&w.account_of(Bob), |a: &mut MarginAccount| a.auction.fee_left = 1);
    w.accepts(w.bid(Carol, Bob, CENT));
    assert_eq!(fees(&w), before + first + 1);
    w.accepts(w.bid(Carol, Bob, CENT));
    assert_eq!(fees(&w), before + first + 1);
    sound(&w);
}

#[test]
fn conserves_equity_of_a_solvent_account_however_late_the_auction() {
    let mut w = with_auction();
    for _ in 0..60 {
        live(&mut w, 60);
        w.accepts(w.start_auction(Bob));
    }
    assert!(w.preview(Bob).terms.discount_ppm > 490_000);
    w.move_to(10_350_000_000);
    let poor = w.preview(Bob).measure;
    assert!(poor.equity > 0 && poor.equity.unsigned_abs() < poor.requirement.maintenance / 4, "{poor:?}");
    w.accepts(w.bid(Alice, Bob, 300_000));
    let after = w.preview(Bob).measure.equity;
    assert!(after > 0 && after >= poor.equity * 69 / 100, "{after} of {}", poor.equity);
    w.accepts(w.bid(Alice, Bob, ALL));
    assert!(w.preview(Bob).measure.equity >= 0);
    sound(&w);
}

#[test]
fn conserves_when_the_pool_pays_for_a_bankrupt() {
    let mut w = with_auction();
    w.move_to(10_900_000_000);
    assert!(w.preview(Bob).measure.equity < 0);
    let cash = w.margin(Bob).cash;
    w.accepts(w.cover_account(Bob));
    let lent = w.margin(Bob).debt;
    w.accepts(w.bid(Carol, Bob, 100_000));
    w.accepts(w.bid(Alice, Bob, ALL));
    let bob = w.margin(Bob);
    assert_eq!((bob.leg_count, bob.debt), (0, lent));
    assert!(bob.cash < cash / 100, "what is left is rounding: {}", bob.cash);
    let pool: Pool = w.state(&pda::pool(&w.market()));
    assert_eq!(pool.draws_total, bob.debt);
    sound(&w);
    w.rejects(w.bid(Alice, Bob, ALL), NotLiquidatable);
    w.accepts(w.end_auction(Bob));
    sound(&w);
}

#[test]
fn conserves_lots_of_one_leg() {
    let mut w = with_auction();
    let (before, margin) = (health(&w), w.margin(Bob));
    let args = BidArgs { leg: series(&w, 0), ..w.bid_args(Bob, 50_000) };
    w.accepts(w.bid_with(Carol, Bob, args));
    let after = w.margin(Bob);
    assert_eq!(after.legs[0].lots, margin.legs[0].lots * 95 / 100);
    assert_eq!(after.legs[1..3], margin.legs[1..3]);
    assert_eq!(w.margin(Carol).legs[0].lots, margin.legs[0].lots - after.legs[0].lots);
    assert!(health(&w) > before);
    sound(&w);
}

#[test]
fn allows_whole_legs_and_single_lots() {
    let mut w = with_auction();
    // The put is worth nothing and costs margin.
    let put = w.margin(Bob).legs().iter().position(|l| l.kind == PUT).unwrap();
    w.accepts(on_leg(&w, put, ALL));
    assert_eq!(w.margin(Bob).leg_count, 2);
    w.accepts(on_leg(&w, 0, 1));
    assert_eq!(w.margin(Bob).legs[0].lots, -2_999);
    sound(&w);
}

#[test]
fn rejects_more_of_a_leg_than_restores_the_buffer() {
    let mut w = with_auction();
    w.rejects(on_leg(&w, 0, ALL), BeyondPlan);
    // Whatever the scenario named.
    for scenario in [0, 7, 32] {
        let args = BidArgs { leg: series(&w, 0), scenario, ..w.bid_args(Bob, ALL) };
        w.rejects(w.bid_with(Carol, Bob, args), BeyondPlan);
    }
    let mut share = 20_000;
    while health(&w) < 0 {
        w.accepts(on_leg(&w, 0, share));
        share += 1;
    }
    w.rejects(on_leg(&w, 0, share), NotLiquidatable);
    sound(&w);
}

#[test]
fn rejects_a_hedge_taken_alone() {
    let mut w = with_sick_bob();
    // A long call against the short ones.
    w.edit(&w.account_of(Bob), |a: &mut MarginAccount| a.legs[2] = Leg { lots: 500, strike: 6, ..a.legs[0] });
    w.accepts(w.start_auction(Bob));
    w.rejects(on_leg(&w, 2, 500_000), HealthWorsened);
}

#[test]
fn rejects_a_larger_bid_by_any_scenario() {
    let mut w = with_auction();
    let worst = w.bid_args(Bob, ALL);
    let plan = w.preview(Bob).due.share_ppm;
    let lots: u64 = w.margin(Bob).legs().iter().map(|l| l.lots.unsigned_abs()).sum();
    let frozen = w.raw(&w.account_of(Bob));
    for scenario in 0..33 {
        let args = BidArgs { scenario, ..worst };
        let Ok(_) = w.send(&[w.bid_with(Carol, Bob, args)]) else {
            w.rejects(w.bid_with(Carol, Bob, args), NotLiquidatable);
            continue;
        };
        let left: u64 = w.margin(Bob).legs().iter().map(|l| l.lots.unsigned_abs()).sum();
        assert!((lots - left) * 1_000_000 <= lots * plan + 3_000_000, "{scenario}: {left} of {lots}, {plan}");
        let carol = MarginAccount { leg_count: 0, cash: COLLATERAL, ..w.margin(Carol) };
        w.edit(&w.account_of(Carol), |a: &mut MarginAccount| *a = carol);
        w.place(w.account_of(Bob), frozen.clone());
    }
    w.rejects(w.bid_with(Carol, Bob, BidArgs { scenario: 33, ..worst }), UnknownScenario);
}

#[test]
fn rejects_a_bid_without_an_auction_or_for_another_one() {
    let mut w = with_sick_bob();
    w.rejects(w.bid(Carol, Bob, ALL), NoAuction);
    w.accepts(w.start_auction(Bob));
    let first = w.bid(Carol, Bob, ALL);
    let next = BidArgs { auction_id: 2, ..w.bid_args(Bob, ALL) };
    w.rejects(w.bid_with(Carol, Bob, next), AuctionChanged);
    live(&mut w, 310);
    w.rejects(first.clone(), AuctionLapsed);
    w.accepts(w.start_auction(Bob));
    w.rejects(first, AuctionChanged);
}

#[test]
fn rejects_a_bid_after_the_owner_cured_the_account() {
    let mut w = with_auction();
    let bid = w.bid(Carol, Bob, ALL);
    let gap = health(&w).unsigned_abs();
    w.accepts(w.deposit(Bob, gap));
    w.rejects(bid, NotLiquidatable);
    let leg = on_leg(&w, 0, CENT);
    w.rejects(leg, NotLiquidatable);
}

#[test]
fn rejects_a_leg_that_the_account_does_not_hold() {
    let mut w = with_auction();
    let held = series(&w, 0);
    // Another expiry, strike, kind; none at all; a place.
    for leg in [held + 7, held + (1 << 16), held + (1 << 24), held + (2 << 24), u32::MAX - 1, 0] {
        w.rejects(w.bid_with(Carol, Bob, BidArgs { leg, ..w.bid_args(Bob, CENT) }), NoSuchLeg);
    }
}

#[test]
fn allows_a_bid_for_a_leg_wherever_it_has_moved() {
    let mut w = with_auction();
    let bid = on_leg(&w, 2, CENT);
    let put = w.margin(Bob).legs[2];
    w.edit(&w.account_of(Bob), |a: &mut MarginAccount| a.legs.swap(0, 2));
    w.accepts(bid);
    let bob = w.margin(Bob);
    assert_eq!((bob.legs[0].key(), bob.legs[0].lots), (put.key(), put.lots * 99 / 100));
    sound(&w);
}

#[test]
fn rejects_a_share_outside_its_range() {
    let mut w = with_auction();
    for ppm in [0, 1_000_001] {
        w.rejects(w.bid(Carol, Bob, ppm), InvalidShare);
    }
}

#[test]
fn rejects_a_payment_below_the_liquidators_minimum() {
    let mut w = with_auction();
    let greedy = BidArgs { min_payment: i64::MAX, ..w.bid_args(Bob, ALL) };
    w.rejects(w.bid_with(Carol, Bob, greedy), PaymentTooSmall);
    w.rejects(
        w.bid_with(Carol, Bob, BidArgs { leg: series(&w, 0), share_ppm: CENT, ..greedy }),
        PaymentTooSmall,
    );
}

#[test]
fn rejects_a_bid_of_the_owner_or_of_anybody_with_a_key_in_both() {
    let mut w = with_auction();
    w.accepts(w.open_account(Bob, 1));
    let second = pda::margin_account(&w.market(), &w.key(Bob), 1);
    let itself = swap(w.bid(Carol, Bob, ALL), &w.account_of(Carol), &second);
    w.rejects(swap(itself, &w.key(Carol), &w.key(Bob)), OwnAuction);

    let delegate = |w: &mut Bank, who: Who, to: Address| {
        w.edit(&w.account_of(who), |a: &mut MarginAccount| a.delegate = to);
    };
    let (bob, carol, stranger) = (w.key(Bob), w.key(Carol), w.key(Stranger));
    for (of_bob, of_carol) in [(carol, Address::default()), (Address::default(), bob), (stranger, stranger)] {
        delegate(&mut w, Bob, of_bob);
        delegate(&mut w, Carol, of_carol);
        w.rejects(w.bid(Carol, Bob, ALL), OwnAuction);
        w.rejects(on_leg(&w, 0, CENT), OwnAuction);
    }
    // The delegate signs.
    delegate(&mut w, Carol, stranger);
    w.rejects(swap(w.bid(Carol, Bob, ALL), &carol, &stranger), OwnAuction);
    delegate(&mut w, Bob, Address::default());
    w.accepts(swap(w.bid(Carol, Bob, ALL), &carol, &stranger));
}

#[test]
fn rejects_the_account_itself_as_liquidator() {
    let mut w = with_auction();
    let itself = swap(w.bid(Carol, Bob, ALL), &w.account_of(Carol), &w.account_of(Bob));
    w.rejects(itself, refusal::DUPLICATE_MUTABLE);
}

#[test]
fn rejects_somebody_elses_account_as_liquidator() {
    let mut w = with_auction();
    let theft = swap(w.bid(Carol, Bob, ALL), &w.key(Carol), &w.key(Stranger));
    w.rejects(theft, NotAccountAuthority);
}

#[test]
fn rejects_a_liquidator_below_its_initial_margin() {
    let mut w = with_auction();
    w.rejects(w.bid(Stranger, Bob, ALL), BelowInitialMargin);
}

#[test]
fn allows_a_liquidator_that_only_the_scenarios_show_to_be_safe() {
    let mut w = with_auction();
    // Long of what Bob is short of: the book that remains needs little, whatever each leg might lose alone.
    let alice = w.preview(Alice);
    assert!(alice.measure.exposure.totals.bound > alice.measure.exposure.worst_loss());
    let spare = w.margin(Alice).cash - 1_000_000_000;
    w.edit(&w.account_of(Alice), |a: &mut MarginAccount| a.cash -= spare);
    w.edit(&pda::ledger(&w.market()), |l: &mut Ledger| l.claims -= spare);
    w.accepts(w.bid(Alice, Bob, ALL));
    assert!(w.preview(Alice).initial_health().unwrap() >= 0);
}

#[test]
fn rejects_a_bid_above_reduce_only() {
    let mut w = with_auction();
    w.accepts(w.trip(Guardian, 2, false));
    w.accepts(w.bid(Carol, Bob, CENT));
    w.warp(61);
    w.accepts(w.report_fault(Stranger, 1, None));
    w.rejects(w.bid(Carol, Bob, ALL), ActionClosed);
}

#[test]
fn rejects_a_bid_without_a_quorum_or_on_stale_arrays() {
    let mut w = with_auction();
    w.silence();
    w.rejects(w.bid(Carol, Bob, ALL), NoOracleQuorum);
    w.warp(30);
    w.rejects(w.bid(Carol, Bob, ALL), MarkTooOld);
    w.warp(240);
    w.price(MARK);
    w.rejects(w.bid(Carol, Bob, ALL), StaleRiskArray);
    w.freshen();
    without_grace(&mut w);
    w.accepts(w.bid(Carol, Bob, ALL));
}

#[test]
fn rejects_a_bid_across_a_settlement() {
    let mut w = with_auction();
    w.warp_to(START + DAY - 100);
    w.move_to(MARK);
    let bid = w.bid(Carol, Bob, ALL);
    let leg = on_leg(&w, 0, CENT);
    w.warp_to(START + DAY - 1);
    w.move_to(MARK);
    without_grace(&mut w);
    w.rejects(bid, SettleFirst);
    w.rejects(leg, SettleFirst);
    // Nor with a leg that expires later, while nobody knows what the others come to.
    let far = w.margin(Bob).legs().iter().position(|l| l.expiry_id == w.far).unwrap();
    w.rejects(on_leg(&w, far, CENT), SettleFirst);
}

#[test]
fn rejects_missing_arrays_and_accounts_of_another_market() {
    let mut w = with_auction();
    let good = w.bid(Carol, Bob, ALL);
    let mut bare = good.clone();
    bare.accounts.pop();
    w.rejects(bare, MissingRiskArray);
    let (here, there) = (w.market(), w.foreign.market);
    let swaps = [
        (pda::oracle(&here), pda::oracle(&there)),
        (pda::shard(&here, 0), pda::shard(&there, 0)),
        (w.account_of(Bob), w.account_of(Foreigner)),
        (w.account_of(Carol), w.account_of(Foreigner)),
        (here, there),
    ];
    for (from, to) in swaps {
        w.rejects(swap(good.clone(), &from, &to), WrongMarket);
    }
}
