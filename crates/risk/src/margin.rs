//! Portfolio margin: the worst scenario of the whole account plus contingencies. Quote atoms, rounded up.
//!
//! ```text
//! base        = worst scenario + errors + short minimum + expiry ramp + confidence + impact
//! maintenance = base x maintenance share
//! initial     = min(base x regime + spread + scarcity, 3 x base) x factor of grade and level + Greek add-on
//! ```
//!
//! The base of a book without short legs is at most its value.
//!
//! Initial margin is held against the worse of two equities, at the mark and at the stable price.

use crate::{
    exposure::Totals,
    greek_limits::GreekLimits,
    math_error::MathError,
    round::{mul_div, ppm_of, Round},
    scenario::PPM,
};

/// Most that the regime and recorded spreads together may multiply the base requirement by.
pub const MAX_DYNAMIC_MULTIPLE: u64 = 3;

/// What a market charges beyond the worst scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charges {
    /// Minimum per unit of short notional, parts per million.
    pub short_minimum_ppm: u64,
    /// Maintenance as a share of the base requirement, parts per million.
    pub maintenance_ppm: u64,
    /// Confidence interval of the mark as a share of the mark, parts per million.
    pub confidence_ppm: u64,
    /// Factor of the mark's grade and the breaker level, parts per million, at least [`PPM`].
    pub initial_factor_ppm: u64,
    /// Factor of the regime, parts per million, at least [`PPM`].
    pub regime_ppm: u64,
    /// Share of the requirement of nearer expiries that cash must cover, parts per million.
    pub cover_ppm: u64,
    /// Limits of the account in this regime.
    pub greek_limits: GreekLimits,
}

/// Requirements of a portfolio, quote atoms: `initial >= maintenance >= 0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[must_use]
pub struct Requirement {
    pub initial: u64,
    pub maintenance: u64,
}

/// Requirement of a book whose worst scenario loses `worst_loss`, or at most that.
///
/// # Errors
/// [`MathError::Overflow`] when a charge leaves 64 bits.
pub fn requirement(totals: &Totals, worst_loss: u64, charges: &Charges) -> Result<Requirement, MathError> {
    if totals.gross_lots == 0 {
        return Ok(Requirement::default());
    }
    let base = base(totals, worst_loss, charges)?;
    let most = base.checked_mul(MAX_DYNAMIC_MULTIPLE).ok_or(MathError::Overflow)?;
    let dynamic = [totals.spread, totals.scarcity]
        .into_iter()
        .try_fold(multiplied(base, charges.regime_ppm)?, u64::checked_add)
        .ok_or(MathError::Overflow)?;
    let initial = multiplied(dynamic.min(most), charges.initial_factor_ppm)?;
    let addon = charges.greek_limits.addon(&totals.greeks)?;
    let initial = initial.checked_add(addon).ok_or(MathError::Overflow)?;
    Ok(Requirement { initial, maintenance: maintained(base, charges)? })
}

/// Maintenance requirement alone, of a book of which no more is known than that stands on.
///
/// # Errors
/// As [`requirement`].
pub fn maintenance(totals: &Totals, worst_loss: u64, charges: &Charges) -> Result<u64, MathError> {
    if totals.gross_lots == 0 {
        return Ok(0);
    }
    maintained(base(totals, worst_loss, charges)?, charges)
}

fn maintained(base: u64, charges: &Charges) -> Result<u64, MathError> {
    ppm_of(base, charges.maintenance_ppm.min(PPM), Round::Up)
}

fn base(totals: &Totals, worst_loss: u64, charges: &Charges) -> Result<u64, MathError> {
    let short = ppm_of(totals.short_notional, charges.short_minimum_ppm, Round::Up)?;
    let confidence = ppm_of(totals.gross_notional, charges.confidence_ppm, Round::Up)?;
    let base = [totals.error, short, totals.ramp, confidence, totals.impact]
        .into_iter()
        .try_fold(worst_loss, u64::checked_add)
        .ok_or(MathError::Overflow)?;
    // A book without short legs can lose its value and no more.
    Ok(if totals.short_notional == 0 { base.min(totals.value.unsigned_abs()) } else { base })
}

/// `amount` times a factor that never shrinks it, rounded up.
fn multiplied(amount: u64, factor_ppm: u64) -> Result<u64, MathError> {
    if factor_ppm <= PPM {
        return Ok(amount);
    }
    ppm_of(amount, factor_ppm, Round::Up)
}

/// What an account has beside its legs, quote atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Funds {
    pub cash: u64,
    pub debt: u64,
    /// Proceeds of settled expiries still to be paid: they keep an account from being liquidated and allow nothing new.
    pub claims: u64,
}

impl Funds {
    /// Cash less debt, quote atoms.
    ///
    /// # Errors
    /// [`MathError::Overflow`] when a term leaves 63 bits.
    pub fn net(&self) -> Result<i64, MathError> {
        let cash = i64::try_from(self.cash).map_err(|_| MathError::Overflow)?;
        cash.checked_sub_unsigned(self.debt).ok_or(MathError::Overflow)
    }
}

/// Equity of an account, quote atoms: cash - debt + value at the marks.
///
/// # Errors
/// [`MathError::Overflow`] when a term leaves 63 bits.
pub fn equity(funds: &Funds, value: i64) -> Result<i64, MathError> {
    funds.net()?.checked_add(value).ok_or(MathError::Overflow)
}

/// Equity minus a requirement, quote atoms; negative means short of it.
///
/// # Errors
/// [`MathError::Overflow`] when the difference leaves 63 bits.
pub fn health(equity: i64, requirement: u64) -> Result<i64, MathError> {
    equity.checked_sub_unsigned(requirement).ok_or(MathError::Overflow)
}

/// Multiple applied to the short side when no fresh price exists, parts per million.
pub const STALE_FACTOR_PPM: u64 = 1_500_000;

/// Collateral free to leave while there is no price: long legs count nothing, short legs count at one and a half
/// times their worst scenario, and what closing the book costs stays, too. Never more than a holder without legs could take.
///
/// # Errors
/// [`MathError::Overflow`] when a term leaves 64 bits.
pub fn stale_free_collateral(funds: &Funds, totals: &Totals) -> Result<u64, MathError> {
    let free = funds.cash.saturating_sub(funds.debt);
    if totals.short_notional == 0 {
        return Ok(free);
    }
    let short = mul_div(totals.short_floor.unsigned_abs(), STALE_FACTOR_PPM, PPM, Round::Up)?;
    let costs = [totals.ramp, totals.impact, totals.scarcity];
    Ok(costs.into_iter().fold(free.saturating_sub(short), u64::saturating_sub))
}

#[cfg(test)]
mod tests;
