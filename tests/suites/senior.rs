//! The senior pool: `init_senior`, `join_senior`, stakes in it, and what it lends and gets back.

use {
    crate::prelude::*,
    bulkhead_sdk::{
        bulkhead::instructions::create_market::CreateMarketArgs,
        instructions::{MarketKeys, TOKEN_PROGRAM},
        risk::breaker::{Cause, Trip},
    },
};

const NOTICE: i64 = 16 * DAY;
const COOLDOWN: i64 = 8 * DAY;

fn senior(w: &Bank) -> SeniorPool {
    w.state(&w.senior())
}

fn pool(w: &Bank) -> Pool {
    w.state(&pda::pool(&w.market()))
}

fn stake(w: &Bank, who: Who) -> Stake {
    w.state(&pda::stake(&w.senior(), &w.key(who)))
}

fn set_draw_limit(w: &mut Bank, ppm: u64) {
    w.edit(&w.market(), |m: &mut Market| m.params.pool_draw_day_ppm = ppm);
}

/// An hour after the near expiry, which is priced and settled.
fn pass_near(w: &mut Bank) {
    fix_near(w, PRICE);
    for who in [Bob, Alice, Carol] {
        w.accepts(w.settle(w.near, who));
    }
}

/// One more market of the same quote mint, behind which the senior pool stands and whose loss waits for `unmet`.
fn another(w: &mut Bank, id: u16, unmet: u64) -> MarketKeys {
    let keys = MarketKeys { market: pda::market(id), ..w.stage.keys };
    let args = CreateMarketArgs {
        id,
        symbol: *b"ETH\0\0\0\0\0\0\0\0\0\0\0\0\0",
        lots_per_unit: 100,
        tick_atoms: 1_000,
        surface_authority: w.key(Governor),
        params: params(),
    };
    w.accepts(ix::create_market(w.key(Governor), &keys, args));
    w.accepts(ix::join_senior(w.key(Governor), &keys));
    let now = w.now();
    w.edit(&pda::pool(&keys.market), |p: &mut Pool| {
        p.joined_at -= NOTICE;
        (p.unmet, p.unmet_since, p.unmet_at) = (unmet, now, now);
    });
    keys
}

#[test]
fn conserves_a_senior_stake_from_deposit_to_exit() {
    let mut w = with_senior(Bank::bank());
    w.accepts(w.open_senior_stake(Alice));
    w.accepts(w.deposit_senior(Alice, 1_000));
    let shares = stake(&w, Alice).shares;
    assert_eq!(shares, 1_000_000);
    w.rejects(w.request_senior_exit(Alice, shares + 1), NotEnoughShares);
    w.rejects(w.request_senior_exit(Alice, 0), ZeroAmount);
    w.accepts(w.request_senior_exit(Alice, shares));
    sound(&w);
    w.warp(COOLDOWN - 1);
    w.rejects(w.execute_senior_exit(Alice, &[w.market()], shares), ExitCoolingDown);
    w.warp(1);
    w.rejects(w.execute_senior_exit(Alice, &[w.market()], shares), PoolEncumbered);
    settle_near(&mut w);
    let before = w.balance(&w.wallet_of(Alice));
    w.accepts(w.execute_senior_exit(Alice, &[w.market()], shares));
    assert_eq!(w.balance(&w.wallet_of(Alice)), before + 1_000);
    assert_eq!((stake(&w, Alice).shares, senior(&w).cash), (0, SENIOR));
    w.rejects(w.execute_senior_exit(Alice, &[w.market()], 1), NoExitRequested);
    sound(&w);
}

#[test]
fn allows_one_senior_pool_per_mint_by_anyone() {
    let mut w = Bank::bank();
    w.accepts(w.init_senior(Stranger));
    assert_eq!(senior(&w).quote_mint, w.stage.keys.quote_mint);
    let keys = [w.senior()];
    let before = w.snapshot(&keys);
    assert!(w.send(&[w.init_senior(Alice)]).is_err());
    w.assert_unchanged(&keys, &before);
}

#[test]
fn rejects_a_senior_pool_of_an_unsupported_mint() {
    let mut w = Bank::bank();
    let mint = Keypair::new().pubkey();
    let mut account = w.raw(&w.stage.keys.quote_mint);
    account.data[44] = 5;
    w.place(mint, account);
    w.rejects(ix::init_senior(w.key(Stranger), mint, TOKEN_PROGRAM), UnsupportedMint);
}

