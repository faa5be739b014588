//! `fix_settlement`.

use {crate::prelude::*, bulkhead_sdk::risk::settlement::Tier};

#[test]
fn allows_the_average_of_a_full_window_at_once() {
    let mut w = with_trade(10);
    fill_window(&mut w, START + DAY, 27, 8_600_000_000);
    w.warp_to(START + DAY - 1);
    w.rejects(w.fix_settlement(w.near), NotObservable);
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
    fill_window(&mut w, START + DAY, 18, 8_600_000_000);
    w.warp_to(START + DAY + 599);
    w.rejects(w.fix_settlement(w.near), NotFixable);
    w.warp(1);
    w.accepts(w.fix_settlement(w.near));
    assert_eq!(w.expiry(w.near).tier, Tier::PartialWindow as u8);
}

#[test]
fn allows_the_reference_price_in_the_end() {
    let mut w = with_trade(10);
    w.warp_to(START + DAY + 14_399);
    w.rejects(w.fix_settlement(w.near), NotFixable);
    w.warp(1);
    w.accepts(w.fix_settlement(w.near));
    let expiry = w.expiry(w.near);
    assert_eq!((expiry.settlement_price, expiry.tier), (PRICE, Tier::Reference as u8));
}

/// The price that an expiry gets when it is fixed so long after it, with what happens in between.
fn fixed_after(minutes: u64, seconds: i64, between: fn(&mut Bank)) -> (u64, u8) {
    let mut w = with_trade(10);
    fill_window(&mut w, START + DAY, minutes, 8_600_000_000);
    w.warp_to(START + DAY);
    between(&mut w);
    w.warp_to(START + DAY + seconds);
    w.accepts(w.fix_settlement(w.near));
    (w.expiry(w.near).settlement_price, w.expiry(w.near).tier)
}

/// The oracle goes on at another price, as far as the time left allows.
fn prices_move(w: &mut Bank) {
    for _ in 0..3 {
        w.price(9_900_000_000);
    }
}

#[test]
fn allows_the_same_price_whoever_calls_when() {
    let idle: fn(&mut Bank) = |_| ();
    for (minutes, tier, times) in
        [(30, 1, [0, 600, 5_000]), (20, 2, [600, 3_000, 5_000]), (5, 4, [14_400, 20_000, 90_000])]
    {
        for at in times {
            assert_eq!(fixed_after(minutes, at, idle), (8_600_000_000, tier), "{minutes} minutes, {at} s");
            if at > 60 {
                assert_eq!(
                    fixed_after(minutes, at, prices_move),
                    (8_600_000_000, tier),
                    "{minutes} minutes, {at} s"
                );
            }
        }
    }
}

#[test]
fn allows_the_same_price_after_the_ring_has_lost_the_window() {
    let observed: fn(&mut Bank) = |w| {
        w.accepts(w.observe_settlement(w.near));
        // Two hours and more of other prices.
        fill_window(w, START + DAY + 128 * 60, 128, 9_900_000_000);
    };
    for (minutes, tier) in [(30, 1), (20, 2), (5, 4)] {
        assert_eq!(fixed_after(minutes, 90_000, observed), (8_600_000_000, tier), "{minutes} minutes");
    }
}

#[test]
fn rejects_a_window_that_may_still_grow() {
    let mut w = with_trade(10);
    fill_window(&mut w, START + DAY, 30, 8_600_000_000);
    w.warp_to(START + DAY - 2);
    for _ in 0..3 {
        w.price_by(&[0, 1, 2], PRICE);
    }
    w.edit(&pda::oracle(&w.market()), |o: &mut OracleAggregate| o.mark.at = START + DAY - 1);
    w.rejects(w.fix_settlement(w.near), NotObservable);
    w.rejects(w.observe_settlement(w.near), NotObservable);
    // The next round fills it, or none does in time.
    w.warp_to(START + DAY + 60);
    w.accepts(w.fix_settlement(w.near));
}

#[test]
fn allows_an_expiry_that_nobody_traded_to_end_at_once() {
    let mut w = Bank::bank();
    fix_near(&mut w, PRICE);
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
    w.warp_to(START + DAY + 14_400);
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
    w.warp_to(START + DAY + 14_400);
    for shard in 0..SHARDS {
        let near = w.near;
        w.edit(&pda::shard(&w.market(), shard), |s: &mut OiShard| {
            s.expiry_ids[0] = near;
            s.long_lots[0][0] = i64::MAX;
        });
    }
    w.rejects(w.fix_settlement(w.near), OutOfRange);
}
