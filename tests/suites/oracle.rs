//! `update_oracle`: the mark, and every way a source can fail without failing the update.

use {
    crate::prelude::*,
    bulkhead_drill::pyth,
    bulkhead_sdk::risk::oracle::{Grade, Reason, Verdict},
};

fn verdicts(w: &Bank) -> Vec<u8> {
    w.oracle().registered().iter().map(|s| s.health.verdict).collect()
}

#[test]
fn allows_anybody_to_form_the_median() {
    let mut w = Bank::bank();
    w.warp(1);
    for (i, price) in [PRICE, PRICE + 2_000_000, PRICE + 1_000_000].into_iter().enumerate() {
        w.stage.speak(i, price).unwrap();
    }
    w.accepts(w.update_oracle());
    let oracle = w.oracle();
    assert_eq!((oracle.mark.price, oracle.mark.grade), (PRICE + 1_000_000, Grade::A as u8));
    assert_eq!(oracle.mark.at, START + 1);
}

/// Ten seconds later the sources say these prices.
fn say(w: &mut Bank, prices: [u64; 3]) {
    w.warp(10);
    for (source, price) in prices.into_iter().enumerate() {
        w.stage.speak(source, price).unwrap();
    }
    w.accepts(w.update_oracle());
}

fn graded(w: &Bank) -> (Grade, Reason) {
    w.oracle().grade_at(&params(), w.now())
}

#[test]
fn allows_a_round_with_a_liar_and_quarantines_it_after_three() {
    let mut w = Bank::bank();
    for round in 1..=3 {
        say(&mut w, [PRICE, PRICE, PRICE * 2]);
        assert_eq!(w.oracle().mark.price, PRICE, "round {round}");
        assert_eq!(graded(&w), (Grade::C, Reason::BareQuorum));
        assert_eq!(verdicts(&w)[2], Verdict::Outlier as u8);
    }
    w.price(PRICE);
    assert_eq!(verdicts(&w)[2], Verdict::Quarantined as u8);
    w.warp(3_600);
    w.price(PRICE);
    assert_eq!(verdicts(&w)[2], Verdict::Watched as u8);
    for _ in 0..100 {
        w.price(PRICE);
    }
    assert_eq!((verdicts(&w)[2], graded(&w).0), (Verdict::Valid as u8, Grade::A));
}

#[test]
fn rejects_liquidation_and_new_risk_until_a_large_move_is_confirmed() {
    let mut w = with_sick_bob();
    let fallen = PRICE / 10 * 11;
    let args = w.at_mark(w.near, 4, CALL, 1);
    w.edit(&pda::oracle(&w.market()), |o: &mut OracleAggregate| o.sources[2].group = 9);
    // Two of three are a quorum, and too few for a fall of 7 % at once.
    for _ in 0..3 {
        w.price_by(&[0, 1], fallen);
        assert_eq!(graded(&w), (Grade::D, Reason::MoveUnconfirmed));
        w.rejects(w.trade(Alice, Bob, args), MoveUnconfirmed);
        w.rejects(w.start_auction(Bob), MoveUnconfirmed);
        // Nor may anybody close the market over it.
        w.rejects(w.report_fault(Stranger, 1, None), FaultNotProven);
    }
    w.price_by(&[0, 1], fallen);
    assert_eq!((w.oracle().mark.price, graded(&w).0), (fallen, Grade::C));
}

#[test]
fn rejects_liquidation_and_new_risk_until_a_quorum_has_held_after_an_outage() {
    let mut w = with_sick_bob();
    let mark = w.oracle().mark.price;
    let args = w.at_mark(w.near, 4, CALL, 1);
    w.warp(61);
    for _ in 0..9 {
        w.price_by(&[0, 1, 2], mark);
        assert_eq!(graded(&w), (Grade::D, Reason::Resuming));
        w.rejects(w.trade(Alice, Bob, args), OracleResuming);
        w.rejects(w.start_auction(Bob), OracleResuming);
        w.rejects(w.report_fault(Stranger, 1, None), FaultNotProven);
    }
    w.price_by(&[0, 1, 2], mark);
    without_grace(&mut w);
    w.accepts(w.start_auction(Bob));
    w.accepts(w.bid(Carol, Bob, ALL));
}

#[test]
fn rejects_new_risk_on_a_mark_too_old_or_too_uncertain_for_it() {
    let mut w = Bank::bank();
    w.freshen();
    w.warp(10);
    let args = w.at_mark(w.near, 4, CALL, 1);
    w.accepts(w.trade(Alice, Bob, args));
    w.warp(1);
    w.rejects(w.trade(Alice, Bob, args), MarkTooOld);
    w.freshen();
    // Sources half a percent unsure of themselves, and a little more.
    w.edit(&pda::oracle(&w.market()), |o: &mut OracleAggregate| o.mark.confidence = PRICE / 200);
    w.accepts(w.trade(Alice, Bob, args));
    w.edit(&pda::oracle(&w.market()), |o: &mut OracleAggregate| o.mark.confidence = PRICE / 200 + 1);
    w.rejects(w.trade(Alice, Bob, args), MarkTooUncertain);
}