#[test]
fn rejects_joining_twice_by_others_or_another_mints_pool() {
    let mut w = Bank::bank();
    w.accepts(w.init_senior(Stranger));
    w.rejects(w.join_senior(Guardian), NotGovernor);
    let foreign = w.foreign.market;
    w.rejects(ix::join_senior(w.key(Governor), &MarketKeys { market: foreign, ..w.stage.keys }), WrongSenior);
    let (here, there) = (pda::pool(&w.market()), pda::pool(&foreign));
    w.rejects(swap(w.join_senior(Governor), &here, &there), WrongMarket);
    w.edit(&w.senior(), |s: &mut SeniorPool| s.markets = 32);
    w.rejects(w.join_senior(Governor), AlreadyJoined);
    w.edit(&w.senior(), |s: &mut SeniorPool| s.markets = 0);
    w.accepts(w.join_senior(Governor));
    w.rejects(w.join_senior(Governor), AlreadyJoined);
    assert_eq!((senior(&w).markets, pool(&w).senior), (1, w.senior()));
}

#[test]
fn rejects_draws_that_nothing_calls_for() {
    let mut w = Bank::bank();
    w.accepts(w.init_senior(Stranger));
    w.rejects(w.draw_senior(), NotJoined);
    w.rejects(w.repay_senior(), NotJoined);
    w.accepts(w.open_senior_stake(Carol));
    w.accepts(w.deposit_senior(Carol, SENIOR));
    w.accepts(w.join_senior(Governor));
    suffer(&mut w, 1_000);
    w.warp(NOTICE - 1);
    w.rejects(w.draw_senior(), SeniorNoticeRunning);
    w.warp(1);
    // Nobody asked for the loss since.
    w.rejects(w.draw_senior(), NothingUnmet);
    suffer(&mut w, 1_000);
    w.accepts(w.draw_senior());
    w.rejects(w.draw_senior(), NothingUnmet);
    w.edit(&pda::pool(&w.market()), |p: &mut Pool| p.senior = Address::new_from_array([9; 32]));
    w.rejects(w.draw_senior(), WrongSenior);
    w.rejects(w.repay_senior(), WrongSenior);
}

#[test]
fn conserves_a_draw_and_keeps_it_from_the_junior_providers() {
    let mut w = with_senior(Bank::bank());
    suffer(&mut w, 1_000_000);
    let before = pool(&w);
    w.accepts(w.draw_senior());
    let after = pool(&w);
    assert_eq!((after.senior_cash, after.senior_debt, after.unmet), (1_000_000, 1_000_000, 1_000_000));
    assert_eq!((after.cash, after.shares), (before.cash, before.shares));
    assert_eq!(senior(&w).cash, SENIOR - 1_000_000);
    sound(&w);
}

#[test]
fn rejects_draws_beyond_a_tenth_for_a_market_and_day() {
    let mut w = with_senior(Bank::bank());
    suffer(&mut w, SENIOR);
    w.accepts(w.draw_senior());
    assert_eq!(pool(&w).senior_debt, SENIOR / 10);
    w.rejects(w.draw_senior(), SeniorCapReached);
    // Half of the day's cap is back after half a day.
    w.warp(DAY / 2);
    w.accepts(w.draw_senior());
    // Of what is left and what still counts as drawn.
    assert_eq!(pool(&w).senior_debt, SENIOR * 145 / 1_000);
    w.rejects(w.draw_senior(), SeniorCapReached);
    sound(&w);
}

#[test]
fn rejects_draws_beyond_a_fifth_for_all_markets_and_day() {
    let mut w = with_senior(Bank::bank());
    suffer(&mut w, SENIOR);
    let others = [another(&mut w, 11, SENIOR), another(&mut w, 12, SENIOR), another(&mut w, 13, SENIOR)];
    w.accepts(w.draw_senior());
    let debts = others.map(|keys| {
        // A draw for one market leaves every account of the first as it is.
        let first = [pda::pool(&w.market()), pda::ledger(&w.market()), pda::vault(&w.market()), w.market()];
        let before = w.snapshot(&first);
        if keys.market == others[2].market {
            w.rejects(ix::draw_senior(&keys), SeniorCapReached);
        } else {
            w.accepts(ix::draw_senior(&keys));
        }
        w.assert_unchanged(&first, &before);
        w.state::<Pool>(&pda::pool(&keys.market)).senior_debt
    });
    // A tenth of what was there, a tenth of what the first had left, and what a fifth of all leaves.
    assert_eq!(debts, [SENIOR * 9 / 100, SENIOR / 100, 0]);
    assert_eq!(senior(&w).cash, SENIOR * 8 / 10);
    sound(&w);
}

