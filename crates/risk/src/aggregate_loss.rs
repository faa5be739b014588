//! What a market's losers would owe its winners under each scenario, and the pool that this asks for.
//!
//! A series' winners gain what its losers lose: open lots times the move of one lot, whichever side that is. The sum over all
//! series of all expiries under one scenario is what changes hands if it happens; the worst scenario sizes the pool. Nothing
//! nets here, so the figure is an upper bound of what can be owed, not of what goes missing: margin stands before it, and the
//! requirement is a small share of it. Neighbouring strikes do not net either: open lots of two series may be one account's spread or
//! two accounts' outright positions, and only the accounts know which.

use crate::{
    math_error::MathError,
    round::{mul_div, ppm_of, Round, PPM_ONE},
    scenario::SCENARIOS,
};

/// Bounds below which a product of lots and a row's entry fits 64 bits for certain.
const SMALL_LOTS: u64 = 1 << 25;
const SMALL_ENTRY: u64 = 1 << 39;

/// Quote atoms that change hands, by scenario. A sum that leaves 64 bits stays at their end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AggregateLoss {
    by_scenario: [u64; SCENARIOS],
}

impl Default for AggregateLoss {
    fn default() -> Self {
        Self { by_scenario: [0; SCENARIOS] }
    }
}

impl AggregateLoss {
    /// Adds the calls and puts open at one strike. A put's row is the call's less the forward's.
    #[inline(never)]
    pub fn add_strike(
        &mut self,
        calls: u64,
        puts: u64,
        call_row: &[i64; SCENARIOS],
        forward_row: &[i64; SCENARIOS],
    ) {
        if calls | puts == 0 {
            return;
        }
        for ((sum, call), forward) in self.by_scenario.iter_mut().zip(call_row).zip(forward_row) {
            let of_calls = product(calls, call.unsigned_abs());
            let of_puts = product(puts, call.saturating_sub(*forward).unsigned_abs());
            *sum = sum.saturating_add(of_calls).saturating_add(of_puts);
        }
    }

    /// What changes hands in the worst scenario, quote atoms.
    #[must_use]
    pub fn worst(&self) -> u64 {
        self.by_scenario.iter().copied().fold(0, u64::max)
    }
}

/// The pool that a market needs, rounded up: against those who would open more.
///
/// # Errors
/// [`MathError::Overflow`] never, as the share is at most the whole.
pub fn required_pool(worst: u64, share_ppm: u64) -> Result<u64, MathError> {
    ppm_of(worst, share_ppm, Round::Up)
}

/// How much of its caps on open interest a market may use, parts per million, rounded down. Nothing at or below the requirement,
/// all of it from twice the requirement on, in proportion between: so that the last lots before the limit do not swing it.
///
/// # Errors
/// [`MathError`] never, as `required` is above zero where it divides.
pub fn oi_room_ppm(available: u64, required: u64) -> Result<u64, MathError> {
    let surplus = available.saturating_sub(required);
    if required == 0 || surplus >= required {
        return Ok(PPM_ONE);
    }
    mul_div(surplus, PPM_ONE, required, Round::Down)
}

/// Saturating product: the chain multiplies small numbers a hundred times cheaper.
#[inline]
fn product(lots: u64, per_lot: u64) -> u64 {
    if lots < SMALL_LOTS && per_lot < SMALL_ENTRY {
        return lots.wrapping_mul(per_lot);
    }
    lots.saturating_mul(per_lot)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn room_opens_between_the_requirement_and_twice_it() {
        assert_eq!(oi_room_ppm(0, 0).unwrap(), PPM_ONE);
        assert_eq!(oi_room_ppm(99, 100).unwrap(), 0);
        assert_eq!(oi_room_ppm(100, 100).unwrap(), 0);
        assert_eq!(oi_room_ppm(150, 100).unwrap(), 500_000);
        assert_eq!(oi_room_ppm(200, 100).unwrap(), PPM_ONE);
        assert_eq!(oi_room_ppm(u64::MAX, u64::MAX - 1).unwrap(), 0);
    }

    #[test]
    fn a_sum_beyond_64_bits_stays_at_their_end() {
        let mut loss = AggregateLoss::default();
        for _ in 0..2 {
            loss.add_strike(u64::MAX, u64::MAX, &[i64::MIN; SCENARIOS], &[i64::MAX; SCENARIOS]);
        }
        assert_eq!(loss.worst(), u64::MAX);
        assert_eq!(required_pool(u64::MAX, PPM_ONE).unwrap(), u64::MAX);
    }

    proptest! {
        #[test]
        fn agrees_with_a_sum_in_128_bits(
            strikes in prop::collection::vec(
                (0..1_u64 << 30, 0..1_u64 << 30,
                 prop::array::uniform(-(1_i64 << 37)..1_i64 << 37)),
                0..16,
            ),
            forward in prop::array::uniform(-(1_i64 << 37)..1_i64 << 37),
        ) {
            let mut loss = AggregateLoss::default();
            let mut exact = [0_u128; SCENARIOS];
            for (calls, puts, row) in &strikes {
                loss.add_strike(*calls, *puts, row, &forward);
                for s in 0..SCENARIOS {
                    exact[s] += u128::from(*calls) * u128::from(row[s].unsigned_abs())
                        + u128::from(*puts) * u128::from((row[s] - forward[s]).unsigned_abs());
                }
            }
            let worst = exact.into_iter().max().unwrap().min(u128::from(u64::MAX));
            prop_assert_eq!(u128::from(loss.worst()), worst);
        }

        #[test]
        fn more_room_never_comes_from_a_smaller_pool_or_a_larger_requirement(
            available in 0..1_u64 << 60, required in 0..1_u64 << 60, step in 0..1_u64 << 50,
        ) {
            let room = oi_room_ppm(available, required).unwrap();
            prop_assert!(room <= PPM_ONE);
            prop_assert!(oi_room_ppm(available + step, required).unwrap() >= room);
            prop_assert!(oi_room_ppm(available, required + step).unwrap() <= room);
        }
    }
}
