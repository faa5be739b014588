//! Crashes, the auctions that follow, and what bidders make of them.

use {
    super::{keepers, prices, trades},
    crate::player::Player,
    bulkhead_sdk::{
        bulkhead::{instructions::bid::BidArgs, quoted_book::WHOLE_BOOK, state::Leg},
        instructions as ix,
    },
    bulkhead_tests::{
        markets::ACTORS,
        world::{Who, SHARDS},
    },
    solana_instruction::Instruction,
};

/// Moves the price until somebody is due, most of the time, and plays some steps of an auction: in order or not.
pub fn auction(p: &mut Player) {
    if !p.once_in(3) {
        prices::stand(p);
        prices::live_through_grace(p);
    }
    let percent = p.one_of(&[70, 80, 125, 140]);
    for _ in 0..p.one_of(&[0, 1, 4, 8]) {
        if sick(p).is_empty() && has_positions(p) {
            prices::move_by(p, percent);
        }
    }
    if !p.once_in(4) {
        prices::stand(p);
    }
    let sick = sick(p);
    let any = p.who();
    let account = p.any_of(&sick).unwrap_or(any);
    if !p.once_in(4) {
        let call = p.world().start_auction(account);
        send(p, "start_auction", call);
    }
    for _ in 0..p.draw(0..4) {
        prices::stand(p);
    }
    if !p.once_in(3) {
        let call = p.world().cover_account(account);
        send(p, "cover_account", call);
    }
    if p.once_in(3) {
        keepers::lease(p, account);
    }
    for _ in 0..p.draw(0..4) {
        bid(p, account);
    }
    if p.once_in(4) {
        keepers::resolve(p);
    }
    if p.once_in(2) {
        let call = p.world().end_auction(account);
        send(p, "end_auction", call);
    }
}

/// Anybody, for the whole book or a leg, in this auction or the last one, whoever's delegate he is.
fn bid(p: &mut Player, account: Who) {
    let by = p.who();
    if by == account {
        return;
    }
    let share_ppm = p.draw(0..=1_000_000);
    let legs: Vec<u32> = p.world().margin(account).legs().iter().map(Leg::key).collect();
    let leg = if p.once_in(3) { p.any_of(&legs).unwrap_or(0) } else { WHOLE_BOOK };
    let min_payment = if p.once_in(8) { i64::MAX } else { i64::MIN };
    let args = p.world().bid_args(account, share_ppm);
    let auction_id = if p.once_in(8) { args.auction_id.saturating_sub(1) } else { args.auction_id };
    let args = BidArgs { auction_id, leg, min_payment, ..args };
    let (liquidator, shard) = (trades::party(p, by), p.draw(0..SHARDS));
    let world = p.world();
    let expiries = world.expiries_of(&[by, account]);
    let account = world.account_of(account);
    let call = ix::bid(&world.stage.keys, shard, liquidator, account, args, &expiries);
    send(p, "bid", call);
}

fn send(p: &mut Player, name: &'static str, call: Instruction) {
    let call = trades::by_array_or_surface(p, call);
    p.call(name, call);
}

/// Whether a move of the price can make anybody sick.
fn has_positions(p: &Player) -> bool {
    !p.world().expiries_of(&ACTORS).is_empty()
}

/// Who may be put up for auction.
fn sick(p: &Player) -> Vec<Who> {
    let world = p.world();
    let is_sick = |who: &Who| {
        let seen = if world.margin(*who).leg_count > 0 { world.measured(*who) } else { None };
        seen.is_some_and(|preview| preview.maintenance_health().is_ok_and(|health| health < 0))
    };
    ACTORS.into_iter().filter(is_sick).collect()
}
