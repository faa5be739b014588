//! The price moves, sources speak, lie or fall silent, time passes, and arrays follow.

use {crate::player::Player, bulkhead_tests::world::PRICE};

/// Sources of each market.
pub const SOURCES: usize = 3;

/// Every source follows a move of up to six percent.
pub fn drift(p: &mut Player) {
    let percent = p.draw(94..=106);
    move_by(p, percent);
}

/// A crash or a squeeze.
pub fn jump(p: &mut Player) {
    let percent = p.one_of(&[75, 130]);
    move_by(p, percent);
}

/// The arrays follow the mark.
fn move_by(p: &mut Player, percent: u64) {
    let price = (p.price() * percent / 100).clamp(PRICE / 4, PRICE * 4);
    let at = p.at;
    p.prices[at] = price;
    p.world_mut().warp(1);
    for (source, said) in (0..SOURCES).zip((price..).step_by(1_000)) {
        p.world_mut().stage.speak(source, said).expect("an honest source speaks");
    }
    let call = p.world().update_oracle();
    p.call("update_oracle", call);
    // After a silence or without enough agreement half of the players wait until the mark may be relied on.
    if p.world().is_waiting() && p.once_in(2) {
        p.world_mut().price(price);
    }
    for id in p.world().live() {
        if let Some(call) = p.world().stage.renewal(id).expect("an expiry") {
            p.call("set_surface", call);
        }
        let call = p.world().refresh_risk(id);
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
            p.world_mut().stage.speak(source, said).expect("a source may say anything");
        }
    }
    for _ in 0..2 {
        let call = p.world().update_oracle();
        p.call("update_oracle", call);
    }
}

pub fn wait(p: &mut Player) {
    let seconds = p.one_of(&[5, 61, 400, 3_600, 30_000]);
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
