//! `open_stake`, `deposit_pool`, `request_exit`, `execute_exit`. What several who leave owe each other: `exit_queue`.

use crate::prelude::*;

const COOLDOWN: i64 = 8 * DAY;

fn stake(w: &Bank, who: Who) -> Stake {
    w.state(&pda::stake(&w.market(), &w.key(who)))
}

fn pool(w: &Bank) -> Pool {
    w.state(&pda::pool(&w.market()))
}

#[test]
fn conserves_a_stake_from_deposit_to_exit() {
    let mut w = Bank::bank();
    w.accepts(w.open_stake(Alice));
    w.accepts(w.deposit_pool(Alice, 1_000));
    let shares = stake(&w, Alice).shares;
    assert_eq!(shares, 1_000_000);
    sound(&w);
    w.accepts(w.request_exit(Alice, shares));
    ripen(&mut w);
    let before = w.balance(&w.wallet_of(Alice));
    w.accepts(w.execute_exit(Alice));
    assert_eq!(w.balance(&w.wallet_of(Alice)), before + 1_000);
    assert_eq!((stake(&w, Alice).shares, stake(&w, Alice).exiting), (0, 0));
    assert_eq!(pool(&w).cash, STAKE);
    sound(&w);
}

#[test]
fn conserves_income_for_those_who_were_there() {
    let mut w = with_trade(1_000);
    w.accepts(w.collect_fees(0));
    let income = pool(&w).income_total;
    assert!(income > 0);
    w.accepts(w.open_stake(Alice));
    w.accepts(w.deposit_pool(Alice, 1_000_000));
    let shares = stake(&w, Alice).shares;
    w.accepts(w.request_exit(Alice, shares));
    ripen(&mut w);
    let before = w.balance(&w.wallet_of(Alice));
    w.accepts(w.execute_exit(Alice));
    let paid = w.balance(&w.wallet_of(Alice)) - before;
    assert!((999_000..=1_000_000).contains(&paid), "{paid}");
    assert!(pool(&w).cash >= STAKE + income);
    sound(&w);
}

#[test]
fn allows_the_last_holder_to_empty_the_pool() {
    let mut w = Bank::bank();
    let shares = stake(&w, Provider).shares;
    w.accepts(w.request_exit(Provider, shares));
    ripen(&mut w);
    w.accepts(w.execute_exit(Provider));
    assert_eq!((pool(&w).cash, pool(&w).shares), (0, 0));
    sound(&w);
}

#[test]
fn allows_exits_at_every_level_and_no_deposits_in_doubt() {
    let mut w = Bank::bank();
    w.set_balance(&pda::vault(&w.market()), STAKE);
    w.accepts(w.report_fault(Stranger, 2, None));
    w.accepts(w.open_stake(Alice));
    w.rejects(w.deposit_pool(Alice, 1_000), ActionClosed);
    w.accepts(w.request_exit(Provider, 1_000));
    ripen(&mut w);
    w.accepts(w.execute_exit(Provider));
}

#[test]
fn rejects_stakes_of_nothing() {
    let mut w = Bank::bank();
    w.rejects(w.deposit_pool(Provider, 0), ZeroAmount);
    w.rejects(w.request_exit(Provider, 0), ZeroAmount);
}

#[test]
fn rejects_a_second_stake() {
    let mut w = Bank::bank();
    let keys = [pda::stake(&w.market(), &w.key(Provider))];
    let before = w.snapshot(&keys);
    assert!(w.send(&[w.open_stake(Provider)]).is_err());
    w.assert_unchanged(&keys, &before);
}

#[test]
fn rejects_a_deposit_that_rounding_would_eat() {
    let mut w = Bank::bank();
    w.edit(&pda::pool(&w.market()), |p: &mut Pool| p.shares /= 1_000);
    w.accepts(w.open_stake(Alice));
    w.rejects(w.deposit_pool(Alice, 100), DepositTooSmall);
    w.accepts(w.deposit_pool(Alice, 10_000));
}

#[test]
fn rejects_more_shares_than_are_free() {
    let mut w = Bank::bank();
    let shares = stake(&w, Provider).shares;
    w.rejects(w.request_exit(Provider, shares + 1), NotEnoughShares);
    w.accepts(w.request_exit(Provider, shares - 10));
    w.rejects(w.request_exit(Provider, 11), NotEnoughShares);
}

#[test]
fn rejects_an_exit_before_its_time_and_without_a_request() {
    let mut w = Bank::bank();
    w.rejects(w.execute_exit(Provider), NoExitRequested);
    w.accepts(w.request_exit(Provider, 1_000_000));
    w.warp(COOLDOWN - 1);
    w.rejects(w.execute_exit(Provider), ExitCoolingDown);
    // A second request restarts the wait of the first.
    w.accepts(w.request_exit(Provider, 1_000_000));
    w.warp(1);
    w.rejects(w.execute_exit(Provider), ExitCoolingDown);
    w.warp(COOLDOWN - 1);
    settle_near(&mut w);
    w.accepts(w.execute_exit(Provider));
    w.rejects(w.execute_exit(Provider), NoExitRequested);
    sound(&w);
}

