//! The end of the markets: settle everything, pay everybody, and every vault is empty to the atom.

use {
    crate::{machine::Machine, moves::senior, player::Player},
    bulkhead_sdk::{
        bulkhead::state::{proposal::kind, KeeperBond, Ledger, Pool, PublisherFeed, SeniorPool, Stake},
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
/// Everybody has left a pool within it, the cool-down and the hours' parts included.
const HOURS_OF_EXITS: usize = 1_000;
/// The daily limit of a pool lets the last atoms of what it owes through within it.
const DAYS_OF_REPAYMENT: usize = 400;
/// Seconds after an expiry within which its price can be fixed, whatever was proposed.
const LAST_TIER: i64 = 7 * HOUR;

/// # Panics
/// When anything is refused, or an atom stays.
pub fn wind_down(player: &mut Player) {
    for w in &mut player.markets {
        player.machine.note(format!("winding {} down", w.market()));
        close_market(w);
    }
    player.machine.note("leaving the senior pool".to_owned());
    leave_the_senior(&mut player.markets);
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
    end_auctions(w);
    repay(w);
    withdraw(w);
    pay_the_senior_back(w);
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

/// Nobody holds a leg any more: what the pool lent goes back.
fn end_auctions(w: &mut World<Machine>) {
    for who in ACTORS {
        if w.margin(who).auction.is_open() {
            w.accepts(w.end_auction(who));
        }
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

/// What the senior pool lent comes back day by day: at once what no loss asked for, then what the market's own pool owes of it.
fn pay_the_senior_back(w: &mut World<Machine>) {
    for _ in 0..DAYS_OF_REPAYMENT {
        let pool: Pool = w.state(&pda::pool(&w.market()));
        if pool.senior_cash == 0 && pool.senior_owed == 0 && pool.senior_due == 0 {
            return;
        }
        w.warp(DAY + 1);
        // Refused on days on which nothing may be paid.
        let _ = w.send(&[w.repay_senior()]);
    }
    let pool: Pool = w.state(&pda::pool(&w.market()));
    panic!(
        "the senior pool is not paid back after {DAYS_OF_REPAYMENT} days: it is owed {}, {} unspent and {} due; losses lack {}, \
         {} settle, expiries {:?}",
        pool.senior_owed, pool.senior_cash, pool.senior_due, pool.unmet, pool.settling, pool.expiries_at
    );
}

fn leave_the_senior(markets: &mut [World<Machine>]) {
    let joined = senior::joined(markets);
    let Some(w) = markets.first_mut() else { return };
    let key = w.senior();
    for _ in 0..HOURS_OF_EXITS {
        w.warp(HOUR);
        for who in ACTORS {
            let stake = pda::stake(&key, &w.key(who));
            let Some(held) = w.exists(&stake).then(|| w.state::<Stake>(&stake)) else { continue };
            if held.has_lapsed(w.now()) {
                w.accepts(w.expire_senior_exit(who));
            } else if held.exiting < held.shares {
                w.accepts(w.request_senior_exit(who, held.shares - held.exiting));
            } else if held.shares > 0 && w.now() >= held.unlock_at {
                // Under stress everybody leaves in parts, and a small part of an hour may be none.
                let _ = w.send(&[w.execute_senior_exit(who, &joined, held.exiting)]);
            }
        }
        let pool: SeniorPool = w.state(&key);
        if pool.shares == 0 {
            assert_eq!((w.balance(&pool.vault), pool.cash), (0, 0), "the senior pool");
            return;
        }
    }
    panic!("the senior pool is not empty after {HOURS_OF_EXITS} hours");
}

fn leave_the_pool(w: &mut World<Machine>) {
    let market = w.market();
    for _ in 0..HOURS_OF_EXITS {
        w.warp(HOUR);
        for who in ACTORS {
            let stake = pda::stake(&market, &w.key(who));
            let Some(held) = w.exists(&stake).then(|| w.state::<Stake>(&stake)) else { continue };
            if held.has_lapsed(w.now()) {
                w.accepts(w.expire_exit(who));
            } else if held.exiting < held.shares {
                w.accepts(w.request_exit(who, held.shares - held.exiting));
            } else if held.shares > 0 && w.now() >= held.unlock_at {
                let _ = w.send(&[w.execute_part_of_exit(who, held.exiting)]);
            }
        }
        if w.state::<Pool>(&pda::pool(&market)).shares == 0 {
            return;
        }
    }
    panic!("the pool is not empty after {HOURS_OF_EXITS} hours");
}
