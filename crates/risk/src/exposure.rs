//! What a book stands to win and lose: profit under every scenario, value at the marks, and the sizes that
//! contingencies and limits count.
//!
//! Profit under a scenario is a dot product of lots with rows, so a check of all scenarios costs a few instructions
//! per leg. A put's row is the call's less the forward's: the forward is added once per expiry.

mod expiry_book;

pub use expiry_book::ExpiryBook;

use crate::{greek_limits::MoneyGreeks, math_error::MathError, scenario::SCENARIOS, series_table::Quote};

/// Most lots one leg may hold. With [`MAX_ROW_ATOMS`] and [`MAX_LEGS`] it keeps every dot product below 2^63:
/// 2^20 lots x 2^37 atoms x 32 legs x 2 rows (the leg's and the forward's) = 2^63, and both bounds are exclusive.
pub const MAX_LEG_LOTS: u64 = 1 << 20;
/// Magnitude that no entry of a risk array and no mark may reach, quote atoms per lot.
pub const MAX_ROW_ATOMS: u64 = 1 << 37;
/// Most legs an account may hold.
pub const MAX_LEGS: usize = 32;
/// Fraction bits of [`ExpiryRisk::impact_q20`].
pub const IMPACT_BITS: u32 = 20;
/// Price impact that no expiry may reach, so that lots x impact stays inside 64 bits.
pub const MAX_IMPACT_Q20: u64 = 1 << 43;

/// Call or put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionKind {
    Call,
    Put,
}

/// What all legs of one expiry share. Everything per lot, in quote atoms.
#[derive(Clone, Copy, Debug)]
pub struct ExpiryRisk<'a> {
    /// Value of one lot of the forward.
    pub forward: u64,
    /// Scenario profit of one long lot of the forward.
    pub forward_row: &'a [i64; SCENARIOS],
    /// Profit of one long lot of the forward if the mark were the stable price.
    pub forward_stable: i64,
    /// Bound of the error of any row, mark or stable profit.
    pub error_atoms: u64,
    /// Charge per short lot for the nearness of the expiry.
    pub ramp_atoms: u64,
    /// Price impact per lot and lot closed at the market's own depth, with [`IMPACT_BITS`] fraction bits.
    pub impact_q20: u64,
    /// The same at the depth last quoted, at least `impact_q20`.
    pub quoted_impact_q20: u64,
    /// Lots open in the expiry; zero when unknown.
    pub open_lots: u64,
    /// Half-spread recorded beyond the normal one.
    pub spread_atoms: u64,
}

/// One series. Everything per lot, in quote atoms.
#[derive(Clone, Copy, Debug)]
pub struct SeriesRisk<'a> {
    pub kind: OptionKind,
    pub mark: u64,
    /// Scenario profit of one long call at this strike.
    pub call_row: &'a [i64; SCENARIOS],
    /// Profit of one long call if the mark were the stable price.
    pub call_stable: i64,
    /// Most that a short may lose in any scenario.
    pub peak: u64,
    /// Of one long call.
    pub call_greeks: MoneyGreeks,
}

/// Sums over a book that need no look at the rows, quote atoms unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Totals {
    /// Number of legs.
    pub legs: usize,
    /// Value at the marks; negative for a net short book.
    pub value: i64,
    /// Profit if the mark were the stable price.
    pub stable: i64,
    /// Most that the legs can lose, each in a scenario of its own: never less than the worst scenario's loss.
    pub bound: u64,
    /// Value of the short legs alone, each at its worst scenario; at most zero.
    pub short_floor: i64,
    /// Forward notional of the short legs.
    pub short_notional: u64,
    /// Forward notional of all legs.
    pub gross_notional: u64,
    /// Lots over all legs, either side.
    pub gross_lots: u64,
    /// What the errors of rows and marks may hide.
    pub error: u64,
    /// Expiry-day charge of the short legs.
    pub ramp: u64,
    /// Cost of closing every leg against the market's own depth.
    pub impact: u64,
    /// What thinner quotes and a large share of what is open add to it: a matter of initial margin alone, because whoever
    /// quotes must not be able to liquidate.
    pub scarcity: u64,
    /// Recorded half-spreads beyond the normal one.
    pub spread: u64,
    pub greeks: MoneyGreeks,
}

/// A book's profit under each scenario and its totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// Quote atoms. All zeros in a book of totals alone.
    pub profit: [i64; SCENARIOS],
    pub totals: Totals,
}

impl Default for Exposure {
    fn default() -> Self {
        Self { profit: [0; SCENARIOS], totals: Totals::default() }
    }
}

impl Exposure {
    /// Begins the legs of one expiry; [`ExpiryBook::close`] ends them.
    ///
    /// # Errors
    /// [`MathError::Domain`] when a figure of the expiry exceeds the bounds that keep the sums in 64 bits.
    pub fn expiry<'a>(&'a mut self, expiry: ExpiryRisk<'a>) -> Result<ExpiryBook<'a>, MathError> {
        if !expiry.is_bounded() {
            return Err(MathError::Domain);
        }
        Ok(ExpiryBook::new(self, expiry))
    }

