//! `cover_shortfall`, and how a haircut is made up for.

use crate::prelude::*;

/// What all winners are owed together.
const DUE: u64 = 1_000 * 189_000_000;
const ALL: [Who; 3] = [Alice, Bob, Carol];

fn pool(w: &Bank) -> Pool {
    w.state(&pda::pool(&w.market()))
}

/// As [`with_bankrupt`], with everything done that can be done at once: collected, covered, paid.
fn with_haircut() -> Bank {
    let mut w = with_bankrupt();
    w.accepts(w.settle(w.near, Bob));
    w.accepts(w.cover(w.near));
    for who in [Alice, Carol] {
        w.accepts(w.settle(w.near, who));
    }
    w
}

/// A winner's share of what was collected.
fn share(w: &Bank, claim: u64) -> u64 {
    let collected = u128::from(w.expiry(w.near).collected_total);
    u64::try_from(u128::from(claim) * collected / u128::from(DUE)).unwrap()
}

/// Gives Bob money in his wallet and has him deposit it.
fn bob_brings(w: &mut Bank, amount: u64) {
    w.give_wallet(Bob, amount);
    w.accepts(w.deposit(Bob, amount));
}

#[test]
fn conserves_one_relative_haircut_for_all_winners() {
    let mut w = with_bankrupt();
    let before = [Alice, Carol].map(|who| w.margin(who).cash);
    for who in ALL {
        w.accepts(w.settle(w.near, who));
        sound(&w);
    }
    w.accepts(w.cover(w.near));
    assert_eq!(pool(&w).draws_total, STAKE / 2);
    for ((who, lots), before) in [(Alice, 600), (Carol, 400)].into_iter().zip(before) {
        w.accepts(w.settle(w.near, who));
        assert_eq!(w.margin(who).cash - before, share(&w, lots * 189_000_000));
        sound(&w);
    }
    // Below an atom for each of the two.
    assert!(w.expiry(w.near).escrow <= 1);
}

#[test]
fn allows_nobody_to_be_paid_before_the_pool_was_asked() {
    let mut w = with_bankrupt();
    let before = w.margin(Alice).cash;
    for who in ALL.into_iter().chain(ALL) {
        w.accepts(w.settle(w.near, who));
    }
    assert_eq!((w.margin(Alice).cash, w.expiry(w.near).pool_asked), (before, 0));
    w.accepts(w.cover(w.near));
    w.accepts(w.settle(w.near, Alice));
    assert!(w.margin(Alice).cash > before);
}

#[test]
fn rejects_cover_before_the_price_before_collection_and_without_need() {
    let mut w = with_trade(10);
    w.rejects(w.cover(w.near), NotFixed);
    fix_near(&mut w, 8_600_000_000);
    w.accepts(w.settle(w.near, Alice));
    w.rejects(w.cover(w.near), NotCollected);
    w.accepts(w.settle(w.near, Bob));
    w.rejects(w.cover(w.near), NothingToCover);
    let mut w = with_haircut();
    w.warp(7 * DAY);
    w.rejects(w.cover(w.near), NothingToCover);
}

#[test]
fn allows_the_first_cover_however_late() {
    let mut w = with_bankrupt();
    w.warp(8 * DAY);
    w.accepts(w.settle(w.near, Bob));
    w.accepts(w.cover(w.near));
    w.rejects(w.cover(w.near), NothingToCover);
    for who in [Alice, Carol] {
        w.accepts(w.settle(w.near, who));
    }
    assert_eq!(w.expiry(w.near).swept, 1);
    sound(&w);
}

#[test]
fn conserves_what_the_pool_adds_when_its_limit_gives_more() {
    let mut w = with_haircut();
    let missing = w.expiry(w.near).missing();
    assert_eq!(pool(&w).unmet, missing);
    // Asked again at once it has nothing more, and is not asked twice for the same.
    w.accepts(w.cover(w.near));
    assert_eq!((w.expiry(w.near).missing(), pool(&w).unmet), (missing, missing));
    w.warp(2 * DAY);
    let cash = w.margin(Alice).cash;
    w.accepts(w.cover(w.near));
    let more = missing - w.expiry(w.near).missing();
    assert_eq!(more, STAKE / 4);
    assert_eq!(pool(&w).unmet, missing - more);
    w.accepts(w.settle(w.near, Alice));
    assert!(w.margin(Alice).cash > cash);
    sound(&w);
}

