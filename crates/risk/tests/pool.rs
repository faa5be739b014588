//! Nobody gains by how they enter or leave a pool.

mod cases;

use bulkhead_risk::math_error::MathError;
use bulkhead_risk::pool::{assets_for_shares, shares_for_deposit, MIN_SHARES_PER_DEPOSIT};
use proptest::prelude::*;

#[derive(Clone, Copy, Debug, Default)]
struct Pool {
    assets: u64,
    shares: u64,
}

impl Pool {
    fn deposit(&mut self, amount: u64) -> Result<u64, MathError> {
        let bought = shares_for_deposit(amount, self.assets, self.shares)?;
        self.assets += amount;
        self.shares += bought;
        Ok(bought)
    }

    fn redeem(&mut self, shares: u64) -> u64 {
        let paid = assets_for_shares(shares, self.assets, self.shares).unwrap();
        self.assets -= paid;
        self.shares -= shares;
        paid
    }
}

const ATOMS: u64 = 1_000_000_000_000;

/// A pool with holders, at any share price from heavy losses to large gains.
fn any_pool() -> impl Strategy<Value = Pool> {
    (1..ATOMS, 1_u64..ATOMS).prop_map(|(first, assets)| Pool { assets, shares: first * 1_000 })
}

proptest! {
    #![proptest_config(cases::usually(4_000))]

    #[test]
    fn a_round_trip_never_profits(mut pool in any_pool(), amount in 1..ATOMS) {
        let Ok(shares) = pool.deposit(amount) else { return Ok(()) };
        let paid = pool.redeem(shares);
        prop_assert!(paid <= amount);
        // And costs at most the documented thousandth and one atom.
        prop_assert!(paid + amount / MIN_SHARES_PER_DEPOSIT + 1 >= amount, "{paid} of {amount}");
    }

    #[test]
    fn splitting_a_deposit_never_profits(pool in any_pool(), first in 1..ATOMS, second in 1..ATOMS) {
        let (mut whole, mut split) = (pool, pool);
        let (Ok(a), Ok(b), Ok(both)) = (split.deposit(first), split.deposit(second), whole.deposit(first + second))
        else { return Ok(()) };
        prop_assert!(split.redeem(a + b) <= whole.redeem(both) + 1);
    }

    #[test]
    fn entering_and_leaving_never_hurts_those_who_stay(
        mut pool in any_pool(), amount in 1..ATOMS, part in 1_u64..=1_000,
    ) {
        // Value of all shares present, per share, as a cross product: it may only rise.
        let worth = |pool: &Pool| (u128::from(pool.assets) + 1, u128::from(pool.shares) + 1_000);
        let rises = |a: (u128, u128), b: (u128, u128)| b.0 * a.1 >= a.0 * b.1;
        let before = worth(&pool);
        let Ok(shares) = pool.deposit(amount) else { return Ok(()) };
        let between = worth(&pool);
        prop_assert!(rises(before, between));
        pool.redeem(shares / part);
        prop_assert!(rises(between, worth(&pool)));
    }

    #[test]
    fn a_donation_never_pays_the_donor_who_leaves_first(
        seed in 1_u64..1_000_000, gift in 0_u64..ATOMS, victim in 1_u64..ATOMS,
    ) {
        let mut pool = Pool::default();
        let mine = pool.deposit(seed).unwrap();
        pool.assets += gift;
        let Ok(theirs) = pool.deposit(victim) else { return Ok(()) };
        prop_assert!(pool.redeem(mine) <= seed + gift);
        // The victim, now alone, gets all there is, which is at least what was put in.
        prop_assert!(pool.redeem(theirs) >= victim);
        prop_assert_eq!(pool.assets, 0);
    }

    #[test]
    fn a_donation_never_takes_more_than_a_thousandth_of_a_deposit(
        seed in 1_u64..1_000_000, gift in 0_u64..ATOMS, victim in 1_u64..ATOMS,
    ) {
        let mut pool = Pool::default();
        let mine = pool.deposit(seed).unwrap();
        pool.assets += gift;
        let Ok(theirs) = pool.deposit(victim) else { return Ok(()) };
        let lost = victim.saturating_sub(pool.redeem(theirs));
        prop_assert!(lost <= victim / MIN_SHARES_PER_DEPOSIT + 1, "{lost} of {victim}");
        // The worst case: the donor stays to the end and owns what rounding left.
        prop_assert_eq!(pool.redeem(mine), seed + gift + lost);
    }

    #[test]
    fn the_order_of_deposits_and_withdrawals_does_not_matter(
        amounts in prop::collection::vec(1_000_u64..ATOMS, 2..8), gain in 900_000_u64..1_100_000, turn in 1_usize..8,
    ) {
        let run = |order: &[usize]| {
            let mut pool = Pool::default();
            let mut shares = vec![0; amounts.len()];
            for &who in order {
                shares[who] = pool.deposit(amounts[who]).unwrap();
            }
            pool.assets = (u128::from(pool.assets) * u128::from(gain) / 1_000_000) as u64;
            let mut paid = vec![0; amounts.len()];
            for &who in order.iter().rev() {
                paid[who] = pool.redeem(shares[who]);
            }
            assert_eq!((pool.assets, pool.shares), (0, 0));
            paid
        };
        let forward: Vec<usize> = (0..amounts.len()).collect();
        let mut turned = forward.clone();
        turned.rotate_left(turn % amounts.len());
        for (a, b) in run(&forward).into_iter().zip(run(&turned)) {
            // One atom of rounding a withdrawal, all of which may reach the last to leave, and the virtual atom.
            prop_assert!(a.abs_diff(b) <= amounts.len() as u64 + 2, "{a} {b}");
        }
    }

    #[test]
    fn redeeming_everything_empties_the_pool(pool in any_pool()) {
        prop_assert_eq!(assets_for_shares(pool.shares, pool.assets, pool.shares), Ok(pool.assets));
        // All but one share leaves at least nothing behind: the pool is never overdrawn.
        prop_assert!(assets_for_shares(pool.shares - 1, pool.assets, pool.shares).unwrap() <= pool.assets);
    }
}