#[test]
fn allows_the_senior_only_what_the_junior_may_not_pay() {
    let mut w = with_senior(Bank::bank());
    suffer(&mut w, STAKE / 2);
    set_draw_limit(&mut w, 500_000);
    w.rejects(w.draw_senior(), NothingUnmet);
    suffer(&mut w, STAKE / 2 + 7);
    set_draw_limit(&mut w, 500_000);
    w.accepts(w.draw_senior());
    assert_eq!((pool(&w).senior_debt, pool(&w).cash), (7, STAKE));
    sound(&w);
}

#[test]
fn conserves_a_loss_from_the_account_to_both_pools_and_the_winners() {
    let mut w = with_senior(with_bankrupt());
    let foreign = [pda::pool(&w.foreign.market), pda::vault(&w.foreign.market), w.account_of(Foreigner)];
    let before = w.snapshot(&foreign);
    w.accepts(w.settle(w.near, Bob));
    w.accepts(w.cover(w.near));
    let missing = w.expiry(w.near).missing();
    assert_eq!((w.margin(Bob).cash, pool(&w).cash, pool(&w).unmet), (0, STAKE / 2, missing));
    w.accepts(w.draw_senior());
    w.rejects(w.draw_senior(), SeniorCapReached);
    sound(&w);
    w.accepts(w.cover(w.near));
    let (after, lent) = (pool(&w), SENIOR / 10);
    assert_eq!(w.expiry(w.near).missing(), missing - lent);
    assert_eq!((after.senior_cash, after.senior_debt, after.unmet), (0, lent, missing - lent));
    // The pool's own day was over, not its duty: so much of what it has left is the senior pool's.
    assert_eq!((after.cash, after.senior_owed), (STAKE / 2, lent));
    for who in [Alice, Carol] {
        w.accepts(w.settle(w.near, who));
    }
    sound(&w);
    w.assert_unchanged(&foreign, &before);
    // A day later the loss is forgotten, and the pool pays back within its limit.
    w.warp(DAY);
    w.accepts(w.repay_senior());
    assert_eq!((pool(&w).senior_debt, pool(&w).senior_owed, senior(&w).cash), (0, 0, SENIOR));
    sound(&w);
}

#[test]
fn conserves_the_seniors_share_of_fees() {
    let mut w = with_senior(with_trade(1_000));
    let before = pool(&w);
    w.rejects(w.repay_senior(), NothingToRepay);
    w.accepts(w.collect_fees(0));
    let after = pool(&w);
    let income = after.income_total - before.income_total;
    let fees = income + after.senior_due;
    assert_eq!(after.senior_due, fees / 5);
    sound(&w);
    w.accepts(w.repay_senior());
    assert_eq!((pool(&w).senior_due, senior(&w).cash), (0, SENIOR + fees / 5));
    w.rejects(w.repay_senior(), NothingToRepay);
    sound(&w);
}

#[test]
fn conserves_recoveries_for_the_senior_first() {
    let mut w = with_senior(Bank::bank());
    suffer(&mut w, 1_000);
    w.accepts(w.draw_senior());
    // The loss was Bob's: the loan went to him, and he owes it and more.
    w.edit(&pda::pool(&w.market()), |p: &mut Pool| p.senior_cash = 0);
    w.edit(&w.account_of(Bob), |a: &mut MarginAccount| {
        a.cash = 1_000;
        a.debt = 1_700;
    });
    let cash = pool(&w).cash;
    w.accepts(w.deposit(Bob, 1_000_000));
    let after = pool(&w);
    assert_eq!((after.senior_debt, after.senior_due, after.cash), (0, 1_000, cash + 700));
    w.accepts(w.repay_senior());
    assert_eq!(senior(&w).cash, SENIOR);
}