#[test]
fn conserves_a_recovery_for_winners_first_and_the_pool_after() {
    let mut w = with_haircut();
    let (missing, recovered) = (w.expiry(w.near).missing(), pool(&w).recovered_total);
    let shares = [Alice, Carol].map(|who| w.margin(who).cash);
    // A part for the winners: the deposit itself pays nobody, so that they come first.
    bob_brings(&mut w, 1_000_000_000);
    assert_eq!((w.margin(Bob).cash, pool(&w).recovered_total), (1_000_000_000, recovered));
    w.rejects(w.withdraw(Bob, 1), CollateralEncumbered);
    w.accepts(w.settle(w.near, Bob));
    assert_eq!((w.margin(Bob).cash, w.expiry(w.near).missing()), (0, missing - 1_000_000_000));
    for (who, had) in [Alice, Carol].into_iter().zip(shares) {
        w.accepts(w.settle(w.near, who));
        assert!(w.margin(who).cash > had);
        sound(&w);
    }
    // All of it, and 7 for himself: the winners are whole to the atom, then the pool.
    let debt = w.margin(Bob).debt;
    bob_brings(&mut w, debt + 7);
    w.accepts(w.settle(w.near, Bob));
    assert_eq!((w.margin(Bob).cash, w.margin(Bob).debt), (7, 0));
    assert_eq!(pool(&w).recovered_total, recovered + STAKE / 2);
    sound(&w);
    for who in [Alice, Carol] {
        w.accepts(w.settle(w.near, who));
    }
    let expiry = w.expiry(w.near);
    assert_eq!((expiry.collected_total, expiry.escrow, expiry.swept), (DUE, 0, 1));
    sound(&w);
    w.accepts(w.close_expiry(w.near));
    sound(&w);
}

#[test]
fn conserves_the_same_atoms_whether_money_comes_before_or_after_the_pool() {
    let play = |first: bool| {
        let mut w = with_bankrupt();
        w.accepts(w.settle(w.near, Bob));
        if !first {
            w.accepts(w.cover(w.near));
        }
        bob_brings(&mut w, 5_000_000_000);
        w.accepts(w.settle(w.near, Bob));
        if first {
            w.accepts(w.cover(w.near));
        }
        for who in [Alice, Carol] {
            w.accepts(w.settle(w.near, who));
        }
        sound(&w);
        (ALL.map(|who| (w.margin(who).cash, w.margin(who).debt)), pool(&w).cash, w.expiry(w.near).escrow)
    };
    assert_eq!(play(true), play(false));
}

#[test]
fn conserves_a_haircut_that_time_makes_final() {
    let mut w = with_haircut();
    w.warp(7 * DAY);
    let cash = [Alice, Carol].map(|who| w.margin(who).cash);
    // Money that comes now is the pool's, and the index stays.
    bob_brings(&mut w, 1_000);
    let (index, recovered) = (w.expiry(w.near).collected_total, pool(&w).recovered_total);
    w.accepts(w.settle(w.near, Bob));
    assert_eq!(w.expiry(w.near).collected_total, index);
    assert_eq!(pool(&w).recovered_total, recovered + 1_000);
    for who in [Alice, Carol] {
        w.accepts(w.settle(w.near, who));
        sound(&w);
    }
    assert_eq!([Alice, Carol].map(|who| w.margin(who).cash), cash);
    assert_eq!((w.expiry(w.near).claims_left, w.expiry(w.near).swept), (0, 1));
}

#[test]
fn allows_the_pools_providers_to_leave_once_it_was_asked() {
    let mut w = with_bankrupt();
    w.accepts(w.request_exit(Provider, 1_000_000));
    w.warp(8 * DAY);
    w.rejects(w.execute_exit(Provider), PoolEncumbered);
    w.accepts(w.settle(w.near, Bob));
    w.rejects(w.execute_exit(Provider), PoolEncumbered);
    w.accepts(w.cover(w.near));
    // The time for recovery is over, so that nothing waits for the pool any more.
    assert_eq!((pool(&w).unmet, w.expiry(w.near).asked_of_pool), (0, 0));
    w.accepts(w.execute_exit(Provider));
    sound(&w);
}

