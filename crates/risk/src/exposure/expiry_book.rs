//! The legs of one expiry on their way into a book: whole rows, totals alone, or one scenario.

use super::{ExpiryRisk, Exposure, OptionKind, SeriesRisk, MAX_LEGS, MAX_LEG_LOTS};
use crate::{
    math_error::MathError,
    scenario::SCENARIOS,
    series_table::{Holding, Quote, SeriesTable},
};

/// The legs of one expiry on their way into a book.
#[must_use = "what the legs share is added by `close`"]
#[derive(Debug)]
pub struct ExpiryBook<'a> {
    exposure: &'a mut Exposure,
    expiry: ExpiryRisk<'a>,
    /// Of all legs and of the short ones: what is charged per lot alike follows from them.
    lots: u64,
    short_lots: u64,
    put_lots: i64,
}

impl<'a> ExpiryBook<'a> {
    pub(super) fn new(exposure: &'a mut Exposure, expiry: ExpiryRisk<'a>) -> Self {
        Self { exposure, expiry, lots: 0, short_lots: 0, put_lots: 0 }
    }
}

impl ExpiryBook<'_> {
    /// Adds a leg: totals and scenario profit.
    ///
    /// # Errors
    /// [`MathError::Domain`] when the leg, its rows or the number of legs exceed the bounds that keep the sums in 64 bits.
    #[inline(always)]
    pub fn add(&mut self, lots: i64, series: &SeriesRisk) -> Result<(), MathError> {
        self.add_totals(lots, series)?;
        add_row(&mut self.exposure.profit, lots, series.call_row);
        if series.kind == OptionKind::Put {
            self.put_lots = self.put_lots.wrapping_add(lots); // 32 legs of 2^20
        }
        Ok(())
    }

    /// Adds a leg to the totals alone.
    ///
    /// # Errors
    /// As [`Self::add`].
    #[inline(never)]
    pub fn add_totals(&mut self, lots: i64, series: &SeriesRisk) -> Result<(), MathError> {
        let totals = &mut self.exposure.totals;
        if lots.unsigned_abs() > MAX_LEG_LOTS || totals.legs >= MAX_LEGS || !series.is_bounded() {
            return Err(MathError::Domain);
        }
        totals.add(lots, series, &self.expiry);
        (self.lots, self.short_lots) = counted(self.lots, self.short_lots, lots);
        Ok(())
    }

    /// Adds the legs of an expiry by its table: totals, and where `rows` says so scenario profit.
    ///
    /// # Errors
    /// As [`Self::add`]; [`MathError::Domain`] for a series that does not exist.
    #[inline(never)]
    pub fn add_list(
        &mut self,
        table: &SeriesTable,
        expiry_id: u16,
        held: &[Holding],
        rows: bool,
    ) -> Result<(), MathError> {
        for leg in held {
            if leg.expiry_id != expiry_id {
                continue;
            }
            let series = table.series(leg.strike, leg.kind).ok_or(MathError::Domain)?;
            let totals = &mut self.exposure.totals;
            if leg.lots.unsigned_abs() > MAX_LEG_LOTS || totals.legs >= MAX_LEGS || !series.is_bounded() {
                return Err(MathError::Domain);
            }
            totals.add(leg.lots, &series, &self.expiry);
            (self.lots, self.short_lots) = counted(self.lots, self.short_lots, leg.lots);
            if rows {
                add_row(&mut self.exposure.profit, leg.lots, series.call_row);
                if series.kind == OptionKind::Put {
                    self.put_lots = self.put_lots.wrapping_add(leg.lots); // 32 legs of 2^20
                }
            }
        }
        Ok(())
    }

    /// Adds legs by the table of their expiry to what maintenance stands on, and to the first entry of the profit what they make
    /// in one scenario.
    ///
    /// # Errors
    /// As [`Self::add`]; [`MathError::Domain`] for a series or a scenario that does not exist.
    #[inline(never)]
    pub fn add_outcomes(
        &mut self,
        table: &SeriesTable,
        held: &[Holding],
        scenario: usize,
    ) -> Result<(), MathError> {
        let [first, ..] = &mut self.exposure.profit;
        for leg in held {
            let series = table.series(leg.strike, leg.kind).ok_or(MathError::Domain)?;
            let totals = &mut self.exposure.totals;
            if leg.lots.unsigned_abs() > MAX_LEG_LOTS || totals.legs >= MAX_LEGS || !series.is_bounded() {
                return Err(MathError::Domain);
            }
            totals.add_maintained(leg.lots, &series, &self.expiry);
            (self.lots, self.short_lots) = counted(self.lots, self.short_lots, leg.lots);
            let outcome = series.outcome(scenario, self.expiry.forward_row)?;
            *first = first.wrapping_add(leg.lots.wrapping_mul(outcome)); // rows are bounded where they are made
        }
        Ok(())
    }

    /// Adds quoted legs to what maintenance stands on, and to the first entry of the profit what they make in their scenario.
    ///
    /// # Errors
    /// As [`Self::add`].
    #[inline(never)]
    pub fn add_quotes(&mut self, quotes: &[Quote]) -> Result<(), MathError> {
        let [first, ..] = &mut self.exposure.profit;
        for Quote { lots, series, outcome } in quotes {
            let totals = &mut self.exposure.totals;
            if lots.unsigned_abs() > MAX_LEG_LOTS || totals.legs >= MAX_LEGS || !series.is_bounded() {
                return Err(MathError::Domain);
            }
            totals.add_maintained(*lots, series, &self.expiry);
            (self.lots, self.short_lots) = counted(self.lots, self.short_lots, *lots);
            *first = first.wrapping_add(lots.wrapping_mul(*outcome)); // as a whole row
        }
        Ok(())
    }

    /// Ends the expiry: adds what is charged per lot alike; the forward leaves each put that was booked as a call.
    ///
    /// Wrapping: 32 legs of 2^20 lots x 2^37.
    pub fn close(self) {
        let (totals, expiry) = (&mut self.exposure.totals, &self.expiry);
        let (lots, short) = (self.lots, self.short_lots);
        totals.gross_lots = totals.gross_lots.wrapping_add(lots);
        totals.gross_notional = totals.gross_notional.wrapping_add(lots.wrapping_mul(expiry.forward));
        totals.error = totals.error.wrapping_add(lots.wrapping_mul(expiry.error_atoms));
        totals.spread = totals.spread.wrapping_add(lots.wrapping_mul(expiry.spread_atoms));
        totals.short_notional = totals.short_notional.wrapping_add(short.wrapping_mul(expiry.forward));
        totals.ramp = totals.ramp.wrapping_add(short.wrapping_mul(expiry.ramp_atoms));
        if self.put_lots != 0 {
            add_row(&mut self.exposure.profit, self.put_lots.wrapping_neg(), self.expiry.forward_row);
        }
    }
}

/// Lots of all legs and of the short ones with one more leg.
#[inline(always)]
const fn counted(all: u64, short: u64, lots: i64) -> (u64, u64) {
    let size = lots.unsigned_abs();
    (all.wrapping_add(size), if lots < 0 { short.wrapping_add(size) } else { short })
}

/// `profit += lots * row`. Wrapping: |lots| <= 2^20 and |row| < 2^37 bound each product by 2^57 and the sum over 32 legs
/// by 2^62; the forward of all puts adds at most as much (rows are checked when they are made). Sums that are too large on
/// the way come back, because wrapping addition is exact in any order.
#[inline(never)] // once in the program
fn add_row(profit: &mut [i64; SCENARIOS], lots: i64, row: &[i64; SCENARIOS]) {
    // Written out, because the compiler keeps a loop: five instructions an entry instead of seven.
    macro_rules! entries {
        ($($at:literal)*) => {$(
            profit[$at] = profit[$at].wrapping_add(lots.wrapping_mul(row[$at]));
        )*};
    }
    const { assert!(SCENARIOS == 33) };
    entries!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32);
}
