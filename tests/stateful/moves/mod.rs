//! What a player may do next. A move is drawn by its weight; each theme has a file of its own.

mod accounts;
mod attacks;
mod breaker;
mod collateral;
mod governance;
mod keepers;
mod liquidation;
mod listing;
mod pool;
mod prices;
mod publishers;
pub mod senior;
mod settlement;
mod trades;

use crate::player::Player;

type Move = fn(&mut Player);

const MOVES: [(u32, Move); 31] = [
    (6, collateral::deposit),
    (8, collateral::withdraw),
    (24, trades::trade),
    (6, trades::reduce),
    (11, liquidation::auction),
    (5, prices::drift),
    (3, prices::faulty_round),
    (4, prices::wait),
    (3, prices::refresh),
    (4, settlement::settle),
    (5, settlement::sweep_expired),
    (2, settlement::bonded_price),
    (1, settlement::crash_into_expiry),
    (3, pool::enter),
    (3, pool::leave),
    (1, breaker::trip),
    (2, senior::enter),
    (2, senior::leave),
    (3, senior::lend),
    (2, senior::require),
    (2, breaker::report),
    (3, breaker::recover),
    (4, listing::list),
    (2, listing::panel),
    (2, publishers::bonds),
    (4, publishers::feed),
    (3, keepers::bond),
    (2, keepers::resolve),
    (3, governance::govern),
    (5, attacks::attack),
    (2, accounts::account),
];

pub fn draw(player: &mut Player) -> Move {
    let all: u32 = MOVES.iter().map(|(weight, _)| weight).sum();
    let mut at = player.draw(0..all);
    for (weight, play) in MOVES {
        if at < weight {
            return play;
        }
        at -= weight;
    }
    collateral::deposit
}
