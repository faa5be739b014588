//! The price moves, sources speak, lie or fall silent, time passes, and arrays follow.

use {
    crate::player::Player,
    bulkhead_sdk::{bulkhead::state::Market, instructions as ix},
    bulkhead_tests::world::{Who, PRICE},
    solana_instruction::Instruction,
};

/// Sources of each market.
pub const SOURCES: usize = 3;
/// Rounds after which a mark that waited may be relied on, whatever it waited for.
const ROUNDS: usize = 12;
/// Rounds, 46 seconds each, in which the longest grace passes.
const GRACE_ROUNDS: usize = 42;

/// Every source follows a move of up to six percent.
pub fn drift(p: &mut Player) {
    let percent = p.draw(94..=106);
    move_by(p, percent);
}

/// All is fresh at the same price.
pub fn stand(p: &mut Player) {
    move_by(p, 100);
}

/// The arrays follow the mark. After a silence or without enough agreement most players wait until the mark may be relied
/// on.
pub fn move_by(p: &mut Player, percent: u64) {
    let price = (p.price() * percent / 100).clamp(PRICE / 4, PRICE * 4);
    let at = p.at;
    p.prices[at] = price;
    round(p);
    if !p.once_in(4) {
        wait_for_the_mark(p);
    }
    follow(p);
}

/// Good rounds in step until nobody is in grace after an outage, a closure or a change of parameters.
pub fn live_through_grace(p: &mut Player) {
    for _ in 0..GRACE_ROUNDS {
        let world = p.world();
        let (oracle, market): (_, Market) = (world.oracle(), world.state(&world.market()));
        let live = oracle.mark.live_seconds;
        if oracle.grace_left == 0 && !market.has_params_grace(live) && !market.has_reopened_grace(live) {
            break;
        }
        p.world_mut().warp(45);
        round(p);
    }
}

/// As many good rounds as any recovery takes.
pub fn good_rounds(p: &mut Player) {
    for _ in 0..ROUNDS {
        round(p);
    }
}

/// Rounds until the mark may be relied on.
pub fn wait_for_the_mark(p: &mut Player) {
    for _ in 0..ROUNDS {
        if !p.world().is_waiting() {
            break;
        }
        round(p);
    }
}

/// A second later every source names about the price, and the mark forms in the same transaction.
fn round(p: &mut Player) {
    p.world_mut().warp(1);
    let price = p.price();
    let mut calls = Vec::new();
    for (source, said) in (0..SOURCES).zip((price..).step_by(1_000)) {
        calls.push(word(p, source, said));
    }
    calls.push(p.world().update_oracle());
    p.call_all("update_oracle", calls);
}

fn word(p: &Player, source: usize, said: u64) -> Instruction {
    let now = p.world().now();
    p.world().publish(Who::Publisher(source), said, now)
}

/// Surfaces and arrays of what has not expired.
fn follow(p: &mut Player) {
    let now = p.world().now();
    for id in p.world().live() {
        let expiry = p.world().expiry(id);
        if expiry.expires_at <= now || expiry.surface_version == 0 {
            continue;
        }
        if let Some(call) = p.world().stage.renewal(id).expect("an expiry") {
            p.call("set_surface", call);
        }
        let call = ix::refresh_risk(p.world().market(), id, u8::MAX, 0);
        p.call("refresh_risk", call);
    }
}

/// One source lies or two stay silent.
pub fn faulty_round(p: &mut Player) {
    p.world_mut().warp(1);
    let lie = p.once_in(2);
    let price = p.price();
    for source in 0..SOURCES {
        let said = if source == 1 { price * 3 / 2 } else { price };
        if lie || source == 0 {
            let call = word(p, source, said);
            p.call("publish_price", call);
        }
    }
    for _ in 0..2 {
        let call = p.world().update_oracle();
        p.call("update_oracle", call);
    }
}

pub fn wait(p: &mut Player) {
    let seconds = p.one_of(&[5, 5, 61, 61, 400, 400, 3_600, 3_600, 30_000]);
    p.world_mut().warp(seconds);
}

/// Whole, shown the book, or in part.
pub fn refresh(p: &mut Player) {
    let Some(id) = p.live() else { return };
    let strikes = p.draw(0..=9);
    let call = match p.draw(0..3) {
        0 => p.world().refresh_risk(id),
        1 => p.world().refresh_with_book(id),
        _ => p.world().refresh_strikes(id, strikes),
    };
    p.call("refresh_risk", call);
}
