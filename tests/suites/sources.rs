//! The registry of price sources: `register_source`, the proposal of one, `quarantine_source`, `remove_source`.

use {
    crate::prelude::*,
    bulkhead_sdk::{
        bulkhead::{instructions::propose::ProposeArgs, state::SourceSpec},
        risk::oracle::{Grade, Reason, State, Verdict},
    },
};

const TIMELOCK: i64 = 2 * DAY;

fn key() -> Address {
    Keypair::new().pubkey()
}

fn delay() -> i64 {
    i64::try_from(params().source_delay_seconds).unwrap()
}

/// A market that has no expiries yet.
fn bare() -> Bank {
    let mut w = Bank::bank();
    w.edit(&w.market(), |m: &mut Market| m.next_expiry_id = 1);
    w
}

fn new_source(kind: u8, group: u8, key: Address) -> ProposeArgs {
    ProposeArgs { source: SourceSpec { kind, group, key, feed_id: [0; 32] }, ..proposal(kind::ADD_SOURCE) }
}

fn states(w: &Bank) -> Vec<State> {
    w.oracle().registered().iter().map(|s| State::from_byte(s.health.state)).collect()
}

/// A world with a fourth publisher's feed, proposed and executed: an observer.
fn with_observer() -> Bank {
    let mut w = Bank::bank();
    w.add_publisher();
    let feed = pda::feed(&w.market(), &w.key(Publisher(3)));
    w.accepts(w.propose(Governor, new_source(source_kind::PUBLISHER, 3, feed)));
    w.warp(TIMELOCK);
    w.accepts(w.execute_proposal(0, true));
    w.stage.source_keys.push(feed);
    w
}

#[test]
fn allows_sources_of_a_market_without_expiries_to_vote_at_once() {
    let mut w = bare();
    w.accepts(w.register_source(Governor, source_kind::PYTH_PUSH, 63, key()));
    assert_eq!((w.oracle().source_count, states(&w)[3]), (4, State::Healthy));
}

#[test]
fn allows_a_proposed_source_to_vote_after_timelock_time_and_good_rounds() {
    let mut w = with_observer();
    let oracle = w.oracle();
    assert_eq!((oracle.source_count, states(&w)[3]), (4, State::Observer));
    assert_eq!(oracle.sources[3].health.until, START + TIMELOCK + delay());
    // It is judged and neither counted nor missed: three of three sources agree.
    for _ in 0..10 {
        w.price_by(&[0, 1, 2, 3], PRICE);
    }
    assert_eq!((w.oracle().mark.grade, w.oracle().sources[3].health.good_rounds), (Grade::A as u8, 10));
    assert_eq!(w.oracle().sources[3].health.verdict, Verdict::Watched as u8);
    w.warp(delay());
    for _ in 0..89 {
        w.price_by(&[0, 1, 2, 3], PRICE);
    }
    assert_eq!(states(&w)[3], State::Observer);
    w.price(PRICE);
    assert_eq!(states(&w)[3], State::Healthy);
    w.price(PRICE);
    assert_eq!(w.oracle().sources[3].health.verdict, Verdict::Valid as u8);
}

#[test]
fn allows_no_lying_observer_to_touch_the_mark() {
    let mut w = with_observer();
    w.warp(1);
    for source in 0..4 {
        w.stage.speak(source, if source == 3 { PRICE * 13 } else { PRICE }).unwrap();
    }
    w.accepts(w.update_oracle());
    assert_eq!((w.oracle().mark.price, w.oracle().sources[3].health.good_rounds), (PRICE, 0));
    assert_eq!(w.oracle().sources[3].health.verdict, Verdict::Outlier as u8);
}

#[test]
fn rejects_a_source_of_a_live_market_without_the_timelock() {
    let mut w = Bank::bank();
    w.rejects(w.register_source(Governor, source_kind::PUBLISHER, 3, key()), SourceNeedsTimelock);
    w.accepts(w.propose(Governor, new_source(source_kind::PUBLISHER, 3, key())));
    w.warp(TIMELOCK - 1);
    w.rejects(w.execute_proposal(0, true), TimelockRunning);
}

#[test]
fn rejects_a_stranger() {
    let mut w = bare();
    let first = w.stage.source_keys[0];
    w.rejects(w.register_source(Stranger, source_kind::PUBLISHER, 3, key()), NotGovernor);
    w.rejects(w.remove_source(Guardian, first), NotGovernor);
    w.rejects(w.quarantine_source(Stranger, first), NotGuardian);
}