    /// Loss of the worst scenario, quote atoms, without what errors may hide.
    #[must_use]
    pub fn worst_loss(&self) -> u64 {
        self.profit.iter().copied().min().unwrap_or(0).min(0).unsigned_abs()
    }

    /// Loss of the scenario in the first entry.
    #[must_use]
    pub fn first_loss(&self) -> u64 {
        let [first, ..] = self.profit;
        first.min(0).unsigned_abs()
    }

    /// The exposure by one scenario alone, as far as maintenance stands on it, its profit in the first entry, with the lots of one leg still as they were before.
    /// `quote` is the leg's as it was, `left` its lots now, as booked by whole rows.
    ///
    /// # Errors
    /// As [`ExpiryBook::add_quotes`]; [`MathError::Domain`] for a scenario that does not exist.
    pub fn by_one_scenario(
        &self,
        scenario: usize,
        quote: &Quote,
        left: i64,
        expiry: ExpiryRisk,
    ) -> Result<Self, MathError> {
        let booked = *self.profit.get(scenario).ok_or(MathError::Domain)?;
        let (mut gone, mut back) = (Self::default(), Self::default());
        if left != 0 {
            let mut legs = gone.expiry(expiry)?;
            legs.add_quotes(&[Quote { lots: left, ..*quote }])?;
            legs.close();
        }
        let mut legs = back.expiry(expiry)?;
        legs.add_quotes(core::slice::from_ref(quote))?;
        legs.close();
        let mut whole = Self { totals: self.totals.exchanged(&gone.totals, &back.totals), ..back };
        let ([first, ..], [now, ..]) = (&mut whole.profit, gone.profit);
        *first = booked.wrapping_sub(now).wrapping_add(*first);
        Ok(whole)
    }

    /// True when no scenario loses more than it did before `change` was added. Wrapping: both sums of an account stay
    /// below 2^63.
    #[must_use]
    pub fn loses_no_more_than_without(&self, change: &Self) -> bool {
        let mut pairs = self.profit.iter().zip(change.profit);
        pairs.all(|(after, change)| (*after).min(0) >= after.wrapping_sub(change).min(0))
    }
}

impl ExpiryRisk<'_> {
    fn is_bounded(&self) -> bool {
        let per_lot = [self.forward, self.error_atoms, self.ramp_atoms, self.spread_atoms];
        per_lot.iter().all(|f| *f < MAX_ROW_ATOMS)
            && self.forward_stable.unsigned_abs() < MAX_ROW_ATOMS
            && self.impact_q20 <= self.quoted_impact_q20
            && self.quoted_impact_q20 <= MAX_IMPACT_Q20
    }
}

impl SeriesRisk<'_> {
    /// Profit of one long lot in one scenario.
    ///
    /// # Errors
    /// [`MathError::Domain`] for a scenario that does not exist.
    #[inline]
    pub fn outcome(&self, scenario: usize, forward_row: &[i64; SCENARIOS]) -> Result<i64, MathError> {
        let call = *self.call_row.get(scenario).ok_or(MathError::Domain)?;
        Ok(match self.kind {
            OptionKind::Call => call,
            OptionKind::Put => call.wrapping_sub(*forward_row.get(scenario).ok_or(MathError::Domain)?),
        })
    }

    /// Greeks of one long lot; a put's delta is the call's less the forward's.
    #[must_use]
    pub fn greeks(&self, forward: u64) -> MoneyGreeks {
        let delta = match self.kind {
            OptionKind::Call => self.call_greeks.delta,
            OptionKind::Put => self.call_greeks.delta.wrapping_sub_unsigned(forward),
        };
        MoneyGreeks { delta, ..self.call_greeks }
    }

    /// The rows are bounded where they are made.
    #[inline]
    fn is_bounded(&self) -> bool {
        let MoneyGreeks { delta, gamma, vega, theta } = self.call_greeks;
        // One comparison for all: a bit beyond the bound survives in the union.
        let union = self.mark
            | self.peak
            | self.call_stable.unsigned_abs()
            | delta.unsigned_abs()
            | gamma.unsigned_abs()
            | vega.unsigned_abs()
            | theta.unsigned_abs();
        union < MAX_ROW_ATOMS
    }
}