#[test]
fn the_classic_inflation_attack_is_refused() {
    // Seed one atom, give a thousand times the victim's deposit: without a minimum the victim would get one share.
    let mut pool = Pool::default();
    pool.deposit(1).unwrap();
    pool.assets += 1_000_000_000;
    assert_eq!(pool.deposit(1_000_000), Err(MathError::Domain));
}

#[test]
fn the_first_deposit_sets_a_thousand_shares_an_atom() {
    assert_eq!(shares_for_deposit(1, 0, 0), Ok(1_000));
    assert_eq!(shares_for_deposit(5, 7, 7_000), Ok(5_000));
    assert_eq!(shares_for_deposit(0, 7, 7_000), Ok(0));
    // 1,000 shares are the least: two atoms a share price of 2/1,000, not one.
    assert_eq!(shares_for_deposit(1, 19, 9_000), Err(MathError::Domain));
    assert_eq!(shares_for_deposit(2, 19, 9_000), Ok(1_000));
}

#[test]
fn redemptions_follow_ownership() {
    assert_eq!(assets_for_shares(0, 100, 100_000), Ok(0));
    assert_eq!(assets_for_shares(50_000, 100, 100_000), Ok(50));
    assert_eq!(assets_for_shares(100_000, 100, 100_000), Ok(100));
    assert_eq!(assets_for_shares(100_001, 100, 100_000), Err(MathError::Domain));
    // Nobody owns a share: what lies in the pool belongs to the next depositor, not to a redemption of nothing.
    assert_eq!(assets_for_shares(0, 100, 0), Ok(0));
}

#[test]
fn totals_past_the_type_are_refused() {
    assert_eq!(shares_for_deposit(1, u64::MAX, 1), Err(MathError::Overflow));
    assert_eq!(shares_for_deposit(1, 1, u64::MAX - 999), Err(MathError::Overflow));
    assert_eq!(shares_for_deposit(u64::MAX, 0, 0), Err(MathError::Overflow));
    // After the deposit either total must still leave room for its virtual part.
    let shares = u64::MAX - 10_000;
    assert_eq!(shares_for_deposit(2_000, u64::MAX - 2_000, shares), Err(MathError::Overflow));
    assert_eq!(shares_for_deposit(1_999, u64::MAX - 2_000, shares), Ok(1_998));
    // 32 shares an atom, less a fraction.
    let assets = (1 << 59) - 1;
    assert_eq!(shares_for_deposit(1_000, assets, u64::MAX - 1_000 - 31_998), Err(MathError::Overflow));
    assert_eq!(shares_for_deposit(1_000, assets, u64::MAX - 1_000 - 31_999), Ok(31_999));
    assert_eq!(assets_for_shares(1, 1, u64::MAX), Err(MathError::Overflow));
    assert_eq!(assets_for_shares(1, u64::MAX, 2), Err(MathError::Overflow));
}
