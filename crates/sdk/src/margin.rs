//! An account's margin off chain, by the code the program runs.

use {
    bulkhead::{
        margin_basis::{Due, MarginBasis, Measure},
        now::Now,
        state::{MarginAccount, Market, OracleAggregate, Protocol, RiskArray},
    },
    bulkhead_risk::{breaker::Level, greek_limits::GreekLimits},
};

/// An account as margin sees it, quote atoms.
#[derive(Clone, Copy, Debug)]
pub struct Preview {
    pub measure: Measure,
    /// Why it is open to liquidation and how much of it, if it is.
    pub due: Due,
    /// Limits of the account's Greeks in the present regime.
    pub greek_limits: GreekLimits,
    /// Greeks beyond them, a bit each in the order of `bulkhead_risk::greek_limits::GREEKS`.
    pub breaches: u64,
}

impl Preview {
    /// Surplus of equity over the maintenance requirement, or of cash over what nearer expiries may ask for, whichever is less;
    /// negative means liquidatable.
    ///
    /// # Errors
    /// `OutOfRange` when a figure leaves the range of the arithmetic.
    pub fn maintenance_health(&self) -> anchor_lang::Result<i64> {
        Ok(self.measure.maintenance_health()?.min(self.measure.cover_health()?))
    }

    /// Surplus over the initial requirement.
    ///
    /// # Errors
    /// `OutOfRange` when a figure leaves the range of the arithmetic.
    pub fn initial_health(&self) -> anchor_lang::Result<i64> {
        self.measure.initial_surplus()
    }
}

/// The breaker level in force.
#[must_use]
pub fn level(protocol: &Protocol, market: &Market, now: i64) -> Level {
    protocol.breaker.level(now).max(market.breaker.level(now))
}

/// Measures an account with the risk arrays of its expiries. `None` when one is missing or was never completed.
///
/// # Errors
/// `OutOfRange` when a figure leaves the range of the arithmetic.
pub fn preview(
    account: &MarginAccount,
    arrays: &[RiskArray],
    market: &Market,
    oracle: &OracleAggregate,
    level: Level,
    now: i64,
) -> anchor_lang::Result<Option<Preview>> {
    let usable = |id: u16| arrays.iter().any(|a| a.expiry_id == id && a.as_of != 0 && a.strikes_done == 0);
    if !account.legs().iter().all(|leg| usable(leg.expiry_id)) {
        return Ok(None);
    }
    let mut sources: Vec<&RiskArray> = arrays.iter().collect();
    sources.sort_unstable_by_key(|a| (a.expires_at, a.expiry_id));
    let basis = MarginBasis::new(market, oracle, level, Now { unix: now, slot: 0 })?;
    let measure = basis.measure(account, &sources)?;
    let due = basis.due(&measure, &market.params.liquidation_terms())?;
    let greek_limits = basis.charges.greek_limits;
    Ok(Some(Preview { measure, due, greek_limits, breaches: measure.breaches(&basis.charges) }))
}
