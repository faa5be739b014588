//! `update_requirement`: what the market's worst scenario asks of its pool, and what a pool that is too small closes.

use crate::prelude::*;

fn pool(w: &Bank) -> Pool {
    w.state(&pda::pool(&w.market()))
}

fn room(w: &Bank) -> u64 {
    w.state::<Market>(&w.market()).oi_room_ppm
}

/// Half of what may change hands, so that a book of a few thousand lots asks for much.
fn strict(w: &mut Bank) {
    w.edit(&w.market(), |m: &mut Market| m.params.pool_requirement_ppm = 500_000);
}

/// What changes hands in the worst scenario, added up the long way.
fn worst(w: &Bank) -> u128 {
    let shards: Vec<OiShard> = (0..SHARDS).map(|i| w.state(&pda::shard(&w.market(), i))).collect();
    let mut sums = [0u128; 33];
    for id in w.live() {
        let array: RiskArray = w.state(&pda::risk_array(&w.market(), id));
        for strike in 0..usize::from(array.strike_count) {
            for kind in 0..2 {
                let lots: i64 = shards.iter().map(|s| s.held(array.slot, id, strike * 2 + kind)).sum();
                for (s, sum) in sums.iter_mut().enumerate() {
                    let call = array.call_profit[strike][s];
                    let row = if kind == 0 { call } else { call - array.forward_profit[s] };
                    *sum += u128::from(lots.unsigned_abs()) * u128::from(row.unsigned_abs());
                }
            }
        }
    }
    sums.into_iter().max().unwrap()
}

#[test]
fn allows_everything_while_nothing_is_at_risk() {
    let mut w = Bank::bank();
    assert_eq!(room(&w), 1_000_000);
    w.accepts(w.update_requirement());
    assert_eq!((pool(&w).required, room(&w)), (0, 1_000_000));
    assert_eq!(pool(&w).required_at, w.now());
}

#[test]
fn conserves_the_sum_over_all_series_and_shards() {
    let mut w = with_trade(1_000);
    for (shard, id, strike, kind, lots) in
        [(1, w.near, 4, CALL, 500), (1, w.far, 2, PUT, 300), (0, w.far, 6, CALL, 20)]
    {
        let args = w.at_mark(id, strike, kind, lots);
        w.accepts(w.trade_in(shard, Alice, Carol, args));
    }
    let receipt = w.accepts(w.update_requirement());
    let required = u128::from(pool(&w).required);
    assert_eq!(required, (worst(&w) * 20_000).div_ceil(1_000_000));
    assert!(required > 0 && receipt.compute_units < 60_000, "{}", receipt.compute_units);
    assert_eq!(room(&w), 1_000_000);
}

#[test]
fn rejects_new_open_interest_below_the_requirement() {
    let mut w = with_trade(3_000);
    strict(&mut w);
    w.accepts(w.update_requirement());
    let required = pool(&w).required;
    w.edit(&pda::pool(&w.market()), |p: &mut Pool| p.cash = required);
    w.accepts(w.update_requirement());
    assert_eq!(room(&w), 0);
    let more = w.at_mark(w.near, 4, CALL, 1);
    w.rejects(w.trade(Alice, Bob, more), PoolBelowRequirement);
    // What is open may change hands and shrink.
    w.accepts(w.trade(Carol, Alice, more));
    w.accepts(w.trade(Bob, Carol, more));
    // A deposit opens the caps again once it is counted, in proportion.
    w.give_wallet(Provider, required);
    w.accepts(w.deposit_pool(Provider, required / 2));
    w.rejects(w.trade(Alice, Bob, more), PoolBelowRequirement);
    w.accepts(w.update_requirement());
    assert!((499_000..=502_000).contains(&room(&w)), "{}", room(&w));
    w.accepts(w.trade(Alice, Bob, more));
}

#[test]
fn rejects_open_interest_beyond_the_room_that_is_left() {
    let mut w = with_trade(3_000);
    w.edit(&w.market(), |m: &mut Market| {
        m.params.series_oi_cap_lots = 8_000;
        m.oi_room_ppm = 750_250;
    });
    let (two, one) = (w.at_mark(w.near, 4, CALL, 2), w.at_mark(w.near, 4, CALL, 1));
    w.rejects(w.trade(Alice, Bob, two), PoolBelowRequirement);
    w.accepts(w.trade(Alice, Bob, one));
}

#[test]
fn allows_the_senior_pools_day_to_count_once_it_may_be_drawn() {
    let mut w = with_senior(with_trade(3_000));
    strict(&mut w);
    w.accepts(w.update_requirement());
    let required = pool(&w).required;
    assert!(SENIOR / 10 < required, "{required}");
    // Short by half a day's draw on the senior pool.
    w.edit(&pda::pool(&w.market()), |p: &mut Pool| p.cash = required - SENIOR / 20);
    w.accepts(w.update_requirement());
    assert!(room(&w) > 0);
    w.edit(&pda::pool(&w.market()), |p: &mut Pool| p.joined_at += 1);
    w.accepts(w.update_requirement());
    assert_eq!(room(&w), 0);
    w.warp(1);
    // What the pool owes the senior pool does not count as its own.
    w.edit(&pda::pool(&w.market()), |p: &mut Pool| p.senior_owed = SENIOR / 20);
    w.accepts(w.update_requirement());
    assert_eq!(room(&w), 0);
}

#[test]
fn rejects_half_a_book() {
    let mut w = with_trade(10);
    let keys = w.stage.keys;
    let with = |shards: u8, expiries: &[u16]| ix::update_requirement(&keys, shards, expiries, false);
    w.rejects(with(1, &[w.near, w.far]), ShardAccountsMismatch);
    w.rejects(with(0, &[]), ShardAccountsMismatch);
    w.rejects(with(SHARDS, &[w.near]), RequirementIncomplete);
    w.rejects(with(SHARDS, &[w.near, w.near]), UnexpectedAccount);
    let priced_on_the_spot = w.on_surfaces(w.update_requirement());
    w.rejects(priced_on_the_spot, RequirementIncomplete);
    w.warp(301);
    w.rejects(w.update_requirement(), StaleRiskArray);
}

#[test]
fn rejects_a_market_without_its_senior_pool() {
    let mut w = with_senior(Bank::bank());
    let expiries = w.live();
    w.rejects(ix::update_requirement(&w.stage.keys, SHARDS, &expiries, false), SeniorRequired);
    w.edit(&pda::pool(&w.market()), |p: &mut Pool| p.senior = Address::new_from_array([9; 32]));
    w.rejects(w.update_requirement(), WrongSenior);
}
