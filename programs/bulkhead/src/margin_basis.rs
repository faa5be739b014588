//! What margin is measured against, and what measuring an account gives. The client measures with the same code.

use {
    crate::{
        error::{refuse, BulkheadError},
        expiry_source::{ExpirySource, OfExpiry},
        now::Now,
        quoted_book::{QuotedBook, QuotedExpiry},
        state::{expiry::kind_from_byte, MarginAccount, Market, OracleAggregate},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        auction::discount_ppm,
        breaker::{self, Cause, Level},
        exposure::ExpiryBook,
        liquidation::Terms,
        margin::Charges,
        measure::{Assessor, Measure, Scan},
        oracle::Reliance,
        scenario::SCENARIOS,
        series_table::{count_of, Holding},
        surface::MAX_SURFACE_AGE_SECONDS,
    },
};

/// The market's parameters, the mark's grade, the breaker level and the regime.
pub struct MarginBasis<'a> {
    pub market: &'a Market,
    pub oracle: &'a OracleAggregate,
    pub now: Now,
    pub charges: Charges,
}

impl<'a> MarginBasis<'a> {
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn new(market: &'a Market, oracle: &'a OracleAggregate, level: Level, now: Now) -> Result<Self> {
        let params = &market.params;
        let (grade, _) = oracle.grade_at(params, now.unix);
        let confidence_ppm = oracle.mark().confidence_ppm().map_err(refuse)?;
        let regime_ppm = oracle.regime().factor_ppm();
        let charges = Charges {
            short_minimum_ppm: params.short_minimum_ppm,
            maintenance_ppm: params.maintenance_ppm,
            confidence_ppm,
            initial_factor_ppm: grade.initial_factor_ppm().max(breaker::initial_factor_ppm(level)),
            regime_ppm,
            cover_ppm: params.cover_ppm,
            greek_limits: params.account_limits().in_regime(regime_ppm).map_err(refuse)?,
        };
        Ok(Self { market, oracle, now, charges })
    }

    /// Measures an account under all scenarios. `sources` are in the order of their expiries, nearest first.
    ///
    /// # Errors
    /// [`BulkheadError::MissingRiskArray`], those of [`ExpirySource`], [`BulkheadError::OutOfRange`].
    #[inline(never)]
    pub fn measure<S: OfExpiry>(&self, account: &MarginAccount, sources: &[S]) -> Result<Measure> {
        self.scan(account, sources, Scan::Rows, &QuotedBook::default())
    }

    /// As [`Self::measure`] without a look at the rows: a surplus found here is a surplus there.
    ///
    /// # Errors
    /// Those of [`Self::measure`].
    #[inline(never)]
    pub fn measure_totals<S: OfExpiry>(&self, account: &MarginAccount, sources: &[S]) -> Result<Measure> {
        self.scan(account, sources, Scan::Totals, &QuotedBook::default())
    }

    /// As [`Self::measure_totals`], where the quotes of some series are known.
    ///
    /// # Errors
    /// Those of [`Self::measure`].
    #[inline(never)]
    pub fn measure_quoted<S: OfExpiry>(
        &self,
        account: &MarginAccount,
        sources: &[S],
        known: &QuotedBook,
    ) -> Result<Measure> {
        self.scan(account, sources, Scan::Totals, known)
    }

    /// Measures a quoted book by the scenario that it was quoted for: a shortfall found here is one by all scenarios, and a
    /// larger one there.
    ///
    /// # Errors
    /// Those of [`Self::measure`].
    #[inline(never)]
    pub fn measure_one<S: OfExpiry>(
        &self,
        account: &MarginAccount,
        sources: &[S],
        book: &QuotedBook,
    ) -> Result<Measure> {
        let mut assessor = Assessor::new(&self.charges, Scan::One);
        let mut missing = book.expiries().len().saturating_add(book.waiting().len());
        for source in sources.iter().map(OfExpiry::expiry) {
            let Some(here) = book.of_expiry(source.expiry_id()) else {
                if book.waiting().contains(&source.expiry_id()) {
                    missing = missing.saturating_sub(1);
                    self.add_expiry(&mut assessor, account, source, Scan::One, &QuotedBook::default())?;
                    assessor.end_expiry(true, missing > 0).map_err(refuse)?;
                }
                continue;
            };
            missing = missing.saturating_sub(1);
            let expiry = source.expiry_risk(&self.market.params, self.now)?;
            let mut legs = assessor.expiry(expiry).map_err(refuse)?;
            match source.table()? {
                Some(table) => legs.add_outcomes(&table, &here.legs, book.scenario),
                None => legs.add_quotes(here.quotes()),
            }
            .map_err(refuse)?;
            legs.close();
            assessor.end_expiry(false, missing > 0).map_err(refuse)?;
        }
        assessor.finish(account.funds()).map_err(refuse)
    }

