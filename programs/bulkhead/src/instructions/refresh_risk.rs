//! Computes an expiry's risk array on chain: marks and profit under every scenario, for every strike. Anyone may.
//! Once the settlement price is fixed, marks are payoffs and nothing moves any more.

use {
    crate::{
        error::{refuse, BulkheadError},
        events::{Header, RiskRefreshed},
        forward::forward_price,
        now::Now,
        state::{Expiry, Market, OracleAggregate, RiskArray},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        black76::Tenor,
        margin::{OptionKind, MAX_ROW_ATOMS},
        scenario::SCENARIOS,
        settlement::payoff_per_lot,
        surface::{per_lot, ForwardRisk},
    },
};

#[derive(Accounts)]
pub struct RefreshRisk {
    pub market: Account<Market>,
    #[account(constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
    #[account(constraint = expiry.market == *market.address() @ BulkheadError::WrongMarket)]
    pub expiry: Account<Expiry>,
    #[account(mut, constraint = risk_array.market == *market.address() @ BulkheadError::WrongMarket,
        constraint = risk_array.expiry_id == expiry.id @ BulkheadError::MissingRiskArray)]
    pub risk_array: Account<RiskArray>,
}

pub fn handler(ctx: &mut Context<RefreshRisk>) -> Result<()> {
    let now = Now::read()?;
    let RefreshRisk { market, oracle, expiry, risk_array } = &mut ctx.accounts;
    if expiry.is_fixed() {
        write_payoffs(risk_array, expiry, market.lots_per_unit)?;
    } else {
        let grade = oracle.grade_at(&market.params, now.unix);
        require!(grade.is_quorum(), BulkheadError::NoOracleQuorum);
        require!(expiry.surface_version > 0, BulkheadError::NoMark);
        write_rows(risk_array, expiry, market, oracle.mark, now)?;
    }
    risk_array.as_of = now.unix;
    risk_array.as_of_slot = now.slot;
    risk_array.surface_version = expiry.surface_version;
    risk_array.outdated = 0;
    let header = Header::next(&mut risk_array.refreshes, now);
    emit!(RiskRefreshed {
        header,
        market: *market.address(),
        expiry_id: u64::from(expiry.id),
        mark: risk_array.mark,
    });
    Ok(())
}

// Kept out of line, as is the pricing of a strike: together they would not fit one 4 KiB frame.
#[inline(never)]
fn write_rows(array: &mut RiskArray, expiry: &Expiry, market: &Market, mark: u64, now: Now) -> Result<()> {
    let left = u64::try_from(expiry.expires_at.saturating_sub(now.unix)).unwrap_or(0);
    let tenor = Tenor::from_seconds(left).map_err(refuse)?;
    let shocks = market.params.shocks();
    let forward = forward_price(mark, expiry.basis_ppm)?;
    let shared = ForwardRisk::new(forward, market.lots_per_unit, &shocks).map_err(refuse)?;
    array.mark = mark;
    array.forward_lot = bounded_mark(per_lot(forward, market.lots_per_unit).map_err(refuse)?)?;
    require!(is_bounded(&shared.profit), BulkheadError::RowTooLarge);
    array.forward_profit = shared.profit;
    for (i, (strike, vol)) in expiry.listed().iter().zip(&expiry.vols_ppm).enumerate() {
        let row = at(&mut array.call_profit, i)?;
        let marks = shared.price_strike(*strike, *vol, &tenor, &shocks, row).map_err(refuse)?;
        require!(is_bounded(row), BulkheadError::RowTooLarge);
        *at(&mut array.call_marks, i)? = bounded_mark(marks.call)?;
        *at(&mut array.put_marks, i)? = bounded_mark(marks.put)?;
    }
    Ok(())
}

#[inline(never)]
fn write_payoffs(array: &mut RiskArray, expiry: &Expiry, lots_per_unit: u64) -> Result<()> {
    let price = expiry.settlement_price;
    array.settled = 1;
    array.mark = price;
    array.forward_lot = per_lot(price, lots_per_unit).map_err(refuse)?;
    array.forward_profit = [0; SCENARIOS];
    for (i, strike) in expiry.listed().iter().enumerate() {
        let payoff = |kind| payoff_per_lot(kind, *strike, price, lots_per_unit).map_err(refuse);
        *at(&mut array.call_marks, i)? = payoff(OptionKind::Call)?;
        *at(&mut array.put_marks, i)? = payoff(OptionKind::Put)?;
        *at(&mut array.call_profit, i)? = [0; SCENARIOS];
    }
    Ok(())
}

fn at<T>(entries: &mut [T], index: usize) -> Result<&mut T> {
    entries.get_mut(index).ok_or_else(|| BulkheadError::UnknownSeries.into())
}

/// The bound that keeps margin sums inside 64 bits.
fn bounded_mark(mark: u64) -> Result<u64> {
    require!(mark < MAX_ROW_ATOMS, BulkheadError::RowTooLarge);
    Ok(mark)
}

fn is_bounded(row: &[i64; SCENARIOS]) -> bool {
    row.iter().all(|r| r.unsigned_abs() < MAX_ROW_ATOMS)
}
