//! Portfolio margin: the worst scenario of the whole account plus contingencies.
//!
//! An account's profit under a scenario is a dot product of its lots with the rows of the risk arrays, so a
//! check over all scenarios costs a few instructions per leg. Requirements are quote atoms, rounded up.

use crate::{
    math_error::MathError,
    round::{mul_div, ppm_of, Round},
    scenario::{PPM, SCENARIOS},
};

/// Most lots one leg may hold. With [`MAX_ROW_ATOMS`] and [`MAX_LEGS`] it keeps every dot product below 2^63:
/// 2^20 lots x 2^37 atoms x 32 legs x 2 rows (the leg's and the forward's) = 2^63, and both bounds are exclusive.
pub const MAX_LEG_LOTS: u64 = 1 << 20;
/// Magnitude that no entry of a risk array and no mark may reach, quote atoms per lot.
pub const MAX_ROW_ATOMS: u64 = 1 << 37;
/// Most legs an account may hold.
pub const MAX_LEGS: usize = 32;
/// Rows are rounded to whole atoms; a leg's profit can be off by this many atoms per lot.
const ROW_ROUNDING_ATOMS: u64 = 2;

/// Call or put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionKind {
    Call,
    Put,
}

/// Profit of a portfolio per scenario, its value at the marks, and the sizes that contingencies count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// Profit under each scenario, quote atoms.
    pub profit: [i64; SCENARIOS],
    /// Value at the marks, quote atoms; negative for a net short book.
    pub value: i64,
    /// Value of the short legs alone at their worst scenario, quote atoms, at most zero.
    pub short_floor: i64,
    /// Forward notional of the short legs, quote atoms.
    pub short_notional: u64,
    /// Forward notional of all legs, quote atoms.
    pub gross_notional: u64,
    /// Lots over all legs, either side.
    pub gross_lots: u64,
}

impl Default for Exposure {
    fn default() -> Self {
        Self {
            profit: [0; SCENARIOS],
            value: 0,
            short_floor: 0,
            short_notional: 0,
            gross_notional: 0,
            gross_lots: 0,
        }
    }
}

/// One leg as the margin engine sees it: everything per lot, in quote atoms.
#[derive(Clone, Copy, Debug)]
pub struct LegRisk<'a> {
    pub kind: OptionKind,
    /// Signed lots, positive long.
    pub lots: i64,
    /// Mark of one lot of this series.
    pub mark: u64,
    /// Scenario profit of one long call at this strike.
    pub call_row: &'a [i64; SCENARIOS],
    /// Scenario profit of one long lot of the forward of this expiry.
    pub forward_row: &'a [i64; SCENARIOS],
    /// Value of one lot of the forward.
    pub forward: u64,
}

impl Exposure {
    /// Adds a leg.
    ///
    /// # Errors
    /// [`MathError::Domain`] when the leg or its rows exceed the bounds that keep the sums in 64 bits.
    pub fn add(&mut self, leg: &LegRisk) -> Result<(), MathError> {
        let size = leg.lots.unsigned_abs();
        if size > MAX_LEG_LOTS || leg.mark >= MAX_ROW_ATOMS || leg.forward >= MAX_ROW_ATOMS {
            return Err(MathError::Domain);
        }
        let worst = match leg.kind {
            OptionKind::Call => add_rows(&mut self.profit, leg.lots, leg.call_row),
            OptionKind::Put => add_parity_rows(&mut self.profit, leg.lots, leg.call_row, leg.forward_row),
        };
        let mark = i64::try_from(leg.mark).map_err(|_| MathError::Domain)?;
        let value = leg.lots.checked_mul(mark).ok_or(MathError::Overflow)?;
        self.value = self.value.checked_add(value).ok_or(MathError::Overflow)?;
        let notional = size.checked_mul(leg.forward).ok_or(MathError::Overflow)?;
        self.gross_notional = self.gross_notional.checked_add(notional).ok_or(MathError::Overflow)?;
        self.gross_lots = self.gross_lots.checked_add(size).ok_or(MathError::Overflow)?;
        if leg.lots < 0 {
            self.short_notional = self.short_notional.checked_add(notional).ok_or(MathError::Overflow)?;
            let floor = value.checked_add(worst).ok_or(MathError::Overflow)?.min(value);
            self.short_floor = self.short_floor.checked_add(floor).ok_or(MathError::Overflow)?;
        }
        Ok(())
    }

    /// Loss of the worst scenario, quote atoms, including what rounding of the rows may hide.
    ///
    /// # Errors
    /// [`MathError::Overflow`] when the sum leaves 64 bits.
    pub fn worst_loss(&self) -> Result<u64, MathError> {
        let worst = self.profit.iter().copied().min().unwrap_or(0).min(0).unsigned_abs();
        let rounding = self.gross_lots.checked_mul(ROW_ROUNDING_ATOMS).ok_or(MathError::Overflow)?;
        worst.checked_add(rounding).ok_or(MathError::Overflow)
    }

    /// True when no scenario loses more than it did before `change` was added. Wrapping: both sums of an account stay
    /// below 2^63.
    #[must_use]
    pub fn loses_no_more_than_without(&self, change: &Self) -> bool {
        let mut pairs = self.profit.iter().zip(change.profit);
        pairs.all(|(after, change)| (*after).min(0) >= after.wrapping_sub(change).min(0))
    }
}

