//! Keepers: their bonds, signs of life and leases.

use {
    super::trades,
    crate::player::Player,
    bulkhead_sdk::{bulkhead::state::KeeperBond, pda},
    bulkhead_tests::{
        markets::ACTORS,
        world::{Who, DAY},
    },
};

/// 5,000 units: the least bond.
const BOND: u64 = 5_000_000_000;

/// A bond from its first day to its end, and signs of life between. A few people have one, so that they get that far.
pub fn bond(p: &mut Player) {
    let who = p.one_of(&ACTORS[..3]);
    let Some(bond) = bond_of(p, who) else {
        let bond = p.one_of(&[BOND - 1, BOND, BOND + 1]);
        let call = p.world().register_keeper(who, bond);
        p.call("register_keeper", call);
        return;
    };
    match p.draw(0..7) {
        0 | 1 => {
            let call = p.world().heartbeat(who);
            p.call("heartbeat", call);
        }
        2 => {
            let (by, amount) = (p.who(), p.one_of(&[0, 1, 1_000_000]));
            let call = p.world().add_keeper_bond(by, who, amount);
            p.call("add_keeper_bond", call);
        }
        3 => {
            let call = p.world().resign_keeper(who);
            p.call("resign_keeper", call);
        }
        4 => {
            let amount = p.one_of(&[0, 1, bond.bond, bond.bond + 1]);
            let call = p.world().withdraw_keeper_bond(who, amount);
            p.call("withdraw_keeper_bond", call);
        }
        5 => {
            // The whole of its end.
            let call = p.world().resign_keeper(who);
            p.call("resign_keeper", call);
            p.world_mut().warp(7 * DAY);
            let call = p.world().withdraw_keeper_bond(who, bond.bond);
            p.call("withdraw_keeper_bond", call);
            let call = p.world().close_keeper(who);
            p.call("close_keeper", call);
        }
        _ => {
            let call = p.world().close_keeper(who);
            p.call("close_keeper", call);
        }
    }
}

/// Takes the lease of an account's auction.
pub fn lease(p: &mut Player, account: Who) {
    let who = keeper(p);
    if bond_of(p, who).is_none() {
        return;
    }
    if !p.once_in(4) {
        let call = p.world().heartbeat(who);
        p.call("heartbeat", call);
    }
    let call = p.world().take_lease(who, account);
    p.call("take_lease", call);
}

/// Resolves some lease, by anybody and for anybody's reward.
pub fn resolve(p: &mut Player) {
    let leased: Vec<Who> = ACTORS.into_iter().filter(|account| lessee(p, *account).is_some()).collect();
    let Some(account) = p.any_of(&leased) else { return };
    let Some(keeper) = lessee(p, account) else { return };
    let reward = p.who();
    if reward == account {
        return;
    }
    let call = p.world().resolve_lease(keeper, account, reward);
    let call = trades::by_array_or_surface(p, call);
    p.call("resolve_lease", call);
}

/// Whoever leased the account's auction last.
fn lessee(p: &Player, account: Who) -> Option<Who> {
    let keeper = p.world().margin(account).lease.keeper;
    let who = ACTORS.into_iter().find(|who| p.world().key(*who) == keeper)?;
    bond_of(p, who).map(|_| who)
}

/// One with a bond, most of the time.
fn keeper(p: &mut Player) -> Who {
    let any = p.who();
    let bonded: Vec<Who> = ACTORS.into_iter().filter(|who| bond_of(p, *who).is_some()).collect();
    p.any_of(&bonded).unwrap_or(any)
}

fn bond_of(p: &Player, who: Who) -> Option<KeeperBond> {
    let world = p.world();
    let key = pda::keeper(&world.market(), &world.key(who));
    world.exists(&key).then(|| world.state(&key))
}
