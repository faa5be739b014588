//! The risk array of one expiry: marks and scenario profit per lot, computed on chain, and what they stand on.

use {
    crate::{
        error::BulkheadError,
        now::Now,
        state::{
            oracle::OracleAggregate,
            params::{seconds, MarketParams},
        },
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        margin::{LegRisk, OptionKind},
        round::{ppm_of, Round},
        scenario::SCENARIOS,
    },
};

#[account]
pub struct RiskArray {
    pub version: u8,
    pub bump: u8,
    pub slot: u8,
    pub strike_count: u8,
    /// 1 once the expiry's price is fixed: marks are payoffs and nothing moves.
    pub settled: u8,
    /// 1 while a newer surface waits for a refresh.
    pub outdated: u8,
    pub expiry_id: u16,
    pub market: Address,
    pub expires_at: i64,
    /// Unix time of the computation; zero means never.
    pub as_of: i64,
    pub as_of_slot: u64,
    /// Mark of the underlying it was computed from, quote atoms per unit.
    pub mark: u64,
    pub surface_version: u64,
    pub refreshes: u64,
    /// Value of one lot of the forward, quote atoms.
    pub forward_lot: u64,
    /// Scenario profit of one long lot of the forward.
    pub forward_profit: [i64; 33],
    pub call_marks: [u64; 16],
    pub put_marks: [u64; 16],
    /// Scenario profit of one long call per strike; a put's is this minus `forward_profit`.
    pub call_profit: [[i64; 33]; 16],
}

const _: () = assert!(SCENARIOS == 33);
const _: () = assert!(core::mem::size_of::<RiskArray>() == 4_840);

impl RiskArray {
    /// True while margin may rely on it: recent, and the mark has not moved away.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn is_fresh(&self, oracle: &OracleAggregate, params: &MarketParams, now: Now) -> Result<bool> {
        if self.as_of == 0 || self.outdated == 1 {
            return Ok(false);
        }
        if self.settled == 1 {
            return Ok(true);
        }
        let age = now.unix.saturating_sub(self.as_of);
        let allowed =
            ppm_of(self.mark, params.max_price_move_ppm, Round::Down).map_err(BulkheadError::from)?;
        Ok(age <= seconds(params.max_array_age_seconds) && oracle.mark.abs_diff(self.mark) <= allowed)
    }

    /// Mark of one lot of a series.
    ///
    /// # Errors
    /// [`BulkheadError::UnknownSeries`], [`BulkheadError::NoMark`] before the first refresh.
    pub fn series_mark(&self, strike: u8, kind: OptionKind) -> Result<u64> {
        require!(strike < self.strike_count, BulkheadError::UnknownSeries);
        require!(self.as_of != 0, BulkheadError::NoMark);
        let marks = match kind {
            OptionKind::Call => &self.call_marks,
            OptionKind::Put => &self.put_marks,
        };
        marks.get(usize::from(strike)).copied().ok_or_else(|| BulkheadError::UnknownSeries.into())
    }

    /// A leg as the margin engine sees it.
    ///
    /// # Errors
    /// [`BulkheadError::UnknownSeries`], [`BulkheadError::NoMark`].
    pub fn leg(&self, strike: u8, kind: OptionKind, lots: i64) -> Result<LegRisk<'_>> {
        let mark = self.series_mark(strike, kind)?;
        let call_row = self.call_profit.get(usize::from(strike)).ok_or(BulkheadError::UnknownSeries)?;
        Ok(LegRisk {
            kind,
            lots,
            mark,
            call_row,
            forward_row: &self.forward_profit,
            forward: self.forward_lot,
        })
    }
}
