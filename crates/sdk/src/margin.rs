//! An account's margin off chain, by the code the program runs.

use {
    bulkhead::state::{expiry::kind_from_byte, MarginAccount, Market, OracleAggregate, Protocol, RiskArray},
    bulkhead_risk::{
        breaker::{initial_factor_ppm, Level},
        margin::{equity, health, requirement, Exposure, Requirement},
        math_error::MathError,
        round::{mul_div, Round},
        scenario::PPM,
    },
};

/// An account as margin sees it, quote atoms.
#[derive(Clone, Copy, Debug)]
pub struct Preview {
    /// Collateral less debt, and the value of all legs.
    pub equity: i64,
    /// Proceeds still to be paid. They keep an account from being liquidated and allow nothing new.
    pub claims: u64,
    pub requirement: Requirement,
    pub exposure: Exposure,
}

impl Preview {
    /// Equity with what is still to be paid.
    ///
    /// # Errors
    /// [`MathError::Overflow`].
    pub fn equity_with_claims(&self) -> Result<i64, MathError> {
        self.equity.checked_add_unsigned(self.claims).ok_or(MathError::Overflow)
    }

    /// Surplus over the maintenance requirement; negative means liquidatable.
    ///
    /// # Errors
    /// [`MathError::Overflow`].
    pub fn maintenance_health(&self) -> Result<i64, MathError> {
        health(self.equity_with_claims()?, self.requirement.maintenance)
    }

    /// Surplus over the initial requirement.
    ///
    /// # Errors
    /// [`MathError::Overflow`].
    pub fn initial_health(&self) -> Result<i64, MathError> {
        health(self.equity, self.requirement.initial)
    }
}

/// The breaker level in force.
#[must_use]
pub fn level(protocol: &Protocol, market: &Market, now: i64) -> Level {
    protocol.breaker.level(now).max(market.breaker.level(now))
}

/// Measures an account with the risk arrays of its expiries. `None` when one is missing or was never computed.
///
/// # Errors
/// [`MathError`] when a figure leaves the range of the arithmetic.
pub fn preview(
    account: &MarginAccount,
    arrays: &[RiskArray],
    market: &Market,
    oracle: &OracleAggregate,
    level: Level,
    now: i64,
) -> Result<Option<Preview>, MathError> {
    let mut exposure = Exposure::default();
    for leg in account.legs() {
        let Some(array) = arrays.iter().find(|a| a.expiry_id == leg.expiry_id) else { return Ok(None) };
        let Ok(kind) = kind_from_byte(leg.kind) else { return Ok(None) };
        let Ok(risk) = array.leg(leg.strike, kind, leg.lots) else { return Ok(None) };
        exposure.add(&risk)?;
    }
    let confidence = match oracle.mark {
        0 => 0,
        mark => mul_div(oracle.confidence, PPM, mark, Round::Up)?,
    };
    let grade = oracle.grade_at(&market.params, now);
    let factor = grade.initial_factor_ppm().max(initial_factor_ppm(level));
    let requirement = requirement(&exposure, &market.params.charges(confidence, factor))?;
    let equity = equity(account.cash, account.debt, exposure.value)?;
    Ok(Some(Preview { equity, claims: account.unpaid_claims(), requirement, exposure }))
}
