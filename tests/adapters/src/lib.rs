//! The price adapters beside the decoders that the oracles publish themselves.
//!
//! Each module fills accounts at random, damages some, has the oracle's own crate and ours read the same bytes, and wants
//! the same answer: nothing where theirs refuses, the same price, confidence, date and slot where it does not. Ours may
//! refuse more; each such rule is written out beside the comparison.

#![cfg(test)]

mod chainlink;
mod pyth_pull;
mod pyth_push;
mod switchboard;

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};

/// `mantissa * 10^exponent` units in atoms, the long way: digit by digit.
fn atoms(mantissa: i128, exponent: i32, decimals: u8) -> Option<u64> {
    let mut value = u128::try_from(mantissa).ok()?;
    let shift = exponent.checked_add(i32::from(decimals))?;
    // The adapters refuse shifts that no price of this world needs.
    if shift.unsigned_abs() > 19 {
        return None;
    }
    for _ in 0..shift.unsigned_abs() {
        value = if shift > 0 { value.checked_mul(10)? } else { value / 10 };
    }
    u64::try_from(value).ok()
}

/// Of a hundred generated accounts, how many can be read: a comparison of nothing with nothing would prove nothing.
fn readable<S: Strategy>(accounts: S, reads: impl Fn(S::Value) -> bool) -> usize {
    let mut runner = TestRunner::deterministic();
    (0..100).filter(|_| reads(accounts.new_tree(&mut runner).unwrap().current())).count()
}