#[test]
fn conserves_a_loan_that_nobody_asked_for() {
    let mut w = with_senior(Bank::bank());
    suffer(&mut w, 1_000);
    w.accepts(w.draw_senior());
    w.warp(DAY - 1);
    w.rejects(w.repay_senior(), NothingToRepay);
    w.warp(1);
    pass_near(&mut w);
    w.accepts(w.repay_senior());
    assert_eq!((pool(&w).senior_cash, pool(&w).senior_debt, senior(&w).cash), (0, 0, SENIOR));
    assert_eq!(pool(&w).cash, STAKE);
    sound(&w);
}

#[test]
fn conserves_what_the_junior_pays_back_day_by_day() {
    let mut w = with_senior(Bank::bank());
    set_draw_limit(&mut w, 10_000);
    w.edit(&pda::pool(&w.market()), |p: &mut Pool| {
        p.senior_debt = STAKE / 50;
        p.senior_owed = STAKE / 50;
    });
    w.accepts(w.repay_senior());
    assert_eq!((pool(&w).cash, pool(&w).senior_debt), (STAKE - STAKE / 100, STAKE / 100));
    w.rejects(w.repay_senior(), NothingToRepay);
    w.warp(DAY);
    // Between an expiry and its price nobody knows what it costs the pool.
    w.rejects(w.repay_senior(), NothingToRepay);
    pass_near(&mut w);
    w.accepts(w.repay_senior());
    assert_eq!(senior(&w).cash, SENIOR + STAKE - pool(&w).cash);
    sound(&w);
    // Nothing while a loss waits or an expiry settles.
    w.warp(DAY);
    suffer(&mut w, 1);
    set_draw_limit(&mut w, 10_000);
    w.rejects(w.repay_senior(), NothingToRepay);
    w.edit(&pda::pool(&w.market()), |p: &mut Pool| (p.unmet, p.settling) = (0, 1));
    w.rejects(w.repay_senior(), NothingToRepay);
}

/// Bob is insolvent, his auction has asked for more than the pool may pay, and the pool owes the senior one.
#[test]
fn rejects_repayments_while_an_auction_has_asked_in_vain() {
    let mut w = with_senior(Bank::bank());
    let args = w.at_mark(w.far, 4, CALL, 4_000);
    w.accepts(w.trade(Alice, Bob, args));
    w.move_to(12_500_000_000);
    without_grace(&mut w);
    w.accepts(w.start_auction(Bob));
    w.edit(&pda::pool(&w.market()), |p: &mut Pool| {
        (p.cash, p.senior_debt, p.senior_owed) = (1_000_000, 1_000_000, 1_000_000);
    });
    w.accepts(w.cover_account(Bob));
    assert!(w.margin(Bob).auction.asked > 0);
    set_draw_limit(&mut w, 1_000_000);
    w.rejects(w.repay_senior(), NothingToRepay);
    w.edit(&pda::pool(&w.market()), |p: &mut Pool| p.unmet = 0);
    w.accepts(w.repay_senior());
}

#[test]
fn rejects_repayments_beyond_the_vaults_outflow() {
    let mut w = with_senior(Bank::bank());
    w.edit(&w.market(), |m: &mut Market| {
        m.params.outflow_hour_ppm = 1;
        m.params.outflow_floor_atoms = 1_000_000;
    });
    w.edit(&pda::pool(&w.market()), |p: &mut Pool| {
        p.cash -= 1_500_000;
        p.senior_due = 1_500_000;
    });
    w.accepts(w.repay_senior());
    assert_eq!(pool(&w).senior_due, 500_000);
    w.rejects(w.repay_senior(), OutflowLimited);
    w.warp(3_600);
    w.accepts(w.repay_senior());
    assert_eq!(senior(&w).cash, SENIOR + 1_500_000);
    sound(&w);
}

#[test]
fn conserves_the_share_price_against_donations() {
    let mut w = Bank::bank();
    w.accepts(w.init_senior(Stranger));
    for who in [Alice, Bob] {
        w.accepts(w.open_senior_stake(who));
    }
    // One atom, then a gift of a million times what the next one brings.
    w.accepts(w.deposit_senior(Alice, 1));
    let vault = pda::senior_vault(&w.senior());
    let gift = 1_000_000_000_000;
    w.set_balance(&vault, 1 + gift);
    w.accepts(w.deposit_senior(Bob, 1_000_000));
    assert_eq!(stake(&w, Bob).shares, 1_000_000_000);
    w.accepts(w.request_senior_exit(Alice, 1_000));
    w.accepts(w.request_senior_exit(Bob, 1_000_000_000));
    w.warp(COOLDOWN);
    for (who, shares, most) in [(Alice, 1_000, 1), (Bob, 1_000_000_000, 1_000_000)] {
        let before = w.balance(&w.wallet_of(who));
        w.accepts(w.execute_senior_exit(who, &[], shares));
        assert_eq!(w.balance(&w.wallet_of(who)) - before, most);
    }
    assert_eq!((senior(&w).cash, senior(&w).shares, w.balance(&vault)), (0, 0, gift));
}

