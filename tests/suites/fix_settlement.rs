//! `fix_settlement`.

use {
    crate::prelude::*, bulkhead_sdk::bulkhead::state::oracle::TwapBucket,
    bulkhead_sdk::risk::settlement::Tier,
};

/// Fills `covered` of the thirty minutes before the near expiry with a price.
fn covered(w: &mut Bank, covered: u64, price: u64) {
    let last = u64::try_from(START + DAY).unwrap() / 60;
    w.edit(&pda::oracle(&w.market()), |o: &mut OracleAggregate| {
        for id in last - covered..last {
            let slot = usize::try_from(id % 128).unwrap();
            o.buckets[slot] = TwapBucket { id, price_seconds: price * 60, seconds: 60 };
        }
    });
}

#[test]
fn allows_the_average_of_a_full_window_at_once() {
    let mut w = with_trade(10);
    covered(&mut w, 27, 8_600_000_000);
    w.warp_to(START + DAY - 1);
    w.rejects(w.fix_settlement(w.near), NotFixable);
    w.warp(1);
    w.accepts(w.fix_settlement(w.near));
    let expiry = w.expiry(w.near);
    assert_eq!((expiry.settlement_price, expiry.tier), (8_600_000_000, Tier::FullWindow as u8));
    assert_eq!((expiry.long_lots_left, expiry.short_lots_left), (10, 10));
    assert_eq!(w.state::<Pool>(&pda::pool(&w.market())).settling, 1);
    sound(&w);
}

#[test]
fn allows_a_partial_window_after_a_wait() {
    let mut w = with_trade(10);
    covered(&mut w, 18, 8_600_000_000);
    w.warp_to(START + DAY + 599);
    w.rejects(w.fix_settlement(w.near), NotFixable);
    w.warp(1);
    w.accepts(w.fix_settlement(w.near));
    assert_eq!(w.expiry(w.near).tier, Tier::PartialWindow as u8);
}

#[test]
fn allows_the_last_stable_price_in_the_end() {
    let mut w = with_trade(10);
    w.warp_to(START + DAY + 3_599);
    w.rejects(w.fix_settlement(w.near), NotFixable);
    w.warp(1);
    w.accepts(w.fix_settlement(w.near));
    let expiry = w.expiry(w.near);
    assert_eq!((expiry.settlement_price, expiry.tier), (PRICE, Tier::LastStable as u8));
}

#[test]
fn allows_an_expiry_that_nobody_traded_to_end_at_once() {
    let mut w = Bank::bank();
    w.warp_to(START + DAY + 3_600);
    w.accepts(w.fix_settlement(w.near));
    assert_eq!(w.expiry(w.near).swept, 1);
    assert_eq!(w.state::<Pool>(&pda::pool(&w.market())).settling, 0);
    sound(&w);
}

#[test]
fn rejects_fixing_twice() {
    let mut w = with_fixed(10, PRICE);
    w.rejects(w.fix_settlement(w.near), AlreadyFixed);
}

#[test]
fn rejects_shards_left_out_repeated_reordered_or_foreign() {
    let mut w = with_trade(10);
    w.warp_to(START + DAY + 3_600);
    let good = w.fix_settlement(w.near);
    let mut short = good.clone();
    short.accounts.pop();
    w.rejects(short, ShardAccountsMismatch);
    let mut long = good.clone();
    long.accounts.push(AccountMeta::new_readonly(pda::shard(&w.market(), 1), false));
    w.rejects(long, ShardAccountsMismatch);
    let mut reordered = good.clone();
    reordered.accounts.swap(4, 5);
    w.rejects(reordered, ShardAccountsMismatch);
    let mut repeated = good.clone();
    repeated.accounts[5] = good.accounts[4].clone();
    w.rejects(repeated, ShardAccountsMismatch);
    let first = pda::shard(&w.market(), 0);
    w.rejects(swap(good.clone(), &first, &pda::shard(&w.foreign.market, 0)), ShardAccountsMismatch);
    let forged = w.forge(&first);
    w.rejects(swap(good, &first, &forged), ShardAccountsMismatch);
}

#[test]
fn rejects_accounts_of_another_market() {
    let mut w = Bank::bank();
    let (here, there) = (w.market(), w.foreign.market);
    let good = w.fix_settlement(w.near);
    let swaps = [
        (pda::oracle(&here), pda::oracle(&there)),
        (pda::expiry(&here, w.near), pda::expiry(&there, w.foreign_expiry)),
        (pda::pool(&here), pda::pool(&there)),
        (here, there),
    ];
    for (from, to) in swaps {
        w.rejects(swap(good.clone(), &from, &to), WrongMarket);
    }
}

#[test]
fn rejects_open_interest_beyond_its_range() {
    let mut w = with_trade(10);
    w.warp_to(START + DAY + 3_600);
    for shard in 0..SHARDS {
        let near = w.near;
        w.edit(&pda::shard(&w.market(), shard), |s: &mut OiShard| {
            s.expiry_ids[0] = near;
            s.long_lots[0][0] = i64::MAX;
        });
    }
    w.rejects(w.fix_settlement(w.near), OutOfRange);
}