/// `profit += lots * row`; returns the smallest product. Wrapping: |lots| <= 2^20 and |row| < 2^37 bound each
/// product by 2^57 and the sum over 32 legs by 2^62 (rows are checked when an array is written).
#[allow(clippy::arithmetic_side_effects)]
fn add_rows(profit: &mut [i64; SCENARIOS], lots: i64, row: &[i64; SCENARIOS]) -> i64 {
    let mut worst = i64::MAX;
    for (sum, entry) in profit.iter_mut().zip(row) {
        let product = lots.wrapping_mul(*entry);
        *sum = sum.wrapping_add(product);
        worst = worst.min(product);
    }
    worst
}

/// As [`add_rows`] for a put: its row is the call's minus the forward's, below 2^38 in magnitude, so a sum over
/// 32 legs stays below 2^63.
#[allow(clippy::arithmetic_side_effects)]
fn add_parity_rows(
    profit: &mut [i64; SCENARIOS],
    lots: i64,
    call: &[i64; SCENARIOS],
    forward: &[i64; SCENARIOS],
) -> i64 {
    let mut worst = i64::MAX;
    for ((sum, call), forward) in profit.iter_mut().zip(call).zip(forward) {
        let product = lots.wrapping_mul(call.wrapping_sub(*forward));
        *sum = sum.wrapping_add(product);
        worst = worst.min(product);
    }
    worst
}

/// What a market charges beyond the worst scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charges {
    /// Minimum per unit of short notional, parts per million.
    pub short_minimum_ppm: u64,
    /// Maintenance as a share of the base requirement, parts per million.
    pub maintenance_ppm: u64,
    /// Confidence interval of the mark as a share of the mark, parts per million.
    pub confidence_ppm: u64,
    /// Initial margin as a multiple of the base requirement, parts per million, at least [`PPM`].
    pub initial_factor_ppm: u64,
}

/// Requirements of a portfolio, quote atoms: `initial >= maintenance >= 0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[must_use]
pub struct Requirement {
    pub initial: u64,
    pub maintenance: u64,
}

/// Worst scenario + short-option minimum + confidence add-on, each rounded up.
///
/// # Errors
/// [`MathError::Overflow`] when a charge leaves 64 bits.
pub fn requirement(exposure: &Exposure, charges: &Charges) -> Result<Requirement, MathError> {
    if exposure.gross_lots == 0 {
        return Ok(Requirement::default());
    }
    let short = ppm_of(exposure.short_notional, charges.short_minimum_ppm, Round::Up)?;
    let confidence = ppm_of(exposure.gross_notional, charges.confidence_ppm, Round::Up)?;
    let base = exposure
        .worst_loss()?
        .checked_add(short)
        .and_then(|b| b.checked_add(confidence))
        .ok_or(MathError::Overflow)?;
    let maintenance = ppm_of(base, charges.maintenance_ppm.min(PPM), Round::Up)?;
    let initial = ppm_of(base, charges.initial_factor_ppm.max(PPM), Round::Up)?;
    Ok(Requirement { initial, maintenance: maintenance.min(initial) })
}

/// Equity of an account, quote atoms: collateral - debt + value at the marks.
///
/// # Errors
/// [`MathError::Overflow`] when a term leaves 63 bits.
pub fn equity(cash: u64, debt: u64, value: i64) -> Result<i64, MathError> {
    let cash = i64::try_from(cash).map_err(|_| MathError::Overflow)?;
    let debt = i64::try_from(debt).map_err(|_| MathError::Overflow)?;
    cash.checked_sub(debt).and_then(|e| e.checked_add(value)).ok_or(MathError::Overflow)
}

/// Equity minus a requirement, quote atoms; negative means short of it.
///
/// # Errors
/// [`MathError::Overflow`] when the difference leaves 63 bits.
pub fn health(equity: i64, requirement: u64) -> Result<i64, MathError> {
    let requirement = i64::try_from(requirement).map_err(|_| MathError::Overflow)?;
    equity.checked_sub(requirement).ok_or(MathError::Overflow)
}

/// Multiple applied to the short side when no fresh price exists, parts per million.
pub const STALE_FACTOR_PPM: u64 = 1_500_000;

/// Collateral free to leave while prices are stale: long legs count nothing, short legs count at one and a half
/// times their worst scenario. Never more than a holder without legs could take.
///
/// # Errors
/// [`MathError::Overflow`] when a term leaves 64 bits.
pub fn stale_free_collateral(cash: u64, debt: u64, exposure: &Exposure) -> Result<u64, MathError> {
    let short = mul_div(exposure.short_floor.unsigned_abs(), STALE_FACTOR_PPM, PPM, Round::Up)?;
    Ok(cash.saturating_sub(debt).saturating_sub(short))
}

/// Collateral free to leave at a fresh mark: no more than the cash at hand, no more than the surplus over the
/// initial requirement.
///
/// # Errors
/// [`MathError::Overflow`] when a term leaves 63 bits.
pub fn free_collateral(
    cash: u64,
    debt: u64,
    value: i64,
    requirement: &Requirement,
) -> Result<u64, MathError> {
    let surplus = health(equity(cash, debt, value)?, requirement.initial)?;
    Ok(u64::try_from(surplus).unwrap_or(0).min(cash.saturating_sub(debt)))
}

#[cfg(test)]
mod tests;