#[test]
fn rejects_a_deposit_that_rounding_would_eat() {
    let mut w = with_senior(Bank::bank());
    w.edit(&w.senior(), |s: &mut SeniorPool| s.shares /= 1_000);
    w.rejects(w.deposit_senior(Carol, 100), DepositTooSmall);
    w.rejects(w.deposit_senior(Carol, 0), ZeroAmount);
    w.accepts(w.deposit_senior(Carol, 10_000));
}

/// Whoever enters between a loan and its return gets no part of what returns; nor of fees that were earned before.
#[test]
fn conserves_what_is_on_its_way_back_for_those_who_lent_it() {
    let mut w = with_senior(with_trade(1_000));
    w.accepts(w.collect_fees(0));
    suffer(&mut w, 4_000_000_000);
    w.accepts(w.draw_senior());
    assert_eq!(senior(&w).cash, SENIOR - 4_000_000_000);
    assert!(pool(&w).senior_due > 0);
    let wealth = 90_000_000_000;
    w.accepts(w.open_senior_stake(Alice));
    w.accepts(w.deposit_senior(Alice, wealth));
    // Nobody took the loan: a day later it is back.
    w.warp(DAY);
    pass_near(&mut w);
    w.accepts(w.repay_senior());
    let pool = senior(&w);
    let worth = |who: Who| {
        let shares = stake(&w, who).shares;
        u64::try_from(u128::from(shares) * u128::from(pool.cash) / u128::from(pool.shares)).unwrap()
    };
    assert!((wealth - 100_000..=wealth).contains(&worth(Alice)), "{}", worth(Alice));
    assert!(worth(Carol) >= SENIOR);
    sound(&w);
}

#[test]
fn rejects_deposits_that_leave_out_what_a_market_owes() {
    let mut w = with_senior(Bank::bank());
    let other = another(&mut w, 11, 0);
    for wrong in [&[][..], &[w.market()], &[other.market, w.market()], &[w.market(), w.foreign.market]] {
        w.rejects(w.deposit_senior_among(Carol, wrong, 1_000_000), PoolAccountsMismatch);
    }
    w.accepts(w.deposit_senior_among(Carol, &[w.market(), other.market], 1_000_000));
    sound(&w);
}

#[test]
fn rejects_exits_while_a_market_may_still_need_the_pool() {
    let mut w = with_senior(Bank::bank());
    let other = another(&mut w, 11, 0);
    let markets = [w.market(), other.market];
    w.accepts(w.request_senior_exit(Carol, 1_000_000));
    ripen(&mut w);
    for wrong in [&[][..], &[w.market()], &[other.market, w.market()], &[w.market(), w.foreign.market]] {
        w.rejects(w.execute_senior_exit(Carol, wrong, 1_000), PoolAccountsMismatch);
    }
    w.rejects(w.execute_senior_exit(Carol, &[w.market(), w.market()], 1_000), PoolAccountsMismatch);
    let not_a_pool = swap(
        w.execute_senior_exit(Carol, &markets, 1_000),
        &pda::pool(&other.market),
        &pda::ledger(&other.market),
    );
    w.rejects(not_a_pool, PoolAccountsMismatch);
    w.edit(&pda::pool(&other.market), |p: &mut Pool| p.settling = 1);
    w.rejects(w.execute_senior_exit(Carol, &markets, 1_000), PoolEncumbered);
    let now = w.now();
    w.edit(&pda::pool(&other.market), |p: &mut Pool| {
        (p.settling, p.unmet, p.unmet_since, p.unmet_at) = (0, 1, now, now);
    });
    w.rejects(w.execute_senior_exit(Carol, &markets, 1_000), ExitsHeld);
    w.warp(DAY);
    w.accepts(w.execute_senior_exit(Carol, &markets, 1_000));
    sound(&w);
}

