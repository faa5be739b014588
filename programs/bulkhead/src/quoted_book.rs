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
        scenario::SCENARIOS,
        series_table::{Holding, Quote},
    },
};

/// In the place of a leg: the whole book.
pub const WHOLE_BOOK: u8 = u8::MAX;

/// Where a quoted leg comes from.
#[derive(Clone, Copy)]
pub struct Place {
    /// Among the account's legs.
    pub at: usize,
    pub leg: Leg,
    /// Slot of its expiry.
    pub slot: u8,
}

/// In the order of the expiries; a place for each quote.
#[derive(Default)]
pub struct QuotedBook {
    quotes: Vec<Quote>,
    places: Vec<Place>,
}

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
        let wanted = (place != WHOLE_BOOK).then_some(usize::from(place));
        let count = if wanted.is_none() { account.legs().len() } else { 1 };
        let mut book = Self { quotes: Vec::with_capacity(count), places: Vec::with_capacity(count) };
        for source in sources.iter().map(OfExpiry::expiry) {
            let from = book.places.len();
            for (at, leg) in account.legs().iter().enumerate() {
                if leg.expiry_id == source.expiry_id() && wanted.is_none_or(|place| place == at) {
                    book.places.push(Place { at, leg: *leg, slot: source.slot() });
                }
            }
            if book.places.len() > from {
                require!(basis.now.unix < source.expires_at(), BulkheadError::SettleFirst);
                book.quote_from(from, basis, source, scenario)?;
            }
        }
        require!(book.quotes.len() == count, BulkheadError::MissingRiskArray);
        Ok(book)
    }

    /// Quotes the places from one on, all of one expiry.
    #[inline(never)]
    fn quote_from(
        &mut self,
        from: usize,
        basis: &MarginBasis,
        source: &dyn ExpirySource,
        scenario: usize,
    ) -> Result<()> {
        let forward_row = source.expiry_risk(&basis.market.params, basis.now)?.forward_row;
        let table = source.table()?;
        let mut row = [0; SCENARIOS];
        for Place { leg, .. } in self.places.iter().skip(from) {
            let quote = match &table {
                Some(table) => table.quote(&leg.holding(), scenario, forward_row),
                None => {
                    let series = source.series(leg.strike, kind_from_byte(leg.kind)?, &mut row)?;
                    Quote::new(leg.lots, &series, scenario, forward_row)
                }
            };
            self.quotes.push(quote.map_err(refuse)?);
        }
        Ok(())
    }

    #[must_use]
    pub fn quotes(&self) -> &[Quote] {
        &self.quotes
    }

    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// Quotes of one expiry.
    #[must_use]
    pub fn of_expiry(&self, id: u16) -> &[Quote] {
        let held = |place: &Place| place.leg.expiry_id == id;
        let Some(from) = self.places.iter().position(held) else { return &[] };
        let count = self.places.iter().skip(from).take_while(|place| held(place)).count();
        self.quotes.get(from..).and_then(|rest| rest.get(..count)).unwrap_or(&[])
    }

    /// What is known about a series. `next`: where it would be if legs were asked for in this book's order.
    #[must_use]
    pub fn find(&self, expiry_id: u16, held: &Holding, next: &mut usize) -> Option<&Quote> {
        let key = Leg { lots: 0, expiry_id, strike: held.strike, kind: held.kind, _pad0: [0; 4] }.key();
        let at = match self.places.get(*next) {
            Some(place) if place.leg.key() == key => *next,
            _ => self.places.iter().position(|place| place.leg.key() == key)?,
        };
        *next = at.saturating_add(1);
        self.quotes.get(at)
    }
}
