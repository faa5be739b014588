//! The end of a market: settle everything, pay everybody, and the vault is empty to the atom.

use {
    crate::player::{Player, TRADERS},
    bulkhead_drill::svm::SvmChain,
    bulkhead_sdk::{
        bulkhead::state::{proposal::kind, Ledger, Pool, PublisherFeed, Stake},
        instructions as ix, pda,
    },
    bulkhead_tests::{
        calls::proposal,
        invariants::assert_all,
        world::{params, Who, World, DAY},
    },
    solana_address::Address,
};

const HOUR: i64 = 3_600;
/// Wait after an expiry before it settles by the reference price, seconds.
const LAST_TIER: i64 = 4 * HOUR;

pub fn wind_down(player: Player) {
    let mut w = player.world;
    let index = w.next_proposal();
    w.accepts(w.propose(Who::Governor, proposal(kind::WIND_DOWN)));
    w.accepts(w.execute_proposal(index, true));
    settle(&mut w);
    for shard in 0..2 {
        w.accepts(w.collect_fees(shard));
    }
    retire_publishers(&mut w);
    repay(&mut w);
    withdraw(&mut w);
    leave_the_pool(&mut w);
    let market = w.market();
    let ledger: Ledger = w.state(&pda::ledger(&market));
    let vault = w.balance(&pda::vault(&market));
    assert_eq!((vault, ledger.claims), (0, 0), "the vault and the claims on it");
    assert_eq!(ledger.deposited_total, ledger.withdrawn_total);
    for who in TRADERS {
        if w.margin(who).debt == 0 {
            w.accepts(w.close_account(who));
        }
    }
    assert_all(&w.stage.chain, &market);
    assert_all(&w.stage.chain, &w.foreign.market);
}

fn feed_of(w: &World<SvmChain>, who: Who) -> Address {
    pda::feed(&w.market(), &w.key(who))
}

/// Every publisher pays what it owes and leaves with the rest of its bond.
fn retire_publishers(w: &mut World<SvmChain>) {
    let all = [0, 1, 2].map(Who::Publisher);
    for who in all {
        if w.oracle().owed(&feed_of(w, who)) != (0, 0) {
            w.accepts(w.slash_publisher(who, TRADERS[0]));
        }
        w.accepts(w.resign_publisher(who));
        w.give_wallet(who, 0);
    }
    w.warp(7 * DAY);
    for who in all {
        let feed: PublisherFeed = w.state(&feed_of(w, who));
        w.accepts(w.withdraw_bond(who, feed.bond));
        w.accepts(w.close_publisher(who));
        assert_all(&w.stage.chain, &w.market());
    }
}

fn settle(w: &mut World<SvmChain>) {
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
        w.accepts(w.close_expiry(id));
    }
}

/// Payers first or last makes no difference; twice makes sure that every claim is paid.
fn settle_all(w: &mut World<SvmChain>, id: u16) {
    for who in TRADERS.into_iter().chain(TRADERS) {
        w.accepts(w.settle(id, who));
        assert_all(&w.stage.chain, &w.market());
    }
}

/// Who holds cash and owes the pool pays it back before taking the rest.
fn repay(w: &mut World<SvmChain>) {
    for who in TRADERS {
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
fn withdraw(w: &mut World<SvmChain>) {
    let most = params().outflow_floor_atoms;
    for who in TRADERS {
        loop {
            let account = w.margin(who);
            let left = account.cash - account.debt.min(account.cash);
            if left == 0 {
                break;
            }
            w.warp(HOUR + 1);
            w.accepts(w.withdraw(who, left.min(most)));
        }
        assert_all(&w.stage.chain, &w.market());
    }
}

fn leave_the_pool(w: &mut World<SvmChain>) {
    let market = w.market();
    let hourly = u128::from(params().outflow_floor_atoms) * 9 / 10;
    for who in TRADERS {
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
            assert_all(&w.stage.chain, &market);
        }
    }
}