#[test]
fn allows_large_senior_stakes_to_leave_in_equal_hourly_parts() {
    let mut w = with_senior(Bank::bank());
    w.accepts(w.open_senior_stake(Alice));
    w.accepts(w.deposit_senior(Alice, SENIOR / 2));
    let all = [(Carol, SENIOR * 1_000), (Alice, SENIOR / 2 * 1_000)];
    for (who, shares) in all {
        w.accepts(w.request_senior_exit(who, shares));
    }
    ripen(&mut w);
    // An hour lets 10,000 units out of 60,000: a sixth of each request.
    for (who, shares) in all {
        w.accepts(w.execute_senior_exit(who, &[w.market()], shares));
        assert!((stake(&w, who).left_in_hour).abs_diff(shares / 6) <= 1_000);
        w.rejects(w.execute_senior_exit(who, &[w.market()], 1), ExitShareTaken);
    }
    w.warp(3_600);
    w.accepts(w.execute_senior_exit(Alice, &[w.market()], 1_000));
    sound(&w);
}

#[test]
fn allows_anyone_to_expire_a_lapsed_senior_request() {
    let mut w = with_senior(Bank::bank());
    w.accepts(w.request_senior_exit(Carol, 1_000));
    w.warp(COOLDOWN + 7 * DAY - 1);
    w.rejects(w.expire_senior_exit(Carol), ExitNotLapsed);
    w.warp(1);
    w.rejects(w.execute_senior_exit(Carol, &[w.market()], 1), ExitLapsed);
    w.accepts(w.expire_senior_exit(Carol));
    assert_eq!((stake(&w, Carol).exiting, senior(&w).exits.shares), (0, 0));
    sound(&w);
}

#[test]
fn allows_exits_at_every_level_and_no_senior_deposits_in_doubt() {
    let mut w = with_senior(Bank::bank());
    w.accepts(w.request_senior_exit(Carol, 1_000));
    ripen(&mut w);
    let trip = Trip { level: 4, consecutive: 0, since: w.now(), until: 0 };
    w.edit(&pda::protocol(), |p: &mut Protocol| p.breaker.set(Cause::Governance, trip));
    w.rejects(w.deposit_senior(Carol, 1_000), ActionClosed);
    w.accepts(w.execute_senior_exit(Carol, &[w.market()], 1_000));
}

#[test]
fn rejects_accounts_of_others() {
    let mut w = with_senior(with_trade(10));
    w.accepts(w.open_senior_stake(Alice));
    w.accepts(w.collect_fees(0));
    suffer(&mut w, 1_000);
    let (own, other) = (pda::stake(&w.senior(), &w.key(Alice)), pda::stake(&w.senior(), &w.key(Carol)));
    let calls = [
        w.deposit_senior(Alice, 1_000),
        w.request_senior_exit(Alice, 1),
        w.execute_senior_exit(Alice, &[w.market()], 1),
    ];
    for call in calls {
        w.rejects(swap(call, &own, &other), NotOwner);
    }
    let (here, there) = (w.market(), w.foreign.market);
    let vault = pda::senior_vault(&w.senior());
    for call in [w.draw_senior(), w.repay_senior()] {
        for (from, to) in [
            (pda::ledger(&here), pda::ledger(&there)),
            (pda::pool(&here), pda::pool(&there)),
            (pda::vault(&here), pda::vault(&there)),
            (w.stage.keys.quote_mint, w.foreign.quote_mint),
            (here, there),
        ] {
            w.rejects(swap(call.clone(), &from, &to), WrongMarket);
        }
        w.rejects(swap(call, &vault, &w.wallet_of(Alice)), WrongSenior);
    }
    for (from, to) in
        [(vault, pda::vault(&here)), (w.stage.keys.quote_mint, w.foreign.quote_mint), (TOKEN_PROGRAM, here)]
    {
        w.rejects(swap(w.deposit_senior(Carol, 1_000), &from, &to), WrongSenior);
        w.accepts(w.request_senior_exit(Carol, 1));
        w.rejects(swap(w.execute_senior_exit(Carol, &[here], 1), &from, &to), WrongSenior);
    }
    let no_wallet = swap(w.deposit_senior(Carol, 1_000), &w.wallet_of(Carol), &pda::ledger(&here));
    w.rejects(no_wallet, NotQuoteAccount);
}
