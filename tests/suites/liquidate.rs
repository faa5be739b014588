//! `liquidate`.

use crate::prelude::*;

const ALL: LiquidateArgs = LiquidateArgs { share_ppm: 1_000_000, min_payment: i64::MIN };

fn share(share_ppm: u64) -> LiquidateArgs {
    LiquidateArgs { share_ppm, ..ALL }
}

#[test]
fn conserves_and_restores_the_buffer() {
    let mut w = with_sick_bob();
    let before = w.preview(Bob).maintenance_health().unwrap();
    w.accepts(w.liquidate(Carol, Bob, ALL, false));
    let after = w.preview(Bob);
    assert!(after.maintenance_health().unwrap() > before);
    assert!(after.maintenance_health().unwrap() >= 0, "{after:?}");
    assert!(w.preview(Carol).initial_health().unwrap() >= 0);
    assert!(w.margin(Bob).leg_count > 0, "no more is taken than restores the buffer");
    sound(&w);
    w.rejects(w.liquidate(Carol, Bob, ALL, false), NotLiquidatable);
}

#[test]
fn conserves_small_shares() {
    let mut w = with_sick_bob();
    let before = w.preview(Bob).maintenance_health().unwrap();
    w.accepts(w.liquidate(Carol, Bob, share(10_000), false));
    assert!(w.preview(Bob).maintenance_health().unwrap() > before);
    sound(&w);
}

#[test]
fn conserves_when_the_pool_pays_for_a_bankrupt() {
    let mut w = with_sick_bob();
    w.move_to(10_900_000_000);
    assert!(w.preview(Bob).measure.equity < 0);
    w.rejects(w.liquidate(Carol, Bob, share(900_000), false), PoolRequired);
    w.rejects(w.liquidate(Alice, Bob, ALL, false), PoolRequired);
    w.accepts(w.liquidate(Alice, Bob, ALL, true));
    let bob = w.margin(Bob);
    assert!(
        bob.leg_count == 0 && bob.cash == 0 && bob.debt > 0,
        "{} {} {}",
        bob.leg_count,
        bob.cash,
        bob.debt
    );
    let pool: Pool = w.state(&pda::pool(&w.market()));
    assert_eq!(pool.draws_total, bob.debt);
    sound(&w);
}

#[test]
fn rejects_the_pool_of_another_market() {
    let mut w = with_sick_bob();
    let good = w.liquidate(Carol, Bob, ALL, true);
    let (here, there) = (pda::pool(&w.market()), pda::pool(&w.foreign.market));
    w.rejects(swap(good, &here, &there), WrongMarket);
}

#[test]
fn rejects_a_healthy_account() {
    let mut w = with_trade(10);
    w.rejects(w.liquidate(Carol, Bob, ALL, false), NotLiquidatable);
}

#[test]
fn rejects_an_account_that_is_owed_what_it_lacks() {
    let mut w = with_sick_bob();
    let gap = w.preview(Bob).maintenance_health().unwrap().unsigned_abs();
    let owed = |w: &mut Bank, amount| {
        w.edit(&w.account_of(Bob), |a: &mut MarginAccount| {
            a.claims[0] = Claim { amount, paid: 0, expiry_id: 77, kind: claim_kind::AWAITED, _pad0: [0; 5] };
        });
    };
    owed(&mut w, gap);
    w.rejects(w.liquidate(Carol, Bob, ALL, false), NotLiquidatable);
    owed(&mut w, gap - 1);
    w.accepts(w.liquidate(Carol, Bob, ALL, false));
}

#[test]
fn rejects_a_share_outside_its_range() {
    let mut w = with_sick_bob();
    for ppm in [0, 1_000_001] {
        w.rejects(w.liquidate(Carol, Bob, share(ppm), false), InvalidShare);
    }
}

#[test]
fn rejects_a_payment_below_the_liquidators_minimum() {
    let mut w = with_sick_bob();
    let greedy = LiquidateArgs { share_ppm: 1_000_000, min_payment: i64::MAX };
    w.rejects(w.liquidate(Carol, Bob, greedy, false), PaymentTooSmall);
}

#[test]
fn rejects_an_account_of_the_same_owner() {
    let mut w = with_sick_bob();
    w.accepts(w.open_account(Bob, 1));
    let second = pda::margin_account(&w.market(), &w.key(Bob), 1);
    let itself = swap(w.liquidate(Carol, Bob, ALL, false), &w.account_of(Carol), &second);
    w.rejects(swap(itself, &w.key(Carol), &w.key(Bob)), SameAccount);
}

#[test]
fn rejects_somebody_elses_account_as_liquidator() {
    let mut w = with_sick_bob();
    let theft = swap(w.liquidate(Carol, Bob, ALL, false), &w.key(Carol), &w.key(Stranger));
    w.rejects(theft, NotAccountAuthority);
}

#[test]
fn rejects_a_liquidator_below_its_initial_margin() {
    let mut w = with_sick_bob();
    w.rejects(w.liquidate(Stranger, Bob, ALL, false), BelowInitialMargin);
}

#[test]
fn rejects_liquidation_above_reduce_only() {
    let mut w = with_sick_bob();
    w.accepts(w.trip(Guardian, 2, false));
    w.accepts(w.liquidate(Carol, Bob, share(10_000), false));
    w.warp(61);
    w.accepts(w.report_fault(Stranger, 1, None));
    w.rejects(w.liquidate(Carol, Bob, ALL, false), ActionClosed);
}

#[test]
fn rejects_liquidation_without_a_quorum_or_on_stale_arrays() {
    let mut w = with_sick_bob();
    let mark = w.oracle().mark.price;
    w.silence();
    w.rejects(w.liquidate(Carol, Bob, ALL, false), NoOracleQuorum);
    w.warp(30);
    w.rejects(w.liquidate(Carol, Bob, ALL, false), MarkTooOld);
    w.warp(240);
    w.price(mark);
    w.rejects(w.liquidate(Carol, Bob, ALL, false), StaleRiskArray);
    w.freshen();
    w.accepts(w.liquidate(Carol, Bob, ALL, false));
}

#[test]
fn rejects_expired_legs() {
    let mut w = with_sick_bob();
    let mark = w.oracle().mark.price;
    w.warp_to(START + DAY);
    w.move_to(mark + 600_000_000);
    assert!(w.preview(Bob).maintenance_health().unwrap() < 0);
    w.rejects(w.liquidate(Carol, Bob, ALL, false), SettleFirst);
}

#[test]
fn rejects_what_would_not_improve_health() {
    let mut w = Bank::bank();
    w.edit(&w.account_of(Stranger), |a: &mut MarginAccount| a.debt = 10);
    w.rejects(w.liquidate(Carol, Stranger, ALL, true), HealthWorsened);
}

#[test]
fn rejects_missing_arrays_and_accounts_of_another_market() {
    let mut w = with_sick_bob();
    let good = w.liquidate(Carol, Bob, ALL, false);
    let mut bare = good.clone();
    bare.accounts.pop();
    w.rejects(bare, MissingRiskArray);
    let (here, there) = (w.market(), w.foreign.market);
    let swaps = [
        (pda::oracle(&here), pda::oracle(&there)),
        (pda::shard(&here, 0), pda::shard(&there, 0)),
        (w.account_of(Bob), w.account_of(Foreigner)),
        (w.account_of(Carol), w.account_of(Foreigner)),
        (here, there),
    ];
    for (from, to) in swaps {
        w.rejects(swap(good.clone(), &from, &to), WrongMarket);
    }
}