/// Whoever lets a loss be forgotten and asks for it again holds nobody anew.
#[test]
fn allows_the_pools_providers_to_leave_three_days_after_a_loss_for_good() {
    let mut w = with_bankrupt();
    w.accepts(w.request_exit(Provider, 1_000_000));
    let now = w.now();
    w.edit(&pda::stake(&w.market(), &w.key(Provider)), |s: &mut Stake| s.unlock_at = now);
    w.accepts(w.settle(w.near, Bob));
    w.accepts(w.cover(w.near));
    w.rejects(w.execute_part_of_exit(Provider, 1_000), ExitsHeld);
    let mut refused = 0;
    for _ in 0..5 {
        w.warp(DAY + 1);
        w.accepts(w.cover(w.near));
        assert!(pool(&w).unmet > 0);
        if w.now() - now < 3 * DAY {
            w.rejects(w.execute_part_of_exit(Provider, 1_000), ExitsHeld);
            refused += 1;
        } else {
            w.accepts(w.execute_part_of_exit(Provider, 1_000));
        }
    }
    assert_eq!(refused, 2);
    sound(&w);
}

/// A millionth of what is due is not worth a week's wait and a slot.
#[test]
fn allows_an_expiry_that_ends_a_trifle_short_to_close_at_once() {
    let trifle = DUE / 1_000_000;
    for (short_of, is_final) in [(trifle + 1, false), (trifle, true), (1, true)] {
        let mut w = with_haircut();
        let amount = w.expiry(w.near).missing() - short_of;
        bob_brings(&mut w, amount);
        for who in [Bob, Alice, Carol] {
            w.accepts(w.settle(w.near, who));
            sound(&w);
        }
        assert_eq!((w.expiry(w.near).missing(), w.expiry(w.near).swept == 1), (short_of, is_final));
        if is_final {
            assert_eq!((pool(&w).unmet, w.expiry(w.near).claims_left), (0, 0));
            w.rejects(w.cover(w.near), NothingToCover);
            w.accepts(w.close_expiry(w.near));
            assert!(!w.live().contains(&w.near));
        }
        sound(&w);
    }
}

#[test]
fn allows_claims_to_count_in_health_until_their_share_is_paid() {
    let mut w = with_bankrupt();
    for who in ALL {
        w.accepts(w.settle(w.near, who));
    }
    assert_eq!(w.margin(Alice).unpaid_claims(), 600 * 189_000_000);
    w.accepts(w.cover(w.near));
    w.accepts(w.settle(w.near, Alice));
    assert_eq!(w.margin(Alice).unpaid_claims(), 0);
    assert_eq!(w.margin(Bob).unpaid_claims(), 0);
}

#[test]
fn allows_the_slots_of_closed_expiries_to_serve_again() {
    // Eight expiries in which Bob owed have closed.
    let mut w = with_haircut();
    w.warp(7 * DAY);
    for who in [Alice, Carol] {
        w.accepts(w.settle(w.near, who));
    }
    w.edit(&w.account_of(Bob), |a: &mut MarginAccount| {
        for (i, claim) in a.claims.iter_mut().enumerate() {
            *claim = Claim { amount: 1, kind: claim_kind::OWED, expiry_id: 900 + i as u16, ..*claim };
        }
        a.debt += 8;
    });
    let far = w.far;
    w.edit(&pda::expiry(&w.market(), far), |e: &mut bulkhead_sdk::bulkhead::state::Expiry| {
        (e.tier, e.settlement_price) = (1, 9_000_000_000);
        (e.long_lots_left, e.short_lots_left) = (5, 5);
    });
    w.edit(&w.account_of(Bob), |a: &mut MarginAccount| {
        a.legs[0] = Leg { lots: 5, expiry_id: far, strike: 0, kind: CALL, _pad0: [0; 4] };
        a.leg_count = 1;
    });
    w.accepts(w.settle(far, Bob));
    assert_eq!(w.margin(Bob).claims.iter().filter(|c| c.expiry_id != 0).count(), 1);
}

#[test]
fn rejects_accounts_of_another_market() {
    let mut w = with_bankrupt();
    w.accepts(w.settle(w.near, Bob));
    let (here, there) = (w.market(), w.foreign.market);
    let good = w.cover(w.near);
    let swaps = [
        (pda::expiry(&here, w.near), pda::expiry(&there, w.foreign_expiry)),
        (pda::pool(&here), pda::pool(&there)),
        (here, there),
    ];
    for (from, to) in swaps {
        w.rejects(swap(good.clone(), &from, &to), WrongMarket);
    }
}
