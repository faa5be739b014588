//! `observe_settlement`, `propose_settlement`, `dispute_settlement`, `return_bond`.

use {crate::prelude::*, bulkhead_sdk::risk::settlement::Tier};

/// Quote atoms of a bond.
const BOND: u64 = 1_000_000_000;
/// The farthest prices that may be named beside the reference, which is `PRICE`.
const BAND: [u64; 2] = [PRICE * 4 / 5, PRICE * 6 / 5];

fn pool(w: &Bank) -> Pool {
    w.state(&pda::pool(&w.market()))
}

#[test]
fn conserves_an_undisputed_proposal() {
    let mut w = with_proposal(8_600_000_000);
    sound(&w);
    let expiry = w.expiry(w.near);
    assert_eq!((expiry.proposal.price, expiry.proposal.bond, expiry.reference), (8_600_000_000, BOND, PRICE));
    w.warp(7_199);
    w.rejects(w.fix_settlement(w.near), NotFixable);
    w.warp(1);
    w.accepts(w.fix_settlement(w.near));
    let expiry = w.expiry(w.near);
    assert_eq!((expiry.settlement_price, expiry.tier), (8_600_000_000, Tier::Proposed as u8));
    sound(&w);
    let cash = w.margin(Carol).cash;
    w.accepts(w.return_bond(w.near, Carol));
    assert_eq!((w.margin(Carol).cash, w.margin(Carol).bonds), (cash + BOND, 0));
    sound(&w);
}

#[test]
fn conserves_a_dispute_that_the_nearer_price_wins() {
    // The proposal is 100 off, the other 40; then the other way round.
    for (proposed, disputing, winner, loser) in [(100, 40, Alice, Carol), (40, 100, Carol, Alice)] {
        let mut w = with_proposal(PRICE + proposed);
        w.accepts(w.dispute_price(Alice, w.near, PRICE - disputing));
        sound(&w);
        let before = pool(&w).cash;
        // At once: a dispute leaves nothing to wait for.
        w.accepts(w.fix_settlement(w.near));
        let expiry = w.expiry(w.near);
        assert_eq!((expiry.settlement_price, expiry.tier), (PRICE, Tier::Reference as u8));
        assert_eq!(pool(&w).cash, before + BOND / 2);
        sound(&w);
        for (who, back) in [(winner, BOND + BOND / 2), (loser, 0)] {
            let cash = w.margin(who).cash;
            w.accepts(w.return_bond(w.near, who));
            assert_eq!((w.margin(who).cash, w.margin(who).bonds), (cash + back, 0));
            sound(&w);
        }
    }
}

#[test]
fn conserves_both_bonds_of_a_tie() {
    let mut w = with_proposal(PRICE + 100);
    w.accepts(w.dispute_price(Carol, w.near, PRICE - 100));
    let (before, cash) = (pool(&w).cash, w.margin(Carol).cash);
    assert_eq!(w.margin(Carol).bonds, 2);
    w.accepts(w.fix_settlement(w.near));
    // Both are of one account: one call returns both.
    w.accepts(w.return_bond(w.near, Carol));
    assert_eq!((pool(&w).cash, w.margin(Carol).cash, w.margin(Carol).bonds), (before, cash + 2 * BOND, 0));
    w.rejects(w.return_bond(w.near, Carol), NoBond);
    sound(&w);
}

#[test]
fn allows_the_same_reference_whoever_disputes_when() {
    for (after, at) in [(0, 0), (3_000, 60), (7_199, 100_000)] {
        let mut w = with_trade(10);
        fill_window(&mut w, START + DAY, 5, 8_600_000_000);
        w.warp_to(START + DAY + 3_600);
        w.accepts(w.propose_price(Carol, w.near, PRICE));
        w.warp(after);
        w.accepts(w.dispute_price(Alice, w.near, 9_000_000_000));
        fill_window(&mut w, START + DAY + 128 * 60, 128, 9_900_000_000);
        w.warp(at);
        w.accepts(w.fix_settlement(w.near));
        assert_eq!((w.expiry(w.near).settlement_price, w.expiry(w.near).tier), (8_600_000_000, 4));
    }
}

#[test]
fn rejects_a_proposal_too_early_too_late_or_beside_an_average() {
    let mut w = with_trade(10);
    w.warp_to(START + DAY - 1);
    w.rejects(w.propose_price(Carol, w.near, PRICE), NotObservable);
    w.warp_to(START + DAY + 3_599);
    w.rejects(w.propose_price(Carol, w.near, PRICE), ProposalsClosed);
    w.warp_to(START + DAY + 14_400);
    w.rejects(w.propose_price(Carol, w.near, PRICE), ProposalsClosed);
    w.accepts(w.fix_settlement(w.near));
    w.rejects(w.propose_price(Carol, w.near, PRICE), AlreadyFixed);
    let mut w = with_trade(10);
    fill_window(&mut w, START + DAY, 18, PRICE);
    w.warp_to(START + DAY + 3_600);
    w.rejects(w.propose_price(Carol, w.near, PRICE), ProposalsClosed);
}

#[test]
fn allows_the_last_second_for_a_proposal() {
    let mut w = with_trade(10);
    w.warp_to(START + DAY + 14_399);
    w.accepts(w.propose_price(Carol, w.near, PRICE));
    w.warp(7_199);
    w.rejects(w.fix_settlement(w.near), NotFixable);
    w.warp(1);
    w.accepts(w.fix_settlement(w.near));
}

