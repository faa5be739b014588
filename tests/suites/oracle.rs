//! `update_oracle`: the mark, and every way a source can fail without failing the update.

use {
    crate::prelude::*,
    bulkhead_drill::pyth,
    bulkhead_sdk::risk::oracle::{Grade, Verdict},
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

#[test]
fn allows_a_round_with_a_liar_and_quarantines_it_after_three() {
    let mut w = Bank::bank();
    for round in 1..=3 {
        w.warp(1);
        for source in 0..3 {
            w.stage.speak(source, if source == 2 { PRICE * 2 } else { PRICE }).unwrap();
        }
        w.accepts(w.update_oracle());
        assert_eq!((w.oracle().mark.price, w.oracle().mark.grade), (PRICE, Grade::C as u8), "round {round}");
        assert_eq!(verdicts(&w)[2], Verdict::Outlier as u8);
    }
    w.price(PRICE);
    assert_eq!(verdicts(&w)[2], Verdict::Quarantined as u8);
    w.warp(3_600);
    w.price(PRICE);
    assert_eq!(verdicts(&w)[2], Verdict::Valid as u8);
    assert_eq!(w.oracle().mark.grade, Grade::A as u8);
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
    w.edit(&w.market(), |m: &mut Market| m.expiries = [0; 8]);
    w.accepts(w.register_source(Governor, source_kind::PYTH_PUSH, 3, push));
    w.accepts(w.register_source(Governor, source_kind::PYTH_PULL, 4, pull));
    w.edit(&pda::oracle(&w.market()), |o: &mut OracleAggregate| o.sources[4].feed_id = feed_id);
    w.stage.source_keys.extend([push, pull]);
    w.warp(1);
    for source in 0..3 {
        w.stage.speak(source, PRICE).unwrap();
    }
    let good_push = pyth::push_account(PRICE, 1_000, START + 1, 1);
    let good_pull = pyth::pull_account(&feed_id, PRICE, 1_000, START + 1, 1);
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
    let other_feed = pyth::pull_account(&[1; 32], PRICE, 1_000, START + 1, 1);
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
