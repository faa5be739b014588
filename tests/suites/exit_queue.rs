//! Those who leave a pool together: nobody gains by being first, by running, or by waiting at the door. `expire_exit`.

use crate::prelude::*;

const COOLDOWN: i64 = 8 * DAY;
const EACH: u64 = 10_000_000_000;
/// What an hour lets out in these tests.
const HOURLY: u64 = 1_000_000_000;

fn stake(w: &Bank, who: Who) -> Stake {
    w.state(&pda::stake(&w.market(), &w.key(who)))
}

fn pool(w: &Bank) -> Pool {
    w.state(&pda::pool(&w.market()))
}

fn wallet(w: &Bank, who: Who) -> u64 {
    w.balance(&w.wallet_of(who))
}

/// Alice, Bob and Carol hold stakes, of which Alice's and Bob's want to leave at once and an hour lets little out.
fn run(wants: [u64; 2]) -> Bank {
    let mut w = Bank::bank();
    for who in [Alice, Bob, Carol] {
        w.accepts(w.open_stake(who));
        w.accepts(w.deposit_pool(who, EACH));
    }
    w.edit(&w.market(), |m: &mut Market| {
        m.params.outflow_hour_ppm = 1;
        m.params.outflow_floor_atoms = HOURLY;
    });
    for (who, want) in [Alice, Bob].into_iter().zip(wants) {
        w.accepts(w.request_exit(who, want * 1_000));
    }
    ripen(&mut w);
    w
}

/// What both got after some hours in which they came in this order.
fn leave(order: [Who; 2], hours: usize) -> [u64; 2] {
    let mut w = run([EACH, EACH / 2]);
    let before = [wallet(&w, Alice), wallet(&w, Bob)];
    for _ in 0..hours {
        for who in order {
            w.accepts(w.execute_exit(who));
            w.rejects(w.execute_exit(who), ExitShareTaken);
        }
        sound(&w);
        w.warp(3_600);
    }
    [wallet(&w, Alice) - before[0], wallet(&w, Bob) - before[1]]
}

#[test]
fn conserves_the_same_atoms_for_two_who_leave_whoever_comes_first() {
    let (one, other) = (leave([Alice, Bob], 3), leave([Bob, Alice], 3));
    for (a, b) in one.into_iter().zip(other) {
        assert!(a.abs_diff(b) <= 3, "{one:?} and {other:?}");
    }
    // Together what the hours let out, in the proportion of their requests.
    assert!((one[0] + one[1]).abs_diff(3 * HOURLY) <= 6, "{one:?}");
    assert!(one[0].abs_diff(2 * one[1]) <= 6, "{one:?}");
}

#[test]
fn allows_all_to_leave_at_once_when_all_may() {
    let mut w = run([EACH, EACH / 2]);
    w.edit(&w.market(), |m: &mut Market| m.params.outflow_floor_atoms = 2 * EACH);
    for who in [Alice, Bob] {
        w.accepts(w.execute_exit(who));
        assert_eq!(stake(&w, who).exiting, 0);
    }
    sound(&w);
}

#[test]
fn rejects_a_second_share_of_the_same_hour_in_parts() {
    let mut w = run([EACH, EACH]);
    let before = wallet(&w, Alice);
    for part in [1, 2, 1] {
        w.accepts(w.execute_part_of_exit(Alice, HOURLY * 1_000 / 2 / 4 * part));
    }
    w.rejects(w.execute_part_of_exit(Alice, 1), ExitShareTaken);
    assert!((wallet(&w, Alice) - before).abs_diff(HOURLY / 2) <= 4);
    w.accepts(w.execute_exit(Bob));
    sound(&w);
}

#[test]
fn allows_no_one_to_shrink_the_hours_budget_by_looking_when_it_is_drained() {
    let mut w = run([EACH, EACH]);
    // Carol's collateral uses the hour up, and Bob sees to it that the queue is counted at that moment.
    w.accepts(w.withdraw(Carol, HOURLY - 1_000));
    w.accepts(w.execute_part_of_exit(Bob, 1_000));
    w.accepts(w.execute_exit(Alice));
    w.rejects(w.execute_exit(Alice), ExitShareTaken);
    // The bucket leaks within the hour, and with it the budget grows for both alike.
    w.warp(1_800);
    let before = [wallet(&w, Alice), wallet(&w, Bob)];
    w.accepts(w.execute_exit(Alice));
    w.accepts(w.execute_exit(Bob));
    let got = [wallet(&w, Alice) - before[0], wallet(&w, Bob) - before[1]];
    assert!(got[0].abs_diff(HOURLY / 4) <= 1_000 && got[0].abs_diff(got[1]) <= 1_000, "{got:?}");
    sound(&w);
}

