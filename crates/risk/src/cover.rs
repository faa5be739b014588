//! Cash cover: an expiry is paid in cash, so what a later expiry will bring does not help at an earlier one.
//!
//! For every expiry but the last that an account holds, the legs that expire by then stand alone against the cash:
//!
//! ```text
//! cover(e) = cash - debt + value(legs expiring by e) - cover share x requirement(legs expiring by e)
//! ```
//!
//! A near short against a far long is solvent as a whole and may still lack the cash when the near leg settles; below zero
//! at the maintenance requirement it is liquidated, which sells a share of the far leg for cash.

use crate::{
    liquidation::Terms,
    margin::{Charges, Funds, Requirement},
    math_error::MathError,
    round::{mul_div, ppm_of, Round},
    scenario::PPM,
};

/// The legs that expire by some date, quote atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NearLegs {
    /// Value at the marks.
    pub value: i64,
    /// Share of their requirement that cash must cover.
    pub requirement: Requirement,
}

/// The expiries that leave the least cash: one for each requirement, because the smallest surplus over the one need not be
/// that over the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Cover {
    tightest_initial: Option<NearLegs>,
    tightest_maintenance: Option<NearLegs>,
}

impl Cover {
    /// Takes note of the legs that expire by one more date: their value at the marks, for the initial requirement without
    /// payoffs that wait for their payers, and their requirement.
    ///
    /// # Errors
    /// [`MathError::Overflow`] when a figure leaves 63 bits.
    pub fn observe(
        &mut self,
        paid_value: i64,
        value: i64,
        whole: Requirement,
        charges: &Charges,
    ) -> Result<(), MathError> {
        let share = |amount| ppm_of(amount, charges.cover_ppm.min(PPM), Round::Up);
        let requirement =
            Requirement { initial: share(whole.initial)?, maintenance: share(whole.maintenance)? };
        let paid = NearLegs { value: paid_value, requirement };
        if tighter(&paid, self.tightest_initial.as_ref(), |r| r.initial)? {
            self.tightest_initial = Some(paid);
        }
        let near = NearLegs { value, requirement };
        if tighter(&near, self.tightest_maintenance.as_ref(), |r| r.maintenance)? {
            self.tightest_maintenance = Some(near);
        }
        Ok(())
    }

    /// Least surplus of cash over the initial requirement of the nearer expiries, quote atoms; `None` when the account holds
    /// one expiry or none.
    ///
    /// # Errors
    /// [`MathError::Overflow`].
    pub fn initial_surplus(&self, funds: &Funds) -> Result<Option<i64>, MathError> {
        let Some(near) = self.tightest_initial else { return Ok(None) };
        surplus(funds.net()?, &near, near.requirement.initial).map(Some)
    }

    /// As [`Self::initial_surplus`] over the maintenance requirement, with what settled expiries still have to pay.
    ///
    /// # Errors
    /// [`MathError::Overflow`].
    pub fn maintenance_surplus(&self, funds: &Funds) -> Result<Option<i64>, MathError> {
        let Some(near) = self.tightest_maintenance else { return Ok(None) };
        let net = funds.net()?.checked_add_unsigned(funds.claims).ok_or(MathError::Overflow)?;
        surplus(net, &near, near.requirement.maintenance).map(Some)
    }

    /// As [`Self::maintenance_surplus`] over so many parts per million of the requirement.
    ///
    /// # Errors
    /// [`MathError::Overflow`].
    pub fn surplus_beyond(&self, funds: &Funds, share_ppm: u64) -> Result<Option<i64>, MathError> {
        let Some(near) = self.tightest_maintenance else { return Ok(None) };
        let net = funds.net()?.checked_add_unsigned(funds.claims).ok_or(MathError::Overflow)?;
        surplus(net, &near, ppm_of(near.requirement.maintenance, share_ppm, Round::Up)?).map(Some)
    }

    /// Share of the whole book, parts per million rounded up, whose sale at the marks leaves cash for the nearer expiries
    /// and the buffer. Zero while they are covered, everything when no sale can cover them.
    ///
    /// With `A < 0` the surplus over the buffered requirement and `B` what selling the whole book adds to it, the share `f`
    /// solves `A + f B = 0`:
    ///
    /// ```text
    /// A = cash - debt + near value - (1 + buffer) x near requirement
    /// B = book value - (discount + fee) x maintenance - near value + (1 + buffer) x near requirement
    /// ```
    ///
    /// # Errors
    /// [`MathError::Overflow`] when a figure leaves 63 bits.
    pub fn restoring_share(
        &self,
        funds: &Funds,
        book_value: i64,
        book_maintenance: u64,
        terms: &Terms,
    ) -> Result<u64, MathError> {
        let Some(near) = self.tightest_maintenance else { return Ok(0) };
        let net = funds.net()?.checked_add_unsigned(funds.claims).ok_or(MathError::Overflow)?;
        if surplus(net, &near, near.requirement.maintenance)? >= 0 {
            return Ok(0);
        }
        let whole = PPM.checked_add(terms.buffer_ppm).ok_or(MathError::Overflow)?;
        let buffered = ppm_of(near.requirement.maintenance, whole, Round::Up)?;
        let missing = surplus(net, &near, buffered)?;
        let cost = terms.discount_ppm.checked_add(terms.fee_ppm).ok_or(MathError::Overflow)?;
        let cost = ppm_of(book_maintenance, cost, Round::Up)?;
        let gained = book_value
            .checked_sub_unsigned(cost)
            .and_then(|g| g.checked_sub(near.value))
            .and_then(|g| g.checked_add_unsigned(buffered))
            .ok_or(MathError::Overflow)?;
        match u64::try_from(gained) {
            Ok(gained) if gained > missing.unsigned_abs() => {
                Ok(mul_div(missing.unsigned_abs(), PPM, gained, Round::Up)?.min(PPM))
            }
            _ => Ok(PPM),
        }
    }
}

/// True when `near` leaves less over a requirement than the tightest so far.
fn tighter(
    near: &NearLegs,
    held: Option<&NearLegs>,
    pick: fn(&Requirement) -> u64,
) -> Result<bool, MathError> {
    let over = |legs: &NearLegs| surplus(0, legs, pick(&legs.requirement));
    Ok(match held {
        Some(held) => over(near)? < over(held)?,
        None => true,
    })
}

fn surplus(net: i64, near: &NearLegs, requirement: u64) -> Result<i64, MathError> {
    let held = net.checked_add(near.value).ok_or(MathError::Overflow)?;
    held.checked_sub_unsigned(requirement).ok_or(MathError::Overflow)
}

#[cfg(test)]
mod tests;
