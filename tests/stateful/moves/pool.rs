//! Providers of the pool, and what the pool earns.

use {
    crate::player::Player,
    bulkhead_sdk::{bulkhead::state::Stake, pda},
    bulkhead_tests::world::{Who, DAY, SHARDS},
};

pub fn enter(p: &mut Player) {
    let who = p.who();
    let shard = p.draw(0..SHARDS);
    let call = p.world().collect_fees(shard);
    p.call("collect_fees", call);
    if !has_stake(p, who) {
        let call = p.world().open_stake(who);
        p.call("open_stake", call);
    }
    let amount = p.one_of(&[0, 1, 1_000_000, 2_000_000_000]);
    let call = p.world().deposit_pool(who, amount);
    p.call("deposit_pool", call);
}

/// The provider keeps half of its stake: a pool without holders would keep its income for the next one.
pub fn leave(p: &mut Player) {
    let who = p.who();
    if !has_stake(p, who) {
        return;
    }
    let stake: Stake = p.world().state(&pda::stake(&p.world().market(), &p.world().key(who)));
    let most = if who == Who::Provider {
        (stake.shares / 2).saturating_sub(stake.exiting)
    } else {
        stake.shares + 1
    };
    let shares = p.draw(0..=most);
    let call = p.world().request_exit(who, shares);
    p.call("request_exit", call);
    if p.once_in(4) {
        // Into the week in which it may leave, or past it.
        let wait = p.one_of(&[8, 8, 16]);
        p.world_mut().warp(wait * DAY);
    }
    let call = p.world().execute_exit(who);
    p.call("execute_exit", call);
    let call = p.world().expire_exit(who);
    p.call("expire_exit", call);
}

fn has_stake(p: &Player, who: Who) -> bool {
    let world = p.world();
    world.exists(&pda::stake(&world.market(), &world.key(who)))
}
