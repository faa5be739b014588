//! Crashes and what liquidators make of them.

use {
    super::{prices, trades},
    crate::player::Player,
    bulkhead_sdk::{bulkhead::instructions::liquidate::LiquidateArgs, instructions as ix},
    bulkhead_tests::{
        markets::ACTORS,
        world::{Who, SHARDS},
    },
};

/// Moves the price until somebody is due, most of the time, and lets anybody take over.
pub fn liquidate(p: &mut Player) {
    for _ in 0..p.one_of(&[0, 1, 4, 8]) {
        if sick(p).is_empty() && has_positions(p) {
            prices::jump(p);
        }
    }
    if !p.once_in(4) {
        prices::stand(p);
    }
    let sick = sick(p);
    let (by, any) = (p.who(), p.who());
    let account = p.any_of(&sick).unwrap_or(any);
    if by == account {
        return;
    }
    let share_ppm = p.draw(0..=1_000_000);
    let min_payment = if p.once_in(8) { i64::MAX } else { i64::MIN };
    let args = LiquidateArgs { share_ppm, min_payment };
    let (with_pool, shard) = (!p.once_in(4), p.draw(0..SHARDS));
    let liquidator = trades::party(p, by);
    let world = p.world();
    let expiries = world.expiries_of(&[by, account]);
    let account = world.account_of(account);
    let call = ix::liquidate(&world.stage.keys, shard, liquidator, account, args, with_pool, &expiries);
    let call = trades::by_array_or_surface(p, call);
    p.call("liquidate", call);
}

/// Whether a move of the price can make anybody sick.
fn has_positions(p: &Player) -> bool {
    !p.world().expiries_of(&ACTORS).is_empty()
}

/// Who may be liquidated.
fn sick(p: &Player) -> Vec<Who> {
    let world = p.world();
    let is_sick = |who: &Who| {
        let seen = if world.margin(*who).leg_count > 0 { world.measured(*who) } else { None };
        seen.is_some_and(|preview| preview.maintenance_health().is_ok_and(|health| health < 0))
    };
    ACTORS.into_iter().filter(is_sick).collect()
}