#[test]
fn conserves_equal_losses_for_who_runs_before_a_loss_is_recognised() {
    let mut w = run([EACH, 1]);
    w.edit(&w.market(), |m: &mut Market| m.params = params());
    // Bob stays. Alice's request is ripe when the loss shows: she waits for it, and then bears what Bob bears.
    suffer(&mut w, 30_000_000_000);
    w.rejects(w.execute_exit(Alice), ExitsHeld);
    w.edit(&pda::pool(&w.market()), |p: &mut Pool| {
        p.cash -= 30_000_000_000;
        p.unmet = 0;
    });
    let before = wallet(&w, Alice);
    let price = pool(&w);
    w.accepts(w.execute_exit(Alice));
    let got = u128::from(wallet(&w, Alice) - before);
    let share = u128::from(EACH * 1_000) * u128::from(price.cash) / u128::from(price.shares);
    assert!(got <= share && got + 2 >= share, "{got} of {share}");
    let left = pool(&w);
    let bobs = u128::from(stake(&w, Bob).shares) * u128::from(left.cash) / u128::from(left.shares);
    assert!(bobs >= got, "who stayed has {bobs}, who ran {got}");
}

#[test]
fn rejects_exits_while_a_loss_waits_but_not_for_ever() {
    let mut w = run([EACH, EACH]);
    suffer(&mut w, 1);
    w.rejects(w.execute_exit(Alice), ExitsHeld);
    // A loss that nobody asks for any more is forgotten after a day.
    w.warp(DAY - 1);
    w.rejects(w.execute_exit(Alice), ExitsHeld);
    w.warp(1);
    w.accepts(w.execute_exit(Alice));
    // One that keeps asking holds them for three.
    let since = w.now() - 3 * DAY + 1;
    suffer(&mut w, 1);
    w.edit(&pda::pool(&w.market()), |p: &mut Pool| p.unmet_since = since);
    w.rejects(w.execute_exit(Bob), ExitsHeld);
    w.warp(1);
    w.accepts(w.execute_exit(Bob));
}

#[test]
fn allows_anyone_to_expire_a_lapsed_request_and_only_that() {
    let mut w = run([EACH, EACH]);
    w.rejects(w.expire_exit(Carol), ExitNotLapsed);
    w.warp(7 * DAY - 1);
    w.rejects(w.expire_exit(Alice), ExitNotLapsed);
    // Alice's request, though nobody carries it out, takes half of the hour.
    let before = wallet(&w, Bob);
    w.accepts(w.execute_exit(Bob));
    assert!((wallet(&w, Bob) - before).abs_diff(HOURLY / 2) <= 2);
    w.warp(1);
    w.rejects(w.execute_exit(Alice), ExitLapsed);
    w.accepts(w.expire_exit(Alice));
    w.rejects(w.expire_exit(Alice), ExitNotLapsed);
    w.accepts(w.expire_exit(Bob));
    assert_eq!(pool(&w).exits.shares, 0);
    assert_eq!(stake(&w, Alice).shares, EACH * 1_000);
    sound(&w);
    // Who asks again waits again, and then has the hour alone.
    w.accepts(w.request_exit(Alice, EACH * 1_000));
    w.warp(COOLDOWN);
    let before = wallet(&w, Alice);
    w.accepts(w.execute_exit(Alice));
    assert!((wallet(&w, Alice) - before).abs_diff(HOURLY) <= 2);
}

#[test]
fn rejects_a_stake_of_another_fund() {
    let mut w = with_senior(run([EACH, EACH]));
    w.warp(7 * DAY);
    let (here, there) = (pda::stake(&w.market(), &w.key(Alice)), pda::stake(&w.senior(), &w.key(Carol)));
    w.rejects(swap(w.expire_exit(Alice), &here, &there), WrongMarket);
    let own = pda::stake(&w.market(), &w.key(Carol));
    w.rejects(swap(w.deposit_pool(Carol, 1_000), &own, &there), WrongMarket);
    w.rejects(swap(w.deposit_senior(Carol, 1_000), &there, &own), WrongSenior);
}