impl Totals {
    /// What maintenance stands on, with one leg for another.
    pub(crate) fn exchanged(&self, gone: &Self, back: &Self) -> Self {
        let signed = |whole: i64, gone: i64, back: i64| whole.wrapping_sub(gone).wrapping_add(back);
        let unsigned = |whole: u64, gone: u64, back: u64| whole.wrapping_sub(gone).wrapping_add(back);
        Self {
            legs: self.legs.wrapping_sub(gone.legs).wrapping_add(back.legs),
            value: signed(self.value, gone.value, back.value),
            gross_notional: unsigned(self.gross_notional, gone.gross_notional, back.gross_notional),
            gross_lots: unsigned(self.gross_lots, gone.gross_lots, back.gross_lots),
            error: unsigned(self.error, gone.error, back.error),
            impact: unsigned(self.impact, gone.impact, back.impact),
            short_notional: unsigned(self.short_notional, gone.short_notional, back.short_notional),
            ramp: unsigned(self.ramp, gone.ramp, back.ramp),
            spread: unsigned(self.spread, gone.spread, back.spread),
            greeks: MoneyGreeks {
                delta: signed(self.greeks.delta, gone.greeks.delta, back.greeks.delta),
                gamma: signed(self.greeks.gamma, gone.greeks.gamma, back.greeks.gamma),
                vega: signed(self.greeks.vega, gone.greeks.vega, back.greeks.vega),
                theta: signed(self.greeks.theta, gone.greeks.theta, back.greeks.theta),
            },
            ..Self::default()
        }
    }

    /// Adds a leg to everything.
    #[inline]
    fn add(&mut self, lots: i64, series: &SeriesRisk, expiry: &ExpiryRisk) {
        let impact = self.add_maintained(lots, series, expiry);
        self.add_initial(lots, series, expiry, impact);
    }

    /// Adds a leg to what the maintenance requirement and the limits of Greeks stand on; returns its price impact per lot.
    ///
    /// Wrapping, here and below: everything per lot is below 2^37, a put's differences below 2^38; 2^20 lots and 32 legs take
    /// each sum to 2^63 at most, exclusive.
    #[inline]
    fn add_maintained(&mut self, lots: i64, series: &SeriesRisk, expiry: &ExpiryRisk) -> u64 {
        let size = lots.unsigned_abs();
        let times = |per_lot: u64| size.wrapping_mul(per_lot);
        let signed = |per_lot: i64| lots.wrapping_mul(per_lot);
        let call = &series.call_greeks;
        let delta = match series.kind {
            OptionKind::Call => call.delta,
            OptionKind::Put => call.delta.wrapping_sub_unsigned(expiry.forward),
        };
        self.legs = self.legs.wrapping_add(1);
        self.value = self.value.wrapping_add(signed(series.mark.cast_signed()));
        let impact = impact_per_lot(size, expiry.impact_q20, expiry.forward);
        self.impact = self.impact.wrapping_add(times(impact));
        self.greeks.delta = self.greeks.delta.wrapping_add(signed(delta));
        self.greeks.gamma = self.greeks.gamma.wrapping_add(signed(call.gamma));
        self.greeks.vega = self.greeks.vega.wrapping_add(signed(call.vega));
        self.greeks.theta = self.greeks.theta.wrapping_add(signed(call.theta));
        impact
    }

    /// Adds a leg to what the initial requirement and the bounds of a loss stand on besides.
    #[inline]
    fn add_initial(&mut self, lots: i64, series: &SeriesRisk, expiry: &ExpiryRisk, impact: u64) {
        let size = lots.unsigned_abs();
        let times = |per_lot: u64| size.wrapping_mul(per_lot);
        let signed = |per_lot: i64| lots.wrapping_mul(per_lot);
        let stable = match series.kind {
            OptionKind::Call => series.call_stable,
            OptionKind::Put => series.call_stable.wrapping_sub(expiry.forward_stable),
        };
        self.stable = self.stable.wrapping_add(signed(stable));
        self.scarcity = self.scarcity.wrapping_add(times(scarcity_per_lot(size, impact, expiry)));
        if lots >= 0 {
            self.bound = self.bound.wrapping_add(times(series.mark));
            return;
        }
        let worst = times(series.peak);
        self.bound = self.bound.wrapping_add(worst);
        let floor = signed(series.mark.cast_signed()).wrapping_sub_unsigned(worst);
        self.short_floor = self.short_floor.wrapping_add(floor);
    }
}

/// Cost per lot of closing `size` lots, quote atoms: the price gives way in proportion to the lots, up to a quarter of the
/// forward. The linear impact model of A. Kyle, *Continuous Auctions and Insider Trading*, Econometrica 53, 1985.
///
/// Wrapping: 2^20 lots x 2^43.
fn impact_per_lot(size: u64, impact_q20: u64, forward: u64) -> u64 {
    (size.wrapping_mul(impact_q20) >> IMPACT_BITS).min(forward >> 2)
}

/// What the depth last quoted adds to `impact`, and as much again for whoever holds all that is open; at most half of the
/// forward.
///
/// Wrapping: below 2^36 x 2^20 lots.
fn scarcity_per_lot(size: u64, impact: u64, expiry: &ExpiryRisk) -> u64 {
    let quoted = impact_per_lot(size, expiry.quoted_impact_q20, expiry.forward);
    let held = size.min(expiry.open_lots);
    let share = quoted.wrapping_mul(held).checked_div(expiry.open_lots).unwrap_or(quoted);
    quoted.wrapping_sub(impact).wrapping_add(share)
}

#[cfg(test)]
mod tests;