    fn scan<S: OfExpiry>(
        &self,
        account: &MarginAccount,
        sources: &[S],
        scan: Scan,
        known: &QuotedBook,
    ) -> Result<Measure> {
        let mut assessor = Assessor::new(&self.charges, scan);
        let mut missing = account.legs().len();
        for source in sources.iter().map(OfExpiry::expiry) {
            let held = self.add_expiry(&mut assessor, account, source, scan, known)?;
            missing = missing.saturating_sub(held);
            if held > 0 {
                assessor.end_expiry(self.is_over(source), missing > 0).map_err(refuse)?;
            }
        }
        require!(missing == 0, BulkheadError::MissingRiskArray);
        assessor.finish(account.funds()).map_err(refuse)
    }

    /// Adds an account's legs in one expiry; returns how many there were.
    #[inline(never)]
    fn add_expiry(
        &self,
        assessor: &mut Assessor,
        account: &MarginAccount,
        source: &dyn ExpirySource,
        scan: Scan,
        known: &QuotedBook,
    ) -> Result<usize> {
        let id = source.expiry_id();
        let held = count_of(id, account.book());
        if held == 0 {
            return Ok(0);
        }
        let mut book = assessor.expiry(source.expiry_risk(&self.market.params, self.now)?).map_err(refuse)?;
        match source.table()? {
            Some(table) => {
                book.add_list(&table, id, account.book(), scan == Scan::Rows).map_err(refuse)?;
            }
            None => {
                let list = account.holdings(id, None);
                add_priced(&mut book, &list, source, scan, known.of_expiry(id))?;
            }
        }
        book.close();
        Ok(held)
    }

