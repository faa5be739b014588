//! Computes an expiry's risk array on chain: marks, Greeks and profit under every scenario, for every strike. Anyone may.
//! A refresh may take several calls: the first pins mark, time and settlement average, the others go on from there. Once the
//! price is known or fixed, marks are payoffs and nothing moves any more.

use {
    crate::{
        all_shards,
        error::BulkheadError,
        events::{Header, RiskRefreshed},
        expiry_source::ExpirySource,
        footing::Footing,
        now::Now,
        row_maker::{Liquidity, RowMaker},
        state::{Expiry, Market, MarketParams, OracleAggregate, RiskArray},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{liquidity::Spread, oracle::Reliance},
};

/// All open-interest shards of the market may follow, in order of index; then what they show of the book counts from now on.
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

/// `max_strikes`: most strikes to compute in this call; the rest waits for further calls.
pub fn handler(ctx: &mut Context<RefreshRisk>, max_strikes: u8) -> Result<()> {
    require!(max_strikes > 0, BulkheadError::ZeroAmount);
    let appended = ctx.remaining_accounts()?;
    let now = Now::read()?;
    let RefreshRisk { market, oracle, expiry, risk_array } = &mut ctx.accounts;
    // Half an array serves nobody: nobody may take a good one apart.
    let fresh = risk_array.is_fresh(oracle, &market.params, now)?;
    require!(!fresh || max_strikes >= expiry.strike_count, BulkheadError::RefreshWhole);
    if !appended.is_empty() {
        note_book(risk_array, &appended, market, expiry)?;
    }
    if begins_anew(risk_array, expiry, market, oracle, now)? {
        pin(risk_array, expiry, market, oracle, now)?;
    }
    if risk_array.params_revision != market.params_revision {
        // Strikes under other shocks than the forward's would not fit together: all of them again, on the same mark.
        risk_array.params_revision = market.params_revision;
        risk_array.strikes_done = 0;
    }
    write_strikes(risk_array, expiry, market, max_strikes)?;
    if risk_array.strikes_done != 0 {
        return Ok(());
    }
    risk_array.stand_on(expiry);
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

/// Whether a new computation begins. One under way goes on while it stands on what still holds, or while there is nothing
/// better to stand on: without a quorum it must not strand whoever needs the array.
fn begins_anew(
    array: &RiskArray,
    expiry: &Expiry,
    market: &Market,
    oracle: &OracleAggregate,
    now: Now,
) -> Result<bool> {
    if expiry.is_fixed() {
        return Ok(array.strikes_done == 0 || array.settled == 0);
    }
    let under_way = array.strikes_done != 0;
    if oracle.allows(Reliance::Refresh, &market.params, now.unix)? {
        return Ok(!under_way || !array.is_current(oracle, &market.params, now)?);
    }
    if under_way {
        return Ok(false);
    }
    oracle.require(Reliance::Refresh, &market.params, now.unix)?;
    Ok(true)
}

/// Pins what the computation stands on.
fn pin(
    array: &mut RiskArray,
    expiry: &Expiry,
    market: &Market,
    oracle: &OracleAggregate,
    now: Now,
) -> Result<()> {
    let on = Footing::now(expiry, market, oracle, now)?;
    array.strikes_done = 0;
    array.as_of = on.unix;
    array.as_of_slot = now.slot;
    array.settled = u8::from(expiry.is_fixed());
    (array.averaged_price, array.averaged_seconds) = (on.averaged.price, on.averaged.seconds);
    (array.mark, array.stable) = match expiry.is_fixed() {
        true => (expiry.settlement_price, expiry.settlement_price),
        false => (on.mark, on.stable),
    };
    Ok(())
}

// Kept out of line, as is the pricing of a strike: together they would not fit one 4 KiB frame.
#[inline(never)]
fn write_strikes(array: &mut RiskArray, expiry: &Expiry, market: &Market, max_strikes: u8) -> Result<()> {
    let rows = RowMaker::new(expiry, market, &Footing::pinned(array))?;
    if array.moving_lot != rows.moving_lot {
        // The settlement was observed in the middle of it: strikes from before would not fit.
        array.strikes_done = 0;
    }
    array.forward_lot = rows.forward_lot;
    array.moving_lot = rows.moving_lot;
    array.error_atoms = rows.error_atoms;
    array.forward_profit = *rows.forward_profit();
    array.forward_stable = rows.forward_stable();
    write_liquidity(array, expiry, &market.params)?;
    let first = u8::try_from(array.strikes_done).map_err(|_| BulkheadError::OutOfRange)?;
    let last = first.saturating_add(max_strikes).min(expiry.strike_count);
    for index in first..last {
        let i = usize::from(index);
        let figures = rows.strike(expiry, index, at(&mut array.call_profit, i)?)?;
        *at(&mut array.call_marks, i)? = figures.call;
        *at(&mut array.put_marks, i)? = figures.put;
        *at(&mut array.call_peaks, i)? = figures.call_peak;
        *at(&mut array.put_peaks, i)? = figures.put_peak;
        *at(&mut array.call_stable, i)? = figures.call_stable;
        *at(&mut array.call_delta, i)? = figures.greeks.delta;
        *at(&mut array.gamma, i)? = figures.greeks.gamma;
        *at(&mut array.vega, i)? = figures.greeks.vega;
        *at(&mut array.theta, i)? = figures.greeks.theta;
    }
    array.strikes_done = if last == expiry.strike_count { 0 } else { u64::from(last) };
    Ok(())
}

/// Depth and spread of the book, in money.
fn write_liquidity(array: &mut RiskArray, expiry: &Expiry, params: &MarketParams) -> Result<()> {
    let fills = Spread { ppm: array.fill_spread_ppm, at: array.fill_spread_at };
    let liquidity = Liquidity::new(expiry, params, array.moving_lot, fills, array.as_of)?;
    array.impact_q20 = liquidity.impact_q20;
    array.quoted_impact_q20 = liquidity.quoted_impact_q20;
    array.spread_atoms = liquidity.spread_atoms;
    Ok(())
}

/// Notes the lots open in the expiry and the widest spread that fills left in any shard.
#[inline(never)]
fn note_book(
    array: &mut RiskArray,
    appended: &[AccountView],
    market: &Account<Market>,
    expiry: &Expiry,
) -> Result<()> {
    let mut open = 0i64;
    let mut widest = Spread::default();
    for shard in all_shards::load(appended, market)? {
        let (long, _) = shard.totals(expiry.slot, expiry.id)?;
        open = open.checked_add(long).ok_or(BulkheadError::OutOfRange)?;
        let seen = shard.fill_spread();
        let latest = seen.at.max(widest.at);
        if seen.now(latest) > widest.now(latest) {
            widest = seen;
        }
    }
    array.open_lots = u64::try_from(open).unwrap_or(0);
    (array.fill_spread_ppm, array.fill_spread_at) = (widest.ppm, widest.at);
    Ok(())
}

fn at<T>(entries: &mut [T], index: usize) -> Result<&mut T> {
    entries.get_mut(index).ok_or_else(|| BulkheadError::UnknownSeries.into())
}
