//! Fills: honest ones, careless ones, and those that reduce.

use {
    super::prices,
    crate::player::Player,
    bulkhead_sdk::{
        bulkhead::{
            instructions::trade::TradeArgs,
            state::{Leg, MarginAccount},
        },
        instructions::{self as ix, Party},
    },
    bulkhead_tests::{
        markets::ACTORS,
        world::{Who, SHARDS},
    },
    solana_instruction::Instruction,
};

/// Seven in ten are honest: on fresh arrays, at the mark and of a bearable size; several fills then follow on one price.
pub fn trade(p: &mut Player) {
    let honest = p.draw(0..10) < 7;
    if !honest {
        return fill_any(p, false);
    }
    prices::drift(p);
    for _ in 0..p.draw(1..=4) {
        fill_any(p, true);
    }
}

fn fill_any(p: &mut Player, honest: bool) {
    let chosen = if honest { p.tradable() } else { p.live() };
    let Some(expiry_id) = chosen else { return };
    let (buyer, seller) = if honest { (p.solvent(), p.solvent()) } else { (p.who(), p.who()) };
    if buyer == seller {
        return;
    }
    let strike = p.draw(if honest { 0..=8 } else { 0..=9 });
    let kind = p.draw(0..=1);
    let mark = p.world().mark(expiry_id, strike.min(8), kind);
    let percent = if honest { 100 } else { p.draw(75..=125) };
    let price = (mark * percent / 100 / 1_000).max(1) * 1_000;
    let careless = p.one_of(&[0, 1, 400, 1_500, 3_000, 5_000, 1 << 20]);
    // An honest buyer spends up to a third of its collateral, so that there is something left to lose.
    let affordable = (p.world().margin(buyer).cash / 3 / price).clamp(1, 3_000);
    let lots = if honest { p.draw(1..=affordable) } else { careless };
    let args = TradeArgs { expiry_id, strike, kind, lots, price };
    fill(p, buyer, seller, args);
}

/// Two who hold one series the other way round close a part of it, at the mark.
pub fn reduce(p: &mut Player) {
    if !p.once_in(3) {
        prices::stand(p);
    }
    let accounts: Vec<(Who, MarginAccount)> = ACTORS.map(|who| (who, p.world().margin(who))).to_vec();
    let mut pairs = Vec::new();
    let now = p.world().now();
    let is_open = |leg: &&Leg| leg.lots > 0 && p.world().expiry(leg.expiry_id).expires_at > now;
    for (long, a) in &accounts {
        for leg in a.legs().iter().filter(is_open) {
            let shorts = accounts.iter().map(|(who, b)| (*who, b.lots(leg.expiry_id, leg.strike, leg.kind)));
            pairs
                .extend(shorts.filter(|(_, lots)| *lots < 0).map(|(short, lots)| (*long, short, *leg, lots)));
        }
    }
    let Some((long, short, leg, owed)) = p.any_of(&pairs) else { return };
    let Leg { expiry_id, strike, kind, lots, .. } = leg;
    let most = lots.unsigned_abs().min(owed.unsigned_abs());
    let lots = if p.once_in(2) { most } else { p.draw(1..=most) };
    let args = p.world().at_mark(expiry_id, strike, kind, lots);
    fill(p, short, long, args);
}

/// In any shard; now and then a delegate signs for its owner.
fn fill(p: &mut Player, buyer: Who, seller: Who, args: TradeArgs) {
    let shard = p.draw(0..SHARDS);
    let mut expiries = p.world().expiries_of(&[buyer, seller]);
    if !expiries.contains(&args.expiry_id) {
        expiries.push(args.expiry_id);
    }
    let sides = [party(p, buyer), party(p, seller)];
    let [buyer, seller] = sides;
    let call = ix::trade(&p.world().stage.keys, shard, buyer, seller, args, &expiries);
    let call = by_array_or_surface(p, call);
    p.call("trade", call);
}

/// Who acts for an account: its owner, or its delegate.
pub fn party(p: &mut Player, who: Who) -> Party {
    let party = p.world().party(who);
    let delegate = p.world().margin(who).delegate;
    let is_one = ACTORS.iter().any(|who| p.world().key(*who) == delegate);
    let authority = if is_one && p.once_in(2) { delegate } else { party.authority };
    Party { authority, ..party }
}

/// One in four is priced on the spot.
pub fn by_array_or_surface(p: &mut Player, call: Instruction) -> Instruction {
    if p.once_in(4) {
        p.world().on_surfaces(call)
    } else {
        call
    }
}
