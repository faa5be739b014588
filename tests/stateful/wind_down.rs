//! The end of the markets: settle everything, pay everybody, and every vault is empty to the atom.

use {
    crate::{machine::Machine, player::Player},
    bulkhead_sdk::{
        bulkhead::state::{proposal::kind, KeeperBond, Ledger, Pool, PublisherFeed, Stake},
        instructions as ix, pda,
    },
    bulkhead_tests::{
        calls::proposal,
        markets::ACTORS,
        world::{params, Who, World, DAY, SHARDS},
    },
    solana_address::Address,
};

const HOUR: i64 = 3_600;
/// Seconds after an expiry within which its price can be fixed, whatever was proposed.
const LAST_TIER: i64 = 7 * HOUR;

/// # Panics
/// When anything is refused, or an atom stays.
pub fn wind_down(player: &mut Player) {
    for w in &mut player.markets {
        player.machine.note(format!("winding {} down", w.market()));
        close_market(w);
    }
    player.machine.measure(true);
    player.machine.look_around();
}

fn close_market(w: &mut World<Machine>) {
    let index = w.next_proposal();
    w.accepts(w.propose(Who::Governor, proposal(kind::WIND_DOWN)));
    w.accepts(w.execute_proposal(index, true));
    settle(w);
    for shard in 0..SHARDS {
        w.accepts(w.collect_fees(shard));
    }
    retire_publishers(w);
    retire_keepers(w);
    repay(w);
    withdraw(w);
    leave_the_pool(w);
    let market = w.market();
    let ledger: Ledger = w.state(&pda::ledger(&market));
    let vault = w.balance(&pda::vault(&market));
    assert_eq!((vault, ledger.claims), (0, 0), "the vault and the claims on it");
    assert_eq!(ledger.deposited_total, ledger.withdrawn_total);
    for who in ACTORS {
        if w.margin(who).debt == 0 {
            w.accepts(w.close_account(who));
        }
    }
}

fn feed_of(w: &World<Machine>, who: Who) -> Address {
    pda::feed(&w.market(), &w.key(who))
}

/// Every publisher pays what it owes and leaves with the rest of its bond.
fn retire_publishers(w: &mut World<Machine>) {
    let asked = [0, 1, 2].map(Who::Publisher);
    let all: Vec<Who> = asked.into_iter().chain(ACTORS).filter(|who| w.exists(&feed_of(w, *who))).collect();
    for who in &all {
        let feed: PublisherFeed = w.state(&feed_of(w, *who));
        if w.oracle().owed(&feed_of(w, *who)) != (0, 0) {
            w.accepts(w.slash_publisher(*who, ACTORS[0]));
        }
        if feed.resigned_at == 0 {
            w.accepts(w.resign_publisher(*who));
        }
        if !w.cast.wallets.contains_key(who) {
            w.give_wallet(*who, 0);
        }
    }
    w.warp(7 * DAY);
    for who in all {
        let feed: PublisherFeed = w.state(&feed_of(w, who));
        if feed.bond > 0 {
            w.warp(HOUR);
            w.accepts(w.withdraw_bond(who, feed.bond));
        }
        w.accepts(w.close_publisher(who));
    }
}

/// What keepers leased is resolved, with nothing left to do, and their bonds are paid back.
fn retire_keepers(w: &mut World<Machine>) {
    let bond_of = |w: &World<Machine>, who: Who| pda::keeper(&w.market(), &w.key(who));
    let all: Vec<Who> = ACTORS.into_iter().filter(|who| w.exists(&bond_of(w, *who))).collect();
    for who in &all {
        for account in ACTORS {
            let lease = w.margin(account).lease;
            if lease.keeper == w.key(*who) && !lease.is_settled() {
                let reward = if account == ACTORS[0] { ACTORS[1] } else { ACTORS[0] };
                w.accepts(w.resolve_lease(*who, account, reward));
            }
        }
        if w.state::<KeeperBond>(&bond_of(w, *who)).resigned_at == 0 {
            w.accepts(w.resign_keeper(*who));
        }
    }
    w.warp(7 * DAY);
    for who in all {
        let bond: KeeperBond = w.state(&bond_of(w, who));
        if bond.bond > 0 {
            w.warp(HOUR);
            w.accepts(w.withdraw_keeper_bond(who, bond.bond));
        }
        w.accepts(w.close_keeper(who));
    }
}

