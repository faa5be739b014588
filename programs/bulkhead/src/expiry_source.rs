//! Where the rows of an expiry come from: its risk array, or its surface priced on the spot when the array is stale.

use {
    crate::{
        error::BulkheadError,
        now::Now,
        reprice::Repricer,
        state::{Expiry, Market, MarketParams, OracleAggregate, RiskArray},
    },
    alloc::{boxed::Box, vec::Vec},
    anchor_lang::prelude::*,
    bulkhead_risk::{
        exposure::{ExpiryRisk, OptionKind, SeriesRisk},
        scenario::SCENARIOS,
        series_table::SeriesTable,
    },
    core::mem::size_of,
};

/// One expiry as the margin engine needs it.
pub trait ExpirySource {
    fn expiry_id(&self) -> u16;
    /// Slot in the market's list and in the shards.
    fn slot(&self) -> u8;
    /// Unix time.
    fn expires_at(&self) -> i64;
    /// Unix time of the surface that its rows stand on.
    fn surface_at(&self) -> i64;
    /// Value of one lot of the forward, with what the settlement average has taken in of it, quote atoms. What of it still moves
    /// is the forward that margin counts.
    fn forward_lot(&self) -> u64;

    /// True while margin may rely on it.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    fn is_fresh(&self, oracle: &OracleAggregate, params: &MarketParams, now: Now) -> Result<bool>;

    /// What all of its legs share.
    ///
    /// # Errors
    /// [`BulkheadError::NoMark`], [`BulkheadError::RefreshUnfinished`], [`BulkheadError::OutOfRange`].
    fn expiry_risk(&self, params: &MarketParams, now: Now) -> Result<ExpiryRisk<'_>>;

    /// All of its series where they are stored.
    ///
    /// # Errors
    /// [`BulkheadError::NoMark`], [`BulkheadError::RefreshUnfinished`].
    fn table(&self) -> Result<Option<SeriesTable<'_>>>;

    /// One series; `row` holds its scenario profits where they are not stored.
    ///
    /// # Errors
    /// [`BulkheadError::UnknownSeries`], [`BulkheadError::NoMark`], [`BulkheadError::RefreshUnfinished`].
    fn series<'a>(
        &'a self,
        strike: u8,
        kind: OptionKind,
        row: &'a mut [i64; SCENARIOS],
    ) -> Result<SeriesRisk<'a>>;
}

/// A source that an instruction was given.
pub enum Source {
    Array(Account<RiskArray>),
    Surface(Box<Repricer>),
}

impl Source {
    fn read(
        view: &AccountView,
        key: &Address,
        market: &Market,
        oracle: &OracleAggregate,
        now: Now,
    ) -> Result<Self> {
        let whole = |size: usize| size.saturating_add(RiskArray::DISCRIMINATOR.len());
        let unexpected = |_| Error::from(BulkheadError::UnexpectedAccount);
        if view.data_len() == whole(size_of::<RiskArray>()) {
            let array = Account::<RiskArray>::load(*view).map_err(unexpected)?;
            require_keys_eq!(array.market, *key, BulkheadError::UnexpectedAccount);
            return Ok(Self::Array(array));
        }
        require!(view.data_len() == whole(size_of::<Expiry>()), BulkheadError::UnexpectedAccount);
        let expiry = Account::<Expiry>::load(*view).map_err(unexpected)?;
        require_keys_eq!(expiry.market, *key, BulkheadError::UnexpectedAccount);
        Ok(Self::Surface(Repricer::new(expiry, market, oracle, now)?))
    }

    /// The risk array, where that is what was given.
    #[must_use]
    pub fn array(&self) -> Option<&RiskArray> {
        match self {
            Self::Array(array) => Some(array),
            Self::Surface(_) => None,
        }
    }
}

/// What holds an [`ExpirySource`].
pub trait OfExpiry {
    fn expiry(&self) -> &dyn ExpirySource;
}

impl OfExpiry for Source {
    fn expiry(&self) -> &dyn ExpirySource {
        match self {
            Self::Array(array) => &**array,
            Self::Surface(surface) => &**surface,
        }
    }
}

impl OfExpiry for &RiskArray {
    fn expiry(&self) -> &dyn ExpirySource {
        *self
    }
}

/// Sources of one market, each expiry at most once, nearest first.
pub struct Sources(Vec<Source>);

impl Sources {
    /// # Errors
    /// [`BulkheadError::UnexpectedAccount`] for anything but risk arrays or expiries of this market, one account for each
    /// expiry; those of [`Repricer::new`].
    pub fn load(
        appended: &[AccountView],
        market: &Account<Market>,
        oracle: &OracleAggregate,
        now: Now,
    ) -> Result<Self> {
        Self::load_by(appended, market.address(), market, oracle, now)
    }

    /// As [`Self::load`] by another state of the market at `key`: what is priced on the spot is priced by its parameters.
    ///
    /// # Errors
    /// Those of [`Self::load`].
    pub fn load_by(
        appended: &[AccountView],
        key: &Address,
        market: &Market,
        oracle: &OracleAggregate,
        now: Now,
    ) -> Result<Self> {
        let mut sources: Vec<Source> = Vec::with_capacity(appended.len());
        for view in appended {
            let source = Source::read(view, key, market, oracle, now)?;
            let repeated = sources.iter().any(|s| s.expiry().expiry_id() == source.expiry().expiry_id());
            require!(!repeated, BulkheadError::UnexpectedAccount);
            sources.push(source);
        }
        sources.sort_unstable_by_key(|s| (s.expiry().expires_at(), s.expiry().expiry_id()));
        Ok(Self(sources))
    }

    #[must_use]
    pub fn all(&self) -> &[Source] {
        &self.0
    }

    /// # Errors
    /// [`BulkheadError::MissingRiskArray`].
    pub fn find(&self, expiry_id: u16) -> Result<&Source> {
        let found = self.0.iter().find(|s| s.expiry().expiry_id() == expiry_id);
        found.ok_or_else(|| BulkheadError::MissingRiskArray.into())
    }

    /// Mark of one lot of a series, quote atoms.
    ///
    /// # Errors
    /// Those of [`Self::find`] and [`ExpirySource::series`].
    #[inline(never)]
    pub fn mark(&self, expiry_id: u16, strike: u8, kind: OptionKind) -> Result<u64> {
        let mut row = [0; SCENARIOS];
        Ok(self.find(expiry_id)?.expiry().series(strike, kind, &mut row)?.mark)
    }
}