#[test]
fn allows_a_round_without_a_quorum_and_keeps_the_old_mark() {
    let mut w = Bank::bank();
    w.warp(61);
    w.stage.speak(0, PRICE / 2).unwrap();
    w.accepts(w.update_oracle());
    let oracle = w.oracle();
    assert_eq!((oracle.mark.price, oracle.mark.grade, oracle.mark.at), (PRICE, Grade::D as u8, START));
    assert_eq!(oracle.mark.healthy_rounds, 0);
}

#[test]
fn allows_one_group_no_quorum_alone() {
    let mut w = Bank::bank();
    w.edit(&pda::oracle(&w.market()), |o: &mut OracleAggregate| o.sources[1].group = 0);
    w.warp(61);
    w.price_by(&[0, 1], PRICE);
    assert_eq!(w.oracle().mark.grade, Grade::D as u8);
}

#[test]
fn allows_pyth_push_and_pull_sources() {
    let mut w = Bank::bank();
    let feed_id = [0xb7; 32];
    let (push, pull) = (Keypair::new().pubkey(), Keypair::new().pubkey());
    w.edit(&w.market(), |m: &mut Market| m.next_expiry_id = 1);
    w.accepts(w.register_source(Governor, source_kind::PYTH_PUSH, 3, push));
    w.accepts(w.register_source(Governor, source_kind::PYTH_PULL, 4, pull));
    w.edit(&pda::oracle(&w.market()), |o: &mut OracleAggregate| o.sources[4].feed_id = feed_id);
    w.stage.source_keys.extend([push, pull]);
    w.warp(1);
    for source in 0..3 {
        w.stage.speak(source, PRICE).unwrap();
    }
    let slot = w.slot();
    let good_push = pyth::push_account(PRICE, 1_000, START + 1, slot);
    let good_pull = pyth::pull_account(&feed_id, PRICE, 1_000, START + 1, slot);
    w.place(push, good_push.clone());
    w.place(pull, good_pull.clone());
    w.accepts(w.update_oracle());
    assert_eq!(verdicts(&w), [Verdict::Valid as u8; 5]);
    assert_eq!((w.oracle().mark.price, w.oracle().mark.grade), (PRICE, Grade::A as u8));

    // Forged, truncated, partially verified, of another feed, closed: unreadable, and the round goes on.
    let forged = |account: &solana_account::Account| solana_account::Account {
        owner: ix::SYSTEM_PROGRAM,
        ..account.clone()
    };
    let cut = |account: &solana_account::Account, length: usize| {
        let mut account = account.clone();
        account.data.truncate(length);
        account
    };
    let partly = {
        let mut account = good_pull.clone();
        account.data[40] = 0;
        account
    };
    let other_feed = pyth::pull_account(&[1; 32], PRICE, 1_000, START + 1, slot);
    let empty = bulkhead_tests::machine::wallet(1);
    let bad = [
        (forged(&good_push), forged(&good_pull)),
        (cut(&good_push, 200), cut(&good_pull, 100)),
        (cut(&good_push, 0), partly),
        (good_pull.clone(), other_feed),
        (empty.clone(), empty),
    ];
    for (bad_push, bad_pull) in bad {
        w.place(push, bad_push);
        w.place(pull, bad_pull);
        w.warp(1);
        w.accepts(w.update_oracle());
        assert_eq!(verdicts(&w)[3..], [Verdict::Unreadable as u8; 2]);
        assert_eq!(w.oracle().mark.price, PRICE);
    }
}

#[test]
fn allows_no_replay_of_an_older_price() {
    let mut w = Bank::bank();
    w.price(PRICE);
    let key = w.stage.source_keys[0];
    w.edit(&key, |f: &mut PublisherFeed| f.publish_time = START);
    w.warp(1);
    w.accepts(w.update_oracle());
    assert_eq!(verdicts(&w)[0], Verdict::Unreadable as u8);
}

#[test]
fn rejects_two_updates_in_one_second() {
    let mut w = Bank::bank();
    w.rejects(w.update_oracle(), AlreadyUpdated);
}

#[test]
fn rejects_sources_left_out_added_reordered_or_replaced() {
    let mut w = Bank::bank();
    w.warp(1);
    let good = w.update_oracle();
    let mut short = good.clone();
    short.accounts.pop();
    w.rejects(short, SourceAccountsMismatch);
    let mut long = good.clone();
    long.accounts.push(good.accounts[2].clone());
    w.rejects(long, SourceAccountsMismatch);
    let mut reordered = good.clone();
    reordered.accounts.swap(2, 3);
    w.rejects(reordered, SourceAccountsMismatch);
    let mut repeated = good.clone();
    repeated.accounts[3] = good.accounts[2].clone();
    w.rejects(repeated, SourceAccountsMismatch);
    let forged = w.forge(&good.accounts[2].pubkey);
    w.rejects(swap(good.clone(), &good.accounts[2].pubkey, &forged), SourceAccountsMismatch);
    let (here, there) = (pda::oracle(&w.market()), pda::oracle(&w.foreign.market));
    w.rejects(swap(good, &here, &there), WrongMarket);
}