fn settle(w: &mut World<Machine>) {
    let mut live = w.live();
    live.sort_by_key(|id| w.expiry(*id).expires_at);
    for id in live {
        let expiry = w.expiry(id);
        if !expiry.is_fixed() {
            let at = (expiry.expires_at + LAST_TIER).max(w.now());
            w.warp_to(at);
            w.accepts(w.fix_settlement(id));
        }
        settle_all(w, id);
        let expiry = w.expiry(id);
        if expiry.missing() > 0 && !expiry.is_final(w.now()) {
            w.accepts(w.cover(id));
            settle_all(w, id);
            // Haircuts become final, and their claims end.
            w.warp(7 * DAY);
            settle_all(w, id);
        }
        for who in ACTORS {
            while w.expiry(id).bonds().iter().any(|bond| bond.account == w.account_of(who)) {
                w.accepts(w.return_bond(id, who));
            }
        }
        w.accepts(w.close_expiry(id));
    }
}

/// Payers first or last makes no difference; twice makes sure that every claim is paid.
fn settle_all(w: &mut World<Machine>, id: u16) {
    for who in ACTORS.into_iter().chain(ACTORS) {
        if has_part_in(w, who, id) {
            w.accepts(w.settle(id, who));
        }
    }
}

fn has_part_in(w: &World<Machine>, who: Who, id: u16) -> bool {
    let account = w.margin(who);
    account.legs().iter().any(|leg| leg.expiry_id == id) || account.claims.iter().any(|c| c.expiry_id == id)
}

/// Who holds cash and owes the pool pays it back before taking the rest.
fn repay(w: &mut World<Machine>) {
    for who in ACTORS {
        let account = w.margin(who);
        if account.debt == 0 || account.cash == 0 {
            continue;
        }
        if w.balance(&w.wallet_of(who)) == 0 {
            w.give_wallet(who, 1);
        }
        w.accepts(ix::deposit(w.key(who), &w.stage.keys, w.account_of(who), w.wallet_of(who), 1, true));
    }
}

/// As much an hour as the outflow limit always allows.
fn withdraw(w: &mut World<Machine>) {
    let most = params().outflow_floor_atoms;
    for who in ACTORS {
        loop {
            let account = w.margin(who);
            let left = account.cash - account.debt.min(account.cash);
            if left == 0 {
                break;
            }
            w.warp(HOUR + 1);
            w.accepts(w.withdraw(who, left.min(most)));
        }
    }
}

fn leave_the_pool(w: &mut World<Machine>) {
    let market = w.market();
    let hourly = u128::from(params().outflow_floor_atoms) * 9 / 10;
    for who in ACTORS {
        let key = pda::stake(&market, &w.key(who));
        while w.exists(&key) {
            let stake: Stake = w.state(&key);
            let pool: Pool = w.state(&pda::pool(&market));
            if stake.shares == 0 {
                break;
            }
            if stake.exiting < stake.shares || stake.has_lapsed(w.now()) {
                let held = if stake.has_lapsed(w.now()) { 0 } else { stake.exiting };
                w.accepts(w.request_exit(who, stake.shares - held));
                w.warp(7 * DAY);
                continue;
            }
            if w.now() < stake.unlock_at {
                w.warp(stake.unlock_at - w.now());
            }
            // A large stake leaves in parts, an hour's outflow each.
            let worth = u128::from(pool.cash) + 1;
            let part = u64::try_from(hourly * (u128::from(pool.shares) + 1_000) / worth).unwrap_or(u64::MAX);
            w.accepts(w.execute_part_of_exit(who, part.min(stake.exiting)));
            w.warp(3_600);
        }
    }
}