    /// Why a measured account is open to liquidation, if it is. `terms`: those of the auction's clock.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn due(&self, measure: &Measure, terms: &Terms) -> Result<Due> {
        let market = self.market;
        let trip = market.breaker.trip(Cause::Greeks);
        // A trip that ends by itself is what is left of it after the proof of recovery.
        let is_held = trip.until == 0 && trip.level_at(self.now.unix) != Level::Normal;
        let limits = market.params.account_limits();
        let greeks = match is_held {
            true => limits.share_beyond(&measure.exposure.totals.greeks).map_err(refuse)?,
            false => 0,
        };
        let found = [
            (measure.maintenance_health().map_err(refuse)? < 0, cause::MAINTENANCE),
            (measure.cover_health().map_err(refuse)? < 0, cause::COVER),
            (greeks > 0, cause::GREEKS),
        ];
        let causes = found.into_iter().fold(0, |sum, (is_due, bit)| if is_due { sum | bit } else { sum });
        let due = Due { causes, share_ppm: greeks };
        let restoring = measure.restoring_share(&due.terms(terms)).map_err(refuse)?;
        Ok(Due { share_ppm: restoring.max(greeks), ..due })
    }

    /// Terms of bids after so many attended seconds of an auction.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn terms(&self, elapsed: u64) -> Result<Terms> {
        let terms = self.market.params.liquidation_terms();
        Ok(Terms { discount_ppm: discount_ppm(terms.discount_ppm, elapsed).map_err(refuse)?, ..terms })
    }

    /// Its legs wait for their settlement: nobody bids for them.
    #[must_use]
    pub fn is_over(&self, source: &dyn ExpirySource) -> bool {
        self.now.unix >= source.expires_at()
    }

    /// Whether the account has a leg that somebody could bid for.
    #[must_use]
    pub fn holds_live<S: OfExpiry>(&self, account: &MarginAccount, sources: &[S]) -> bool {
        let mut all = sources.iter().map(OfExpiry::expiry);
        all.any(|source| !self.is_over(source) && count_of(source.expiry_id(), account.book()) > 0)
    }

    /// Of legs that wait for their settlement it is known what they come to.
    ///
    /// # Errors
    /// Those of [`Self::require_known`].
    pub fn require_all_known<S: OfExpiry>(&self, account: &MarginAccount, sources: &[S]) -> Result<()> {
        for source in sources.iter().map(OfExpiry::expiry) {
            if count_of(source.expiry_id(), account.book()) > 0 {
                self.require_known(source)?;
            }
        }
        Ok(())
    }

    /// What the legs of an expiry that is over come to moves no more: not before the window's average serves, or the reference
    /// price was taken down.
    ///
    /// # Errors
    /// [`BulkheadError::SettleFirst`].
    pub fn require_known(&self, source: &dyn ExpirySource) -> Result<()> {
        let is_known =
            !self.is_over(source) || source.expiry_risk(&self.market.params, self.now)?.forward == 0;
        require!(is_known, BulkheadError::SettleFirst);
        Ok(())
    }

    /// The mark may be relied on for this.
    ///
    /// # Errors
    /// The error of what the mark lacks.
    pub fn require(&self, what: Reliance) -> Result<()> {
        self.oracle.require(what, &self.market.params, self.now.unix)
    }

    /// Whether the mark may be relied on for this.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn allows(&self, what: Reliance) -> Result<bool> {
        self.oracle.allows(what, &self.market.params, self.now.unix)
    }

    /// Every source that the account's legs need is fresh.
    ///
    /// # Errors
    /// [`BulkheadError::StaleRiskArray`], or what else is wrong with the source.
    pub fn require_fresh<S: OfExpiry>(&self, account: &MarginAccount, sources: &[S]) -> Result<()> {
        for source in sources.iter().map(OfExpiry::expiry) {
            let needed = account.legs().iter().any(|l| l.expiry_id == source.expiry_id());
            if needed && !source.is_fresh(self.oracle, &self.market.params, self.now)? {
                source.expiry_risk(&self.market.params, self.now)?;
                return Err(BulkheadError::StaleRiskArray.into());
            }
        }
        Ok(())
    }

    /// Every source is fresh, needed or not.
    ///
    /// # Errors
    /// Those of [`Self::require_fresh`].
    pub fn require_all_fresh<S: OfExpiry>(&self, sources: &[S]) -> Result<()> {
        for source in sources.iter().map(OfExpiry::expiry) {
            if !source.is_fresh(self.oracle, &self.market.params, self.now)? {
                source.expiry_risk(&self.market.params, self.now)?;
                return Err(BulkheadError::StaleRiskArray.into());
            }
        }
        Ok(())
    }

    /// No expiry that the account's legs need is priced from a surface too old to add risk on. After the expiry volatilities
    /// move nothing any more.
    ///
    /// # Errors
    /// [`BulkheadError::SurfaceTooOld`].
    pub fn require_young_surfaces<S: OfExpiry>(&self, account: &MarginAccount, sources: &[S]) -> Result<()> {
        for source in sources.iter().map(OfExpiry::expiry) {
            let needed = account.legs().iter().any(|l| l.expiry_id == source.expiry_id());
            let is_live = self.now.unix < source.expires_at();
            let age = self.now.unix.saturating_sub(source.surface_at());
            let usable = !needed || !is_live || age <= MAX_SURFACE_AGE_SECONDS;
            require!(usable, BulkheadError::SurfaceTooOld);
        }
        Ok(())
    }
}

/// Adds legs whose series are priced as they are asked for, unless they are known.
#[inline(never)]
fn add_priced(
    book: &mut ExpiryBook,
    list: &[Holding],
    source: &dyn ExpirySource,
    scan: Scan,
    known: Option<&QuotedExpiry>,
) -> Result<()> {
    let mut row = [0; SCENARIOS];
    for held in list {
        if let Some(quote) = known.and_then(|expiry| expiry.find(held)) {
            book.add_totals(held.lots, &quote.series).map_err(refuse)?;
            continue;
        }
        let series = source.series(held.strike, kind_from_byte(held.kind)?, &mut row)?;
        match scan {
            Scan::Rows => book.add(held.lots, &series),
            Scan::Totals | Scan::One => book.add_totals(held.lots, &series),
        }
        .map_err(refuse)?;
    }
    Ok(())
}

/// Why an account may be open to liquidation, a bit each.
pub mod cause {
    /// Equity below the maintenance requirement.
    pub const MAINTENANCE: u64 = 1;
    /// Cash below what nearer expiries may ask for.
    pub const COVER: u64 = 2;
    /// Greeks beyond twice their limits while the market is guarded for its open Greeks.
    pub const GREEKS: u64 = 4;
}

/// Why an account is open to liquidation, and the share of its legs that ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Due {
    /// Bits of [`cause`]; zero: it is not.
    pub causes: u64,
    /// Parts per million.
    pub share_ppm: u64,
}

impl Due {
    /// The terms of bids. The discount rises against accounts below their maintenance requirement alone: others are solvent, and
    /// time does not make them less so.
    #[must_use]
    pub const fn terms(&self, by_clock: &Terms) -> Terms {
        match self.causes & cause::MAINTENANCE {
            0 => by_clock.at_first(),
            _ => *by_clock,
        }
    }
}
