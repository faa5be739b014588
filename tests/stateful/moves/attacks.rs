//! Good calls with one account taken from another market, signed by a thief or by nobody; and calls that took effect
//! already.

use {
    crate::player::Player,
    bulkhead_sdk::pda,
    bulkhead_tests::{
        calls::{swap, unsigned},
        world::Who,
    },
    solana_address::Address,
    solana_instruction::Instruction,
};

pub fn attack(p: &mut Player) {
    match p.draw(0..5) {
        0 => unsigned_call(p),
        1 => replay(p),
        _ => foreign_account(p),
    }
}

/// Calls that would be accepted, more often than not.
fn any_call(p: &mut Player) -> Option<Instruction> {
    let (who, other) = (p.who(), p.who());
    let id = p.live()?;
    let world = p.world();
    let terms = world.at_mark(id, 4, 0, 1);
    let other = if who == other { Who::Publisher(0) } else { other };
    let mut calls = vec![
        world.deposit(who, 1),
        world.withdraw(who, 1),
        world.settle(id, who),
        world.request_exit(Who::Provider, 1),
        world.deposit_pool(Who::Provider, 1_000),
        world.collect_fees(0),
        world.fix_settlement(id),
        world.refresh_risk(id),
        world.slash_publisher(Who::Publisher(0), who),
    ];
    if other != Who::Publisher(0) {
        calls.push(world.trade(who, other, terms));
    }
    let at = p.draw(0..calls.len());
    Some(calls.swap_remove(at))
}

/// One account of another market, or one person's in the place of another's, never goes through.
fn foreign_account(p: &mut Player) {
    let Some(call) = any_call(p) else { return };
    let (who, there) = (p.who(), p.draw(1..p.markets.len()));
    let there = &p.markets[(p.at + there) % p.markets.len()];
    let here = p.world();
    let (from, to) = (here.market(), there.market());
    let Some(id) = there.live().first().copied() else { return };
    let of_here = |make: fn(&Address, u16) -> Address| {
        here.live().into_iter().map(move |live| (make(&here.market(), live), make(&there.market(), id)))
    };
    let mut swaps = vec![
        (from, to),
        (pda::ledger(&from), pda::ledger(&to)),
        (pda::vault(&from), pda::vault(&to)),
        (pda::oracle(&from), pda::oracle(&to)),
        (pda::pool(&from), pda::pool(&to)),
        (pda::shard(&from, 0), pda::shard(&to, 0)),
        (here.account_of(who), there.account_of(who)),
        (here.key(who), there.key(Who::Publisher(0))),
    ];
    swaps.extend(of_here(pda::expiry));
    swaps.extend(of_here(pda::risk_array));
    swaps.retain(|(from, _)| call.accounts.iter().any(|a| a.pubkey == *from));
    let Some((from, to)) = p.any_of(&swaps) else { return };
    p.machine.note(format!("next: {to} in the place of {from}"));
    p.attack("foreign account", &swap(call, &from, &to));
}

/// The signature of whoever it concerns is missing.
fn unsigned_call(p: &mut Player) {
    let Some(call) = any_call(p) else { return };
    let signers: Vec<Address> = call.accounts.iter().filter(|a| a.is_signer).map(|a| a.pubkey).collect();
    let Some(signer) = p.any_of(&signers) else { return };
    p.machine.note(format!("next: without the signature of {signer}"));
    p.attack("unsigned call", &unsigned(call, &signer));
}

/// The last call again: it may take effect again, but nothing else may come of it.
fn replay(p: &mut Player) {
    let Some(call) = p.last[p.at].clone() else { return };
    p.replay(&call);
}
