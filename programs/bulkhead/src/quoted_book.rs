//! Live legs of an account with what their series are worth, each looked up once however often it is needed.

use {
    crate::{
        error::{refuse, BulkheadError},
        expiry_source::{ExpirySource, OfExpiry},
        margin_basis::MarginBasis,
        state::{expiry::kind_from_byte, Leg, MarginAccount},
    },
    alloc::vec::Vec,
    anchor_lang::prelude::*,
    bulkhead_risk::{
        exposure::{ExpiryRisk, SeriesRisk},
        scenario::SCENARIOS,
    },
};

/// In the place of a leg: the whole book.
pub const WHOLE_BOOK: u8 = u8::MAX;

const NO_ROW: [i64; SCENARIOS] = [0; SCENARIOS];

/// A leg and its series. The row of the series is left out, but for one scenario.
pub struct QuotedLeg {
    /// Place among the account's legs.
    pub at: usize,
    pub leg: Leg,
    /// Slot of its expiry.
    pub slot: u8,
    /// Value of one lot of its forward.
    pub forward: u64,
    pub series: SeriesRisk<'static>,
    /// Profit of one long lot in the scenario.
    pub outcome: i64,
}

/// In the order of the expiries.
#[derive(Default)]
pub struct QuotedBook(Vec<QuotedLeg>);

impl QuotedBook {
    /// The leg at one place, or all legs.
    ///
    /// # Errors
    /// [`BulkheadError::SettleFirst`], [`BulkheadError::MissingRiskArray`], those of the sources.
    #[inline(never)]
    pub fn read<S: OfExpiry>(
        account: &MarginAccount,
        basis: &MarginBasis,
        sources: &[S],
        place: u8,
        scenario: usize,
    ) -> Result<Self> {
        if place != WHOLE_BOOK {
            basis.require_unexpired(account, sources)?;
        }
        let count = if place == WHOLE_BOOK { account.legs().len() } else { 1 };
        let mut quoted = Self(Vec::with_capacity(count));
        let wanted = (place != WHOLE_BOOK).then_some(usize::from(place));
        for source in sources {
            quoted.read_expiry(account, basis, source.expiry(), wanted, scenario)?;
        }
        require!(quoted.0.len() == count, BulkheadError::MissingRiskArray);
        Ok(quoted)
    }

    fn read_expiry(
        &mut self,
        account: &MarginAccount,
        basis: &MarginBasis,
        source: &dyn ExpirySource,
        wanted: Option<usize>,
        scenario: usize,
    ) -> Result<()> {
        let id = source.expiry_id();
        let mut row = [0; SCENARIOS];
        let mut shared: Option<ExpiryRisk> = None;
        let is_wanted = |at: usize, leg: &Leg| leg.expiry_id == id && wanted.is_none_or(|place| place == at);
        for (at, leg) in account.legs().iter().enumerate().filter(|(at, leg)| is_wanted(*at, leg)) {
            let expiry = match &shared {
                Some(expiry) => expiry,
                None => {
                    require!(basis.now.unix < source.expires_at(), BulkheadError::SettleFirst);
                    shared.insert(source.expiry_risk(&basis.market.params, basis.now)?)
                }
            };
            let series = source.series(leg.strike, kind_from_byte(leg.kind)?, &mut row)?;
            let outcome = series.outcome(scenario, expiry.forward_row).map_err(refuse)?;
            let SeriesRisk { kind, mark, call_stable, peak, call_greeks, .. } = series;
            let series = SeriesRisk { kind, mark, call_row: &NO_ROW, call_stable, peak, call_greeks };
            let (slot, forward) = (source.slot(), expiry.forward);
            self.0.push(QuotedLeg { at, leg: *leg, slot, forward, series, outcome });
        }
        Ok(())
    }

    #[must_use]
    pub fn legs(&self) -> &[QuotedLeg] {
        &self.0
    }

    /// What is known about a series. `next`: where it would be if legs were asked for in this book's order.
    #[must_use]
    pub fn find(&self, leg: &Leg, next: &mut usize) -> Option<&QuotedLeg> {
        let key = leg.key();
        let at = match self.0.get(*next) {
            Some(quoted) if quoted.leg.key() == key => *next,
            _ => self.0.iter().position(|quoted| quoted.leg.key() == key)?,
        };
        *next = at.saturating_add(1);
        self.0.get(at)
    }
}
