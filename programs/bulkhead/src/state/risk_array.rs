//! The risk array of one expiry: marks, Greeks and scenario profit per lot, computed on chain, and what they stand on.

use {
    crate::{
        error::{refuse, BulkheadError},
        expiry_source::ExpirySource,
        footing::{time, window},
        now::Now,
        state::{
            oracle::OracleAggregate,
            params::{seconds, MarketParams},
            Expiry,
        },
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        exposure::{ExpiryRisk, OptionKind, SeriesRisk},
        greek_limits::{MoneyGreeks, SeriesGreeks},
        liquidity::ramp_atoms,
        round::{ppm_of, Round},
        scenario::SCENARIOS,
        series_table::{SeriesTable, MAX_STRIKES},
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
    /// Unix time that the computation stands on; zero means never.
    pub as_of: i64,
    pub as_of_slot: u64,
    /// Mark and stable price of the underlying that it was computed from, quote atoms per unit.
    pub mark: u64,
    pub stable: u64,
    pub surface_version: u64,
    /// Unix time of that surface.
    pub surface_at: i64,
    pub refreshes: u64,
    /// Strikes done of a refresh that takes several calls; zero once it is complete.
    pub strikes_done: u64,
    /// The market's parameters that it stands on, by their revision.
    pub params_revision: u64,
    /// What the settlement average had taken in by then: its mean, quote atoms per unit, and its seconds.
    pub averaged_price: u64,
    pub averaged_seconds: u64,
    /// Value of one lot of the forward, with what the average has taken in of it, quote atoms.
    pub forward_lot: u64,
    /// The part of it that still moves.
    pub moving_lot: u64,
    /// Bound of the error of any row or mark, quote atoms per lot.
    pub error_atoms: u64,
    /// Price impact per lot and lot closed, 2^-20 quote atoms: at the market's own depth, and at the depth last quoted.
    pub impact_q20: u64,
    pub quoted_impact_q20: u64,
    /// Recorded half-spread beyond the normal one, quote atoms per lot.
    pub spread_atoms: u64,
    /// Lots open in the expiry and the fills' spread, as of the last refresh that was shown all shards.
    pub open_lots: u64,
    pub fill_spread_ppm: u64,
    pub fill_spread_at: u64,
    /// Profit of one long lot of the forward if the mark were the stable price.
    pub forward_stable: i64,
    /// Scenario profit of one long lot of the forward.
    pub forward_profit: [i64; 33],
    pub call_marks: [u64; 16],
    pub put_marks: [u64; 16],
    /// Most that a short may lose per lot in any scenario.
    pub call_peaks: [u64; 16],
    pub put_peaks: [u64; 16],
    /// Profit of one long call if the mark were the stable price.
    pub call_stable: [i64; 16],
    /// Greeks of one long call as money, quote atoms per lot; a put's delta is less by `moving_lot`.
    pub call_delta: [i64; 16],
    pub gamma: [i64; 16],
    pub vega: [i64; 16],
    pub theta: [i64; 16],
    /// Scenario profit of one long call per strike; a put's is this minus `forward_profit`.
    pub call_profit: [[i64; 33]; 16],
}

const _: () = assert!(SCENARIOS == 33);
const _: () = assert!(core::mem::size_of::<RiskArray>() == 5_856);

impl RiskArray {
    /// # Errors
    /// [`BulkheadError::NoMark`] before the first refresh, [`BulkheadError::RefreshUnfinished`] in the middle of one.
    fn require_complete(&self) -> Result<()> {
        require!(self.as_of != 0, BulkheadError::NoMark);
        require!(self.strikes_done == 0, BulkheadError::RefreshUnfinished);
        Ok(())
    }

    /// Its rows are those of the expiry's last surface.
    pub fn stand_on(&mut self, expiry: &Expiry) {
        self.surface_version = expiry.surface_version;
        self.surface_at = expiry.surface_at;
    }

    /// True while what it was computed from still holds: recent, the settlement average has hardly moved on, and neither the mark
    /// nor its distance from the stable price has moved away.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn is_current(&self, oracle: &OracleAggregate, params: &MarketParams, now: Now) -> Result<bool> {
        let age = now.unix.saturating_sub(self.as_of);
        let allowed = ppm_of(self.mark, params.max_price_move_ppm, Round::Down).map_err(refuse)?;
        let gap = oracle.mark.stable.abs_diff(oracle.mark.price);
        let wider = gap.saturating_sub(self.stable.abs_diff(self.mark));
        Ok(age <= seconds(params.max_array_age_seconds)
            && window(self.expires_at, params)?.is_still(time(self.as_of), time(now.unix))
            && oracle.mark.price.abs_diff(self.mark) <= allowed
            && wider <= allowed)
    }

    /// Greeks of all series.
    #[must_use]
    pub fn series_greeks(&self) -> SeriesGreeks<'_> {
        SeriesGreeks {
            call_delta: &self.call_delta,
            gamma: &self.gamma,
            vega: &self.vega,
            theta: &self.theta,
            forward: self.moving_lot,
        }
    }

    /// Greeks of one long call as money.
    ///
    /// # Errors
    /// [`BulkheadError::UnknownSeries`].
    #[inline(always)]
    fn call_greeks(&self, strike: usize) -> Result<MoneyGreeks> {
        Ok(MoneyGreeks {
            delta: *at(&self.call_delta, strike)?,
            gamma: *at(&self.gamma, strike)?,
            vega: *at(&self.vega, strike)?,
            theta: *at(&self.theta, strike)?,
        })
    }
}

