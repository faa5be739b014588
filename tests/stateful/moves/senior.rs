//! The senior pool: one for all markets of the quote token.

use {
    super::prices,
    crate::{machine::Machine, player::Player},
    bulkhead_sdk::{
        bulkhead::state::{Pool, Stake},
        pda,
    },
    bulkhead_tests::world::{Who, World, DAY},
    solana_address::Address,
};

/// The market joins, somebody enters.
pub fn enter(p: &mut Player) {
    let by = if p.once_in(6) { Who::Alice } else { Who::Governor };
    let call = p.world().join_senior(by);
    p.call("join_senior", call);
    let who = p.who();
    if !p.world().exists(&stake_of(p, who)) {
        let call = p.world().open_senior_stake(who);
        p.call("open_senior_stake", call);
    }
    let amount = p.one_of(&[0, 1, 1_000_000, 20_000_000_000]);
    let mut markets = joined(&p.markets);
    if p.once_in(6) {
        markets.pop();
    }
    let call = p.world().deposit_senior_among(who, &markets, amount);
    p.call("deposit_senior", call);
}

/// The provider keeps half of its stake, as in the markets' own pools.
pub fn leave(p: &mut Player) {
    let who = p.who();
    let key = stake_of(p, who);
    if !p.world().exists(&key) {
        return;
    }
    let stake: Stake = p.world().state(&key);
    let most = if who == Who::Provider {
        (stake.shares / 2).saturating_sub(stake.exiting)
    } else {
        stake.shares + 1
    };
    let shares = p.draw(0..=most);
    let call = p.world().request_senior_exit(who, shares);
    p.call("request_senior_exit", call);
    if p.once_in(3) {
        // Into the week in which it may leave, or past it.
        let wait = p.one_of(&[8, 8, 16]);
        p.world_mut().warp(wait * DAY);
    }
    let mut markets = joined(&p.markets);
    if p.once_in(6) {
        markets.pop();
    }
    let call = p.world().execute_senior_exit(who, &markets, stake.exiting.max(1));
    p.call("execute_senior_exit", call);
    let call = p.world().expire_senior_exit(who);
    p.call("expire_senior_exit", call);
}

/// Anybody makes it lend and be paid back.
pub fn lend(p: &mut Player) {
    draw(p);
    if p.once_in(3) {
        p.world_mut().warp(DAY);
    }
    let call = p.world().repay_senior();
    p.call("repay_senior", call);
}

pub fn draw(p: &mut Player) {
    let call = p.world().draw_senior();
    p.call("draw_senior", call);
}

/// What the pool should hold, by fresh arrays most of the time.
pub fn require(p: &mut Player) {
    if !p.once_in(3) {
        prices::stand(p);
    }
    let call = p.world().update_requirement();
    p.call("update_requirement", call);
}

fn stake_of(p: &Player, who: Who) -> Address {
    pda::stake(&p.world().senior(), &p.world().key(who))
}

/// The markets behind which it stands, in the order in which they joined.
pub fn joined(markets: &[World<Machine>]) -> Vec<Address> {
    let pools = markets.iter().map(|world| world.state::<Pool>(&pda::pool(&world.market())));
    let mut joined: Vec<(u64, Address)> =
        pools.filter(Pool::has_joined).map(|pool| (pool.senior_index, pool.market)).collect();
    joined.sort_unstable();
    joined.into_iter().map(|(_, market)| market).collect()
}
