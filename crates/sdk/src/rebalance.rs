//! Which slice of an account to bid for, from the market's risk arrays.

use {
    crate::margin::preview,
    bulkhead::{
        error::refuse,
        expiry_source::ExpirySource,
        margin_basis::{cause, MarginBasis},
        now::Now,
        state::{expiry::kind_from_byte, MarginAccount, Market, OracleAggregate, RiskArray},
    },
    bulkhead_risk::{
        breaker::Level,
        exposure::ExpiryRisk,
        liquidation::Terms,
        math_error::MathError,
        rebalance::{self, Book, Plan, PricedLeg, Tariff},
        scenario::SCENARIOS,
    },
};

/// The cheapest slice that restores an account at a discount. A leg's place is that among the account's legs. `None` for an account
/// that is not due, of which an array is missing, or that holds expired legs: a share of the others is all that is planned for it.
///
/// # Errors
/// `OutOfRange` when a figure leaves the range of the arithmetic.
pub fn plan(
    account: &MarginAccount,
    arrays: &[RiskArray],
    market: &Market,
    oracle: &OracleAggregate,
    level: Level,
    now: i64,
    discount_ppm: u64,
) -> anchor_lang::Result<Option<Plan>> {
    let Some(seen) = preview(account, arrays, market, oracle, level, now)? else { return Ok(None) };
    if seen.due.causes == 0 {
        return Ok(None);
    }
    let now = Now { unix: now, slot: 0 };
    let is_over = |id: u16| arrays.iter().any(|a| a.expiry_id == id && now.unix >= a.expires_at);
    if account.legs().iter().any(|leg| is_over(leg.expiry_id)) {
        return Ok(None);
    }
    let basis = MarginBasis::new(market, oracle, level, now)?;
    let mut held: Vec<&RiskArray> =
        arrays.iter().filter(|a| account.legs().iter().any(|l| l.expiry_id == a.expiry_id)).collect();
    held.sort_unstable_by_key(|a| (a.expires_at, a.expiry_id));
    let expiries: Vec<ExpiryRisk> =
        held.iter().map(|a| a.expiry_risk(&market.params, now)).collect::<anchor_lang::Result<_>>()?;
    let mut rows = vec![[0; SCENARIOS]; account.legs().len()];
    let mut legs = Vec::with_capacity(rows.len());
    for (leg, row) in account.legs().iter().zip(&mut rows) {
        let expiry = held.iter().position(|a| a.expiry_id == leg.expiry_id);
        let expiry = expiry.ok_or_else(|| refuse(MathError::Domain))?;
        let series = held[expiry].series(leg.strike, kind_from_byte(leg.kind)?, row)?;
        legs.push(PricedLeg { lots: leg.lots, expiry, series });
    }
    let book = Book { expiries: &expiries, legs: &legs, charges: &basis.charges };
    let terms = Terms { discount_ppm, ..market.params.liquidation_terms() };
    let tariff = Tariff { terms, trade_fee_ppm: market.params.trade_fee_ppm };
    let for_greeks = match seen.due.causes & cause::GREEKS {
        0 => 0,
        _ => market
            .params
            .account_limits()
            .share_beyond(&seen.measure.exposure.totals.greeks)
            .map_err(refuse)?,
    };
    rebalance::plan(&book, &seen.measure, &tariff, for_greeks).map_err(refuse)
}
