//! `open_shard`, `collect_fees`.

use crate::prelude::*;

#[test]
fn allows_eight_shards_in_order() {
    let mut w = Bank::bank();
    w.rejects(w.open_shard(Stranger, SHARDS + 1), InvalidShard);
    for index in SHARDS..8 {
        w.accepts(w.open_shard(Stranger, index));
    }
    let last: OiShard = w.state(&pda::shard(&w.market(), 7));
    assert_eq!(last.index, 7);
    w.rejects(w.open_shard(Stranger, 8), InvalidShard);
}

#[test]
fn rejects_a_shard_at_another_address() {
    let mut w = Bank::bank();
    let good = w.open_shard(Stranger, SHARDS);
    let (from, to) = (pda::shard(&w.market(), SHARDS), pda::shard(&w.foreign.market, SHARDS));
    w.rejects(swap(good, &from, &to), InstructionError::InvalidSeeds);
}

#[test]
fn conserves_fees_swept_by_anybody() {
    let mut w = with_trade(100);
    let shard: OiShard = w.state(&pda::shard(&w.market(), 0));
    assert!(shard.fees > 0);
    w.accepts(w.collect_fees(0));
    let pool: Pool = w.state(&pda::pool(&w.market()));
    assert_eq!((pool.cash, pool.income_total), (STAKE + shard.fees, shard.fees));
    sound(&w);
    w.accepts(w.collect_fees(0));
    sound(&w);
}

#[test]
fn rejects_the_shard_of_another_market() {
    let mut w = Bank::bank();
    let (here, there) = (pda::shard(&w.market(), 0), pda::shard(&w.foreign.market, 0));
    w.rejects(swap(w.collect_fees(0), &here, &there), WrongMarket);
}
