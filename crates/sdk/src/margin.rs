//! An account's margin off chain, by the code the program runs.

use {
    bulkhead::{
        margin_basis::{Due, MarginBasis},
        now::Now,
        quoted_book::{QuotedBook, WHOLE_BOOK},
        state::{MarginAccount, Market, OracleAggregate, Protocol, RiskArray},
    },
    bulkhead_risk::{
        breaker::Level, greek_limits::GreekLimits, liquidation::Terms, math_error::MathError,
        measure::Measure, scenario::SCENARIOS,
    },
};

/// An account as margin sees it, quote atoms.
#[derive(Clone, Copy, Debug)]
pub struct Preview {
    pub measure: Measure,
    /// Why it is open to liquidation and how much of it, if it is.
    pub due: Due,
    /// Terms of a bid for it.
    pub terms: Terms,
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
    /// [`MathError::Overflow`].
    pub fn maintenance_health(&self) -> Result<i64, MathError> {
        Ok(self.measure.maintenance_health()?.min(self.measure.cover_health()?))
    }

    /// Surplus over the initial requirement.
    ///
    /// # Errors
    /// [`MathError::Overflow`].
    pub fn initial_health(&self) -> Result<i64, MathError> {
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
    if !is_priced(account, arrays) {
        return Ok(None);
    }
    let sources = in_order(arrays);
    let basis = MarginBasis::new(market, oracle, level, Now { unix: now, slot: 0 })?;
    let measure = basis.measure(account, &sources)?;
    let by_clock = terms(account, &basis)?;
    let due = basis.due(&measure, &by_clock)?;
    let terms = due.terms(&by_clock);
    let greek_limits = basis.charges.greek_limits;
    Ok(Some(Preview { measure, due, terms, greek_limits, breaches: measure.breaches(&basis.charges) }))
}

/// Terms that a bid for the account would meet now, or the first one in an auction that begins now.
fn terms(account: &MarginAccount, basis: &MarginBasis) -> anchor_lang::Result<Terms> {
    let open_since = basis.market.liquidation_open_since();
    basis.terms(account.auction.elapsed_at(basis.oracle.mark.live_seconds, open_since))
}

/// An account as a bid for its whole book sees it, by the scenario that allows the largest one.
#[derive(Clone, Copy, Debug)]
pub struct BidPreview {
    pub scenario: u8,
    pub measure: Measure,
    pub due: Due,
    pub terms: Terms,
}

/// `None` when an array is missing, or by no scenario the account is due.
///
/// # Errors
/// `OutOfRange` when a figure leaves the range of the arithmetic; `SettleFirst` while it is not known what an expired leg comes to.
pub fn best_bid(
    account: &MarginAccount,
    arrays: &[RiskArray],
    market: &Market,
    oracle: &OracleAggregate,
    level: Level,
    now: i64,
) -> anchor_lang::Result<Option<BidPreview>> {
    if !is_priced(account, arrays) {
        return Ok(None);
    }
    let sources = in_order(arrays);
    let basis = MarginBasis::new(market, oracle, level, Now { unix: now, slot: 0 })?;
    let terms = terms(account, &basis)?;
    let mut best: Option<BidPreview> = None;
    for scenario in 0..SCENARIOS {
        let book = QuotedBook::read(account, &basis, &sources, WHOLE_BOOK, scenario)?;
        let measure = basis.measure_one(account, &sources, &book)?;
        let due = basis.due(&measure, &terms)?;
        let rank = |due: &Due, measure: &Measure| (due.share_ppm, measure.requirement.maintenance);
        let more = best.is_none_or(|found| rank(&due, &measure) > rank(&found.due, &found.measure));
        if due.causes != 0 && more {
            let scenario = u8::try_from(scenario).unwrap_or_default();
            best = Some(BidPreview { scenario, measure, due, terms: due.terms(&terms) });
        }
    }
    Ok(best)
}

fn is_priced(account: &MarginAccount, arrays: &[RiskArray]) -> bool {
    let usable = |id: u16| arrays.iter().any(|a| a.expiry_id == id && a.as_of != 0 && a.strikes_done == 0);
    account.legs().iter().all(|leg| usable(leg.expiry_id))
}

fn in_order(arrays: &[RiskArray]) -> Vec<&RiskArray> {
    let mut sources: Vec<&RiskArray> = arrays.iter().collect();
    sources.sort_unstable_by_key(|a| (a.expires_at, a.expiry_id));
    sources
}