#[test]
fn rejects_exits_while_an_expiry_is_settling() {
    let mut w = with_trade(10);
    w.accepts(w.request_exit(Provider, 1_000_000));
    w.warp_to(START + 8 * DAY);
    // From the expiry on its losses can be known, whether or not somebody has fixed the price.
    w.rejects(w.execute_exit(Provider), PoolEncumbered);
    w.accepts(w.fix_settlement(w.near));
    w.rejects(w.execute_exit(Provider), PoolEncumbered);
    w.accepts(w.settle(w.near, Bob));
    w.accepts(w.settle(w.near, Alice));
    w.accepts(w.execute_exit(Provider));
    sound(&w);
}

#[test]
fn rejects_outflow_beyond_the_hours_limit() {
    let mut w = Bank::bank();
    let shares = stake(&w, Provider).shares;
    w.accepts(w.request_exit(Provider, shares));
    ripen(&mut w);
    w.accepts(w.execute_part_of_exit(Provider, shares / 2));
    // Traders use the same limit: what one takes is not left for the pool, whatever its hour's share was.
    w.accepts(w.withdraw(Alice, STAKE / 2));
    w.rejects(w.execute_exit(Provider), OutflowLimited);
    w.warp(3_600);
    w.accepts(w.execute_exit(Provider));
    assert_eq!(stake(&w, Provider).shares, 0);
    sound(&w);
}

#[test]
fn allows_a_large_stake_to_leave_in_hourly_parts() {
    let mut w = Bank::bank();
    let shares = stake(&w, Provider).shares;
    w.edit(&w.market(), |m: &mut Market| {
        m.params.outflow_hour_ppm = 1;
        m.params.outflow_floor_atoms = STAKE / 3;
    });
    w.accepts(w.request_exit(Provider, shares));
    ripen(&mut w);
    w.rejects(w.execute_part_of_exit(Provider, 0), ZeroAmount);
    w.rejects(w.execute_part_of_exit(Provider, shares + 1), NoExitRequested);
    for hour in 1..=3 {
        // As much leaves as may, and in a fourth hour what rounding left.
        w.accepts(w.execute_exit(Provider));
        let left = pool(&w).cash;
        assert!(left.abs_diff(STAKE - hour * (STAKE / 3)) <= 2, "{left} after {hour}");
        w.rejects(w.execute_exit(Provider), ExitShareTaken);
        w.warp(3_600);
        sound(&w);
    }
    w.accepts(w.execute_exit(Provider));
    assert_eq!((pool(&w).cash, stake(&w, Provider).exiting), (0, 0));
}

#[test]
fn rejects_an_exit_that_waited_at_the_open_door() {
    let mut w = Bank::bank();
    let shares = stake(&w, Provider).shares;
    w.accepts(w.request_exit(Provider, shares));
    w.warp(COOLDOWN + 7 * DAY - 1);
    settle_near(&mut w);
    w.accepts(w.execute_part_of_exit(Provider, 1_000));
    w.warp(1);
    w.rejects(w.execute_exit(Provider), ExitLapsed);
    // What lapsed is forgotten, so that all of it can be requested again.
    w.accepts(w.request_exit(Provider, shares - 1_000));
    w.warp(COOLDOWN);
    w.accepts(w.execute_exit(Provider));
    sound(&w);
}

#[test]
fn rejects_somebody_elses_stake() {
    let mut w = Bank::bank();
    w.accepts(w.open_stake(Alice));
    let (own, other) = (pda::stake(&w.market(), &w.key(Alice)), pda::stake(&w.market(), &w.key(Provider)));
    for call in [w.deposit_pool(Alice, 1_000), w.request_exit(Alice, 1), w.execute_exit(Alice)] {
        w.rejects(swap(call, &own, &other), NotOwner);
    }
}

#[test]
fn rejects_accounts_of_another_market() {
    let mut w = Bank::bank();
    let (here, there) = (w.market(), w.foreign.market);
    let swaps = [
        (pda::ledger(&here), pda::ledger(&there)),
        (pda::pool(&here), pda::pool(&there)),
        (pda::vault(&here), pda::vault(&there)),
        (w.stage.keys.quote_mint, w.foreign.quote_mint),
        (here, there),
    ];
    for call in [w.deposit_pool(Provider, 1_000), w.request_exit(Provider, 1), w.execute_exit(Provider)] {
        for (from, to) in swaps {
            if call.accounts.iter().any(|a| a.pubkey == from) {
                w.rejects(swap(call.clone(), &from, &to), WrongMarket);
            }
        }
    }
}