/// Inlined, so that one check of the strike serves for all that is looked up by it.
#[inline(always)]
fn at<T>(entries: &[T; MAX_STRIKES], index: usize) -> Result<&T> {
    entries.get(index).ok_or_else(|| BulkheadError::UnknownSeries.into())
}

impl ExpirySource for RiskArray {
    fn expiry_id(&self) -> u16 {
        self.expiry_id
    }

    fn slot(&self) -> u8 {
        self.slot
    }

    fn expires_at(&self) -> i64 {
        self.expires_at
    }

    fn surface_at(&self) -> i64 {
        self.surface_at
    }

    fn forward_lot(&self) -> u64 {
        self.forward_lot
    }

    fn is_fresh(&self, oracle: &OracleAggregate, params: &MarketParams, now: Now) -> Result<bool> {
        if self.as_of == 0 || self.outdated == 1 || self.strikes_done != 0 {
            return Ok(false);
        }
        Ok(self.settled == 1 || self.is_current(oracle, params, now)?)
    }

    fn expiry_risk(&self, params: &MarketParams, now: Now) -> Result<ExpiryRisk<'_>> {
        self.require_complete()?;
        let ramp_atoms = match self.settled {
            1 => 0,
            _ => {
                let left = u64::try_from(self.expires_at.saturating_sub(now.unix)).unwrap_or(0);
                ramp_atoms(self.moving_lot, params.expiry_ramp_ppm, left).map_err(refuse)?
            }
        };
        Ok(ExpiryRisk {
            forward: self.moving_lot,
            forward_row: &self.forward_profit,
            forward_stable: self.forward_stable,
            error_atoms: self.error_atoms,
            ramp_atoms,
            impact_q20: self.impact_q20,
            quoted_impact_q20: self.quoted_impact_q20,
            open_lots: self.open_lots,
            spread_atoms: self.spread_atoms,
        })
    }

    fn table(&self) -> Result<Option<SeriesTable<'_>>> {
        self.require_complete()?;
        Ok(Some(SeriesTable {
            strikes: self.strike_count,
            call_marks: &self.call_marks,
            put_marks: &self.put_marks,
            call_peaks: &self.call_peaks,
            put_peaks: &self.put_peaks,
            stable: &self.call_stable,
            delta: &self.call_delta,
            gamma: &self.gamma,
            vega: &self.vega,
            theta: &self.theta,
            rows: &self.call_profit,
        }))
    }

    fn series<'a>(
        &'a self,
        strike: u8,
        kind: OptionKind,
        _row: &'a mut [i64; SCENARIOS],
    ) -> Result<SeriesRisk<'a>> {
        let is_listed = strike < self.strike_count && usize::from(strike) < MAX_STRIKES;
        require!(is_listed, BulkheadError::UnknownSeries);
        self.require_complete()?;
        let strike = usize::from(strike);
        let (marks, peaks) = match kind {
            OptionKind::Call => (&self.call_marks, &self.call_peaks),
            OptionKind::Put => (&self.put_marks, &self.put_peaks),
        };
        Ok(SeriesRisk {
            kind,
            mark: *at(marks, strike)?,
            call_row: at(&self.call_profit, strike)?,
            call_stable: *at(&self.call_stable, strike)?,
            peak: *at(peaks, strike)?,
            call_greeks: self.call_greeks(strike)?,
        })
    }
}
