//! `register_source`.

use crate::prelude::*;

fn key() -> Address {
    Keypair::new().pubkey()
}

#[test]
fn allows_new_sources_that_vote_after_the_delay() {
    let mut w = Bank::bank();
    w.accepts(w.register_source(Governor, source_kind::PYTH_PUSH, 63, key()));
    let oracle = w.oracle();
    assert_eq!(oracle.source_count, 4);
    let delay = i64::try_from(params().source_delay_seconds).unwrap();
    assert_eq!(oracle.sources[3].active_at, START + delay);
    assert_eq!(oracle.sources[0].active_at, START);
}

#[test]
fn allows_every_kind_of_source() {
    let mut w = Bank::bank();
    for kind in source_kind::PUBLISHER..=source_kind::CHAINLINK {
        w.accepts(w.register_source(Governor, kind, kind, key()));
    }
    let kinds: Vec<u8> = w.oracle().sources[3..].iter().map(|source| source.kind).collect();
    assert_eq!(kinds, [1, 2, 3, 4, 5]);
}

#[test]
fn rejects_a_stranger() {
    let mut w = Bank::bank();
    w.rejects(w.register_source(Stranger, source_kind::PUBLISHER, 3, key()), NotGovernor);
}

#[test]
fn rejects_unknown_kinds_groups_and_repeated_keys() {
    let mut w = Bank::bank();
    let known = w.stage.source_keys[0];
    let bad = [(0, 0, key()), (6, 0, key()), (1, 64, key()), (1, 0, known), (1, 0, Address::default())];
    for (kind, group, key) in bad {
        w.rejects(w.register_source(Governor, kind, group, key), InvalidSource);
    }
}

#[test]
fn rejects_a_ninth_source() {
    let mut w = Bank::bank();
    for group in 3..8 {
        w.accepts(w.register_source(Governor, source_kind::PUBLISHER, group, key()));
    }
    w.rejects(w.register_source(Governor, source_kind::PUBLISHER, 8, key()), TooManySources);
}

#[test]
fn rejects_the_oracle_of_another_market() {
    let mut w = Bank::bank();
    let (here, there) = (pda::oracle(&w.market()), pda::oracle(&w.foreign.market));
    let call = w.register_source(Governor, source_kind::PUBLISHER, 3, key());
    w.rejects(swap(call, &here, &there), WrongMarket);
}
