//! The series of one expiry side by side, and lists of legs against them.
//!
//! An account of many legs asks for the same few columns again and again: here that is one loop, without a call for each leg.

use crate::{
    exposure::{OptionKind, SeriesRisk, MAX_ROW_ATOMS},
    greek_limits::MoneyGreeks,
    math_error::MathError,
    scenario::SCENARIOS,
};
use bytemuck::{Pod, Zeroable};

/// Most strikes of an expiry.
pub const MAX_STRIKES: usize = 16;

const NO_ROW: [i64; SCENARIOS] = [0; SCENARIOS];

/// Columns by strike, quote atoms per lot: of one long call unless their names say otherwise.
#[derive(Clone, Copy, Debug)]
pub struct SeriesTable<'a> {
    /// Strikes listed.
    pub strikes: u8,
    pub call_marks: &'a [u64; MAX_STRIKES],
    pub put_marks: &'a [u64; MAX_STRIKES],
    pub call_peaks: &'a [u64; MAX_STRIKES],
    pub put_peaks: &'a [u64; MAX_STRIKES],
    pub stable: &'a [i64; MAX_STRIKES],
    pub delta: &'a [i64; MAX_STRIKES],
    pub gamma: &'a [i64; MAX_STRIKES],
    pub vega: &'a [i64; MAX_STRIKES],
    pub theta: &'a [i64; MAX_STRIKES],
    pub rows: &'a [[i64; SCENARIOS]; MAX_STRIKES],
}

/// Lots of one series, laid out as accounts store them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Pod, Zeroable)]
#[repr(C)]
pub struct Holding {
    /// Signed, positive long.
    pub lots: i64,
    pub expiry_id: u16,
    pub strike: u8,
    /// 0 call, 1 put.
    pub kind: u8,
    /// Among the legs of the account that holds it, where somebody noted that.
    pub place: u8,
    pub _pad: [u8; 3],
}

/// How many of the legs are of an expiry.
#[inline(never)]
#[must_use]
pub fn count_of(expiry_id: u16, held: &[Holding]) -> usize {
    held.iter().filter(|leg| leg.expiry_id == expiry_id).count()
}

/// A holding with its series, whose row is left out but for one scenario.
#[derive(Clone, Copy, Debug)]
pub struct Quote {
    pub lots: i64,
    pub series: SeriesRisk<'static>,
    /// Profit of one long lot in the scenario.
    pub outcome: i64,
}

impl<'a> SeriesTable<'a> {
    /// `None` for a strike that is not listed, and for a kind that does not exist.
    #[inline(always)]
    pub(crate) fn series(&self, strike: u8, kind: u8) -> Option<SeriesRisk<'a>> {
        let at = usize::from(strike);
        // The columns have room for all strikes: one comparison serves for every lookup.
        if strike >= self.strikes || at >= MAX_STRIKES {
            return None;
        }
        let (kind, marks, peaks) = match kind {
            0 => (OptionKind::Call, self.call_marks, self.call_peaks),
            1 => (OptionKind::Put, self.put_marks, self.put_peaks),
            _ => return None,
        };
        Some(SeriesRisk {
            kind,
            mark: *marks.get(at)?,
            call_row: self.rows.get(at)?,
            call_stable: *self.stable.get(at)?,
            peak: *peaks.get(at)?,
            call_greeks: MoneyGreeks {
                delta: *self.delta.get(at)?,
                gamma: *self.gamma.get(at)?,
                vega: *self.vega.get(at)?,
                theta: *self.theta.get(at)?,
            },
        })
    }

    /// Mark and peak of a series.
    #[inline(always)]
    pub(crate) fn extremes(&self, strike: u8, kind: u8) -> Option<(u64, u64)> {
        let at = usize::from(strike);
        if strike >= self.strikes {
            return None;
        }
        match kind {
            0 => Some((*self.call_marks.get(at)?, *self.call_peaks.get(at)?)),
            1 => Some((*self.put_marks.get(at)?, *self.put_peaks.get(at)?)),
            _ => None,
        }
    }

    /// # Errors
    /// [`MathError::Domain`] for a series or a scenario that does not exist.
    #[inline(never)]
    pub fn quote(
        &self,
        held: &Holding,
        scenario: usize,
        forward_row: &[i64; SCENARIOS],
    ) -> Result<Quote, MathError> {
        let series = self.series(held.strike, held.kind).ok_or(MathError::Domain)?;
        Quote::new(held.lots, &series, scenario, forward_row)
    }
}

impl Quote {
    /// # Errors
    /// [`MathError::Domain`] for a scenario that does not exist, or an outcome beyond what a row may hold.
    #[inline]
    pub fn new(
        lots: i64,
        series: &SeriesRisk,
        scenario: usize,
        forward_row: &[i64; SCENARIOS],
    ) -> Result<Self, MathError> {
        let outcome = series.outcome(scenario, forward_row)?;
        if outcome.unsigned_abs() >= MAX_ROW_ATOMS << 1 {
            return Err(MathError::Domain);
        }
        let SeriesRisk { kind, mark, call_stable, peak, call_greeks, .. } = *series;
        let series = SeriesRisk { kind, mark, call_row: &NO_ROW, call_stable, peak, call_greeks };
        Ok(Self { lots, series, outcome })
    }
}