#[test]
fn rejects_prices_beyond_the_band() {
    let mut w = with_trade(10);
    w.warp_to(START + DAY + 3_600);
    for price in [0, BAND[0] - 1, BAND[1] + 1, u64::MAX] {
        w.rejects(w.propose_price(Carol, w.near, price), PriceBeyondBand);
    }
    w.accepts(w.propose_price(Carol, w.near, BAND[0]));
    for price in [0, BAND[0] - 1, BAND[1] + 1, u64::MAX] {
        w.rejects(w.dispute_price(Alice, w.near, price), PriceBeyondBand);
    }
    w.accepts(w.dispute_price(Alice, w.near, BAND[1]));
}

#[test]
fn rejects_a_second_proposal() {
    let mut w = with_proposal(PRICE);
    w.rejects(w.propose_price(Alice, w.near, PRICE + 1), AlreadyProposed);
}

#[test]
fn rejects_disputes_of_nothing_of_the_same_price_and_out_of_time() {
    let mut w = with_trade(10);
    w.warp_to(START + DAY + 3_600);
    w.rejects(w.dispute_price(Alice, w.near, PRICE), NothingProposed);
    let mut w = with_proposal(PRICE);
    w.rejects(w.dispute_price(Alice, w.near, PRICE), SamePrice);
    w.accepts(w.dispute_price(Alice, w.near, PRICE + 1));
    w.rejects(w.dispute_price(Bob, w.near, PRICE + 2), DisputeClosed);
    w.accepts(w.fix_settlement(w.near));
    w.rejects(w.dispute_price(Bob, w.near, PRICE + 2), AlreadyFixed);
    let mut w = with_proposal(PRICE);
    w.warp(7_199);
    w.accepts(w.dispute_price(Alice, w.near, PRICE + 1));
    let mut w = with_proposal(PRICE);
    w.warp(7_200);
    w.rejects(w.dispute_price(Alice, w.near, PRICE + 1), DisputeClosed);
}

#[test]
fn rejects_a_bond_back_before_its_time_twice_or_to_another() {
    let mut w = with_proposal(PRICE);
    w.rejects(w.return_bond(w.near, Carol), NotFixed);
    w.warp(7_200);
    w.accepts(w.fix_settlement(w.near));
    w.rejects(w.return_bond(w.near, Alice), NoBond);
    w.accepts(w.return_bond(w.near, Carol));
    w.rejects(w.return_bond(w.near, Carol), NoBond);
}

#[test]
fn rejects_closing_an_account_that_a_bond_returns_to() {
    let mut w = with_trade(10);
    w.give_wallet(Stranger, BOND);
    w.warp_to(START + DAY + 3_600);
    w.accepts(w.propose_price(Stranger, w.near, PRICE));
    w.rejects(w.close_account(Stranger), AccountNotEmpty);
    w.accepts(w.dispute_price(Alice, w.near, PRICE + 1));
    w.accepts(w.fix_settlement(w.near));
    w.accepts(w.return_bond(w.near, Stranger));
    assert_eq!(w.margin(Stranger).cash, BOND + BOND / 2);
}

#[test]
fn rejects_a_bond_for_the_account_of_another_or_without_the_money() {
    let mut w = with_trade(10);
    w.warp_to(START + DAY + 3_600);
    let good = w.propose_price(Carol, w.near, PRICE);
    w.rejects(swap(good.clone(), &w.account_of(Carol), &w.account_of(Alice)), NotOwner);
    w.set_balance(&w.wallet_of(Carol), BOND - 1);
    w.rejects(good.clone(), refusal::TOKEN_INSUFFICIENT_FUNDS);
    w.set_balance(&w.wallet_of(Carol), BOND);
    w.accepts(good);
    let dispute = w.dispute_price(Alice, w.near, PRICE + 1);
    w.rejects(swap(dispute, &w.account_of(Alice), &w.account_of(Bob)), NotOwner);
}

#[test]
fn rejects_a_second_observation() {
    let mut w = with_trade(10);
    w.warp_to(START + DAY);
    w.accepts(w.observe_settlement(w.near));
    w.rejects(w.observe_settlement(w.near), AlreadyObserved);
}

#[test]
fn rejects_accounts_of_another_market() {
    let mut w = with_proposal(PRICE);
    let (here, there) = (w.market(), w.foreign.market);
    let expiries = (pda::expiry(&here, w.near), pda::expiry(&there, w.foreign_expiry));
    let oracles = (pda::oracle(&here), pda::oracle(&there));
    let ledgers = (pda::ledger(&here), pda::ledger(&there));
    let vaults = (pda::vault(&here), pda::vault(&there));
    let calls = [
        (w.observe_settlement(w.near), vec![oracles, expiries]),
        (w.propose_price(Carol, w.near, PRICE), vec![oracles, ledgers, expiries, vaults]),
        (w.dispute_price(Alice, w.near, PRICE + 1), vec![ledgers, expiries, vaults]),
        (w.return_bond(w.near, Carol), vec![(w.account_of(Carol), w.account_of(Foreigner))]),
    ];
    for (good, swaps) in calls {
        for (from, to) in swaps {
            w.rejects(swap(good.clone(), &from, &to), WrongMarket);
        }
    }
}
