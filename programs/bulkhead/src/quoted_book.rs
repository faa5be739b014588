//! Live legs of an account by expiry, with what their series are worth where nothing has stored that: each is priced once,
//! however often it is needed. Legs that wait for their settlement stay where they are.

use {
    crate::{
        error::{refuse, BulkheadError},
        expiry_source::{ExpirySource, OfExpiry},
        margin_basis::MarginBasis,
        state::{expiry::kind_from_byte, MarginAccount},
    },
    alloc::vec::Vec,
    anchor_lang::prelude::*,
    bulkhead_risk::{
        exposure::MAX_LEGS,
        liquidation::Handover,
        scenario::SCENARIOS,
        series_table::{Holding, Quote},
    },
};

/// In the place of a leg's key: the whole book.
pub const WHOLE_BOOK: u32 = u32::MAX;

/// Legs of one expiry.
pub struct QuotedExpiry {
    pub id: u16,
    /// Its slot in the shards.
    pub slot: u8,
    pub legs: Vec<Holding>,
    /// One for each leg, or none where the source has a table.
    quotes: Vec<Quote>,
}

/// In the order of the expiries.
#[derive(Default)]
pub struct QuotedBook {
    /// What the legs are quoted for.
    pub scenario: usize,
    expiries: Vec<QuotedExpiry>,
    /// Expiries of legs that wait for their settlement.
    waiting: Vec<u16>,
}

impl QuotedBook {
    /// The leg of one series, by [`crate::state::Leg::key`], or all live legs.
    ///
    /// # Errors
    /// [`BulkheadError::NoSuchLeg`] for a series that the account does not hold, [`BulkheadError::SettleFirst`] for one that has
    /// expired and while it is not known what one comes to, [`BulkheadError::MissingRiskArray`], those of the sources.
    #[inline(never)]
    pub fn read<S: OfExpiry>(
        account: &MarginAccount,
        basis: &MarginBasis,
        sources: &[S],
        leg: u32,
        scenario: usize,
    ) -> Result<Self> {
        let place = if leg == WHOLE_BOOK { None } else { Some(place_of(account, leg)?) };
        if place.is_some() {
            basis.require_all_known(account, sources)?;
        }
        let mut left = if place.is_none() { account.legs().len() } else { 1 };
        let mut expiries = Vec::with_capacity(sources.len());
        let mut waiting = Vec::new();
        for source in sources.iter().map(OfExpiry::expiry) {
            let id = source.expiry_id();
            let legs = account.holdings(id, place);
            if legs.is_empty() {
                continue;
            }
            left = left.saturating_sub(legs.len());
            if basis.is_over(source) {
                require!(place.is_none(), BulkheadError::SettleFirst);
                basis.require_known(source)?;
                waiting.push(id);
                continue;
            }
            let quotes = price(&legs, basis, source, scenario)?;
            expiries.push(QuotedExpiry { id, slot: source.slot(), legs, quotes });
        }
        require!(left == 0, BulkheadError::MissingRiskArray);
        Ok(Self { scenario, expiries, waiting })
    }

    #[must_use]
    pub fn expiries(&self) -> &[QuotedExpiry] {
        &self.expiries
    }

    /// Expiries of legs that wait for their settlement.
    #[must_use]
    pub fn waiting(&self) -> &[u16] {
        &self.waiting
    }

    #[must_use]
    pub fn of_expiry(&self, id: u16) -> Option<&QuotedExpiry> {
        self.expiries.iter().find(|expiry| expiry.id == id)
    }

    /// What a share of every leg is; the lots of each go to `taken`.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`], those of the sources.
    pub fn hand_over<S: OfExpiry>(
        &self,
        sources: &[S],
        share_ppm: u64,
        taken: &mut [i64; MAX_LEGS],
    ) -> Result<Handover> {
        let (mut sum, mut rest) = (Handover::default(), taken.as_mut_slice());
        for source in sources.iter().map(OfExpiry::expiry) {
            let Some(expiry) = self.of_expiry(source.expiry_id()) else { continue };
            let (here, later) =
                rest.split_at_mut_checked(expiry.legs.len()).ok_or(BulkheadError::OutOfRange)?;
            match source.table()? {
                Some(table) => sum.add_list(&table, &expiry.legs, share_ppm, here),
                None => sum.add_quotes(&expiry.quotes, share_ppm, here),
            }
            .map_err(refuse)?;
            rest = later;
        }
        Ok(sum)
    }
}

impl QuotedExpiry {
    /// The quotes, where the source has no table.
    #[must_use]
    pub fn quotes(&self) -> &[Quote] {
        &self.quotes
    }

    /// The quote of one leg.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`], those of the source.
    pub fn quote(
        &self,
        leg: &Holding,
        basis: &MarginBasis,
        source: &dyn ExpirySource,
        scenario: usize,
    ) -> Result<Quote> {
        if let Some(quote) = self.find(leg) {
            return Ok(*quote);
        }
        let table = source.table()?.ok_or(BulkheadError::OutOfRange)?;
        let forward_row = source.expiry_risk(&basis.market.params, basis.now)?.forward_row;
        table.quote(leg, scenario, forward_row).map_err(refuse)
    }

    /// What is known about a series.
    #[must_use]
    pub fn find(&self, leg: &Holding) -> Option<&Quote> {
        let at = self.legs.iter().position(|l| (l.strike, l.kind) == (leg.strike, leg.kind))?;
        self.quotes.get(at)
    }
}

fn place_of(account: &MarginAccount, leg: u32) -> Result<u8> {
    let place = account.place(leg).and_then(|at| u8::try_from(at).ok());
    place.ok_or_else(|| BulkheadError::NoSuchLeg.into())
}

/// Prices the legs of one expiry, unless a table holds them.
#[inline(never)]
fn price(
    legs: &[Holding],
    basis: &MarginBasis,
    source: &dyn ExpirySource,
    scenario: usize,
) -> Result<Vec<Quote>> {
    if source.table()?.is_some() {
        return Ok(Vec::new());
    }
    let forward_row = source.expiry_risk(&basis.market.params, basis.now)?.forward_row;
    let (mut row, mut quotes) = ([0; SCENARIOS], Vec::with_capacity(legs.len()));
    for leg in legs {
        let series = source.series(leg.strike, kind_from_byte(leg.kind)?, &mut row)?;
        quotes.push(Quote::new(leg.lots, &series, scenario, forward_row).map_err(refuse)?);
    }
    Ok(quotes)
}
