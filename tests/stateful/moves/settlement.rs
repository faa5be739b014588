//! The end of an expiry.

use {
    super::{prices, senior},
    crate::player::Player,
    bulkhead_tests::{
        markets::ACTORS,
        world::{Who, DAY},
    },
};

const HOUR: i64 = 3_600;

/// Some steps of it, in time or not.
pub fn settle(p: &mut Player) {
    let Some(id) = p.live() else { return };
    if p.once_in(2) {
        let call = p.world().observe_settlement(id);
        p.call("observe_settlement", call);
    }
    fix(p, id);
    for _ in 0..3 {
        let who = p.who();
        let call = p.world().settle(id, who);
        p.call("settle_account", call);
    }
    cover(p, id);
    let who = p.who();
    return_bond(p, id, who);
    close(p, id);
}

/// All of it, for one that has expired; in any order, and again after what the pool adds.
pub fn sweep_expired(p: &mut Player) {
    let Some(id) = expired(p) else { return };
    fix(p, id);
    settle_everybody(p, id);
    cover(p, id);
    senior::draw(p);
    if p.once_in(4) {
        p.world_mut().warp(7 * DAY);
    }
    cover(p, id);
    settle_everybody(p, id);
    for who in ACTORS {
        if p.world().margin(who).bonds > 0 {
            return_bond(p, id, who);
        }
    }
    close(p, id);
}

/// The price runs away before the next expiry, nobody is liquidated in time, and all is settled at what it came to.
pub fn crash_into_expiry(p: &mut Player) {
    let world = p.world();
    let held = world.expiries_of(&ACTORS);
    let Some(id) = held.into_iter().min_by_key(|id| world.expiry(*id).expires_at) else { return };
    let ends = world.expiry(id).expires_at;
    let percent = p.one_of(&[50, 70, 140, 200]);
    p.world_mut().warp_to(ends - 60);
    prices::move_by(p, percent);
    p.world_mut().warp_to(ends + 7 * HOUR);
    fix(p, id);
    settle_everybody(p, id);
    cover(p, id);
    senior::draw(p);
    cover(p, id);
    settle_everybody(p, id);
}

/// Somebody proposes a price against a bond, somebody may dispute it, and time decides.
pub fn bonded_price(p: &mut Player) {
    let Some(id) = p.live() else { return };
    let after = p.one_of(&[30, HOUR, 2 * HOUR, 4 * HOUR]);
    let opens = p.world().expiry(id).expires_at + after;
    if p.once_in(2) {
        p.world_mut().warp_to(opens);
    }
    let (by, against) = (p.who(), p.who());
    let price = near(p);
    let call = p.world().propose_price(by, id, price);
    p.call("propose_settlement", call);
    if p.once_in(2) {
        let price = near(p);
        let call = p.world().dispute_price(against, id, price);
        p.call("dispute_settlement", call);
    }
    let wait = p.one_of(&[60, HOUR, 2 * HOUR, 6 * HOUR]);
    p.world_mut().warp(wait);
    fix(p, id);
    return_bond(p, id, by);
    return_bond(p, id, against);
}

fn near(p: &mut Player) -> u64 {
    p.price() * p.draw(75..=125) / 100
}

fn expired(p: &mut Player) -> Option<u16> {
    let world = p.world();
    let now = world.now();
    let is_over = |id: &u16| world.expiry(*id).expires_at <= now;
    let over: Vec<u16> = world.live().into_iter().filter(is_over).collect();
    p.any_of(&over)
}

fn settle_everybody(p: &mut Player, id: u16) {
    let mut order = ACTORS;
    p.shuffle(&mut order);
    for who in order {
        let call = p.world().settle(id, who);
        p.call("settle_account", call);
    }
}

fn fix(p: &mut Player, id: u16) {
    let call = p.world().fix_settlement(id);
    p.call("fix_settlement", call);
}

fn cover(p: &mut Player, id: u16) {
    let call = p.world().cover(id);
    p.call("cover_shortfall", call);
}

fn return_bond(p: &mut Player, id: u16, who: Who) {
    let call = p.world().return_bond(id, who);
    p.call("return_bond", call);
}

fn close(p: &mut Player, id: u16) {
    let call = p.world().close_expiry(id);
    p.call("close_expiry", call);
}
