//! Collateral in and out.

use crate::player::Player;

pub fn deposit(p: &mut Player) {
    let who = p.who();
    let amount = p.one_of(&[0, 1, 1_000_000, 5_000_000_000, u64::MAX / 4]);
    let call = p.world().deposit(who, amount);
    p.call("deposit", call);
}

pub fn withdraw(p: &mut Player) {
    let who = p.who();
    let cash = p.world().margin(who).cash;
    let amount = match p.draw(0..8) {
        0 => cash,
        1 => cash.saturating_add(1),
        // What is left then bears little of a move.
        2..=4 => p.draw(0..=cash),
        _ => p.draw(0..=cash / 8),
    };
    let call = p.world().withdraw(who, amount);
    let call = super::trades::by_array_or_surface(p, call);
    p.call("withdraw", call);
}