#[test]
fn rejects_unknown_kinds_groups_and_repeated_keys() {
    let mut w = bare();
    let known = w.stage.source_keys[0];
    let beyond = source_kind::LAST + 1;
    let bad = [(0, 0, key()), (beyond, 0, key()), (1, 64, key()), (1, 0, Address::default())];
    for (kind, group, key) in bad {
        w.rejects(w.register_source(Governor, kind, group, key), InvalidSource);
        w.rejects(w.propose(Governor, new_source(kind, group, key)), InvalidSource);
    }
    w.rejects(w.register_source(Governor, 1, 0, known), InvalidSource);
}

#[test]
fn rejects_a_ninth_source() {
    let mut w = bare();
    for group in 3..8 {
        w.accepts(w.register_source(Governor, source_kind::PUBLISHER, group, key()));
    }
    w.rejects(w.register_source(Governor, source_kind::PUBLISHER, 8, key()), TooManySources);
}

#[test]
fn rejects_the_oracle_of_another_market() {
    let mut w = bare();
    let (here, there) = (pda::oracle(&w.market()), pda::oracle(&w.foreign.market));
    let first = w.stage.source_keys[0];
    for call in [
        w.register_source(Governor, source_kind::PUBLISHER, 3, key()),
        w.remove_source(Governor, first),
        w.quarantine_source(Guardian, first),
    ] {
        w.rejects(swap(call, &here, &there), WrongMarket);
    }
    w.accepts(w.propose(Governor, new_source(source_kind::PUBLISHER, 3, key())));
    w.warp(TIMELOCK);
    w.rejects(swap(w.execute_proposal(0, true), &here, &there), WrongMarket);
}

#[test]
fn allows_the_governor_to_remove_a_source_at_once() {
    let mut w = Bank::bank();
    let [first, second, third] = [0, 1, 2].map(|i| w.stage.source_keys[i]);
    w.accepts(w.remove_source(Governor, second));
    let left: Vec<Address> = w.oracle().registered().iter().map(|s| s.key).collect();
    assert_eq!(left, [first, third]);
    assert_eq!(w.oracle().sources[2].kind, 0);
    w.stage.source_keys.remove(1);
    w.stage.sources.remove(1);
    // For some days two of what were three are no more than that.
    w.price(PRICE);
    assert_eq!(w.oracle().mark.grade, Grade::C as u8);
    w.accepts(w.remove_source(Governor, third));
    w.stage.source_keys.pop();
    w.stage.sources.pop();
    w.price(PRICE);
    assert_eq!(w.oracle().grade_at(&params(), w.now()), (Grade::D, Reason::NoQuorum));
    w.rejects(w.remove_source(Governor, second), UnknownSource);
}

#[test]
fn allows_a_guardian_to_quarantine_a_source_that_comes_back_on_probation() {
    let mut w = Bank::bank();
    let second = w.stage.source_keys[1];
    w.accepts(w.quarantine_source(Guardian, second));
    w.price(PRICE);
    let oracle = w.oracle();
    assert_eq!(oracle.sources[1].health.verdict, Verdict::Quarantined as u8);
    assert_eq!((oracle.mark.price, oracle.mark.grade), (PRICE, Grade::C as u8));
    w.warp(3_600);
    for _ in 0..100 {
        w.price(PRICE);
    }
    assert_eq!(states(&w)[1], State::Healthy);
}

#[test]
fn rejects_a_quarantine_that_leaves_no_quorum() {
    let mut w = bare();
    // Two of four would be a quorum by number, and no majority.
    w.accepts(w.register_source(Governor, source_kind::PYTH_PUSH, 9, key()));
    let fourth = w.oracle().sources[3].key;
    w.accepts(w.quarantine_source(Guardian, fourth));
    let first = w.stage.source_keys[0];
    w.rejects(w.quarantine_source(Guardian, first), TooFewVoters);
    // Two of three from one group are none either.
    let mut w = Bank::bank();
    w.edit(&pda::oracle(&w.market()), |o: &mut OracleAggregate| o.sources[1].group = o.sources[2].group);
    w.rejects(w.quarantine_source(Guardian, first), TooFewVoters);
    let mut w = Bank::bank();
    let [first, second] = [0, 1].map(|i| w.stage.source_keys[i]);
    w.accepts(w.quarantine_source(Governor, first));
    w.rejects(w.quarantine_source(Guardian, second), TooFewVoters);
    w.rejects(w.quarantine_source(Guardian, key()), UnknownSource);
}
