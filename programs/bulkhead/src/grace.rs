//! Whether a grace period spares an account: after an outage or a closure one that is healthy at the stable price, after a change
//! of parameters one that is healthy by those before.

use {
    crate::{
        error::{refuse, BulkheadError},
        expiry_source::{OfExpiry, Sources},
        margin_basis::{cause, MarginBasis},
        state::{MarginAccount, Market},
    },
    alloc::boxed::Box,
    anchor_lang::prelude::*,
    bulkhead_risk::{breaker::Level, measure::Measure},
};

/// What an account is measured by.
pub struct View<'a> {
    pub market: &'a Account<Market>,
    pub basis: &'a MarginBasis<'a>,
    pub level: Level,
    pub sources: &'a Sources,
    pub appended: &'a [AccountView],
}

impl View<'_> {
    /// # Errors
    /// [`BulkheadError::NotLiquidatable`] in a grace period for an account that is not due at all,
    /// [`BulkheadError::GraceNeedsExpiries`], those of measuring.
    pub fn spares(&self, account: &MarginAccount) -> Result<bool> {
        let live = self.basis.oracle.mark.live_seconds;
        let of_price = self.basis.oracle.grace_left > 0 || self.market.has_reopened_grace(live);
        let of_params = self.market.has_params_grace(live);
        if !of_price && !of_params {
            return Ok(false);
        }
        let mut causes = self.causes_by_all(account, of_price)?;
        if of_params && causes != 0 {
            causes &= self.causes_before(account)?;
        }
        Ok(causes == 0)
    }

    #[inline(never)]
    fn causes_by_all(&self, account: &MarginAccount, of_price: bool) -> Result<u64> {
        let measure = Box::new(self.basis.measure(account, self.sources.all())?);
        let causes = self.basis.due(&measure, &self.basis.terms(0)?)?.causes;
        require!(causes != 0, BulkheadError::NotLiquidatable);
        Ok(if of_price { causes & causes_at_stable(&measure)? } else { causes })
    }

    /// Why the account would be due by the parameters before the change.
    #[inline(never)]
    fn causes_before(&self, account: &MarginAccount) -> Result<u64> {
        let mut market = Box::new(**self.market);
        market.params = market.previous_params;
        let now = self.basis.now;
        let basis = MarginBasis::new(&market, self.basis.oracle, self.level, now)?;
        let old = match self.market.params.rows_differ(&market.params) {
            true => {
                self.require_expiries(account)?;
                let key = self.market.address();
                Some(Sources::load_by(self.appended, key, &market, basis.oracle, now)?)
            }
            false => None,
        };
        let sources = old.as_ref().unwrap_or(self.sources);
        let measure = Box::new(basis.measure(account, sources.all())?);
        Ok(basis.due(&measure, &basis.terms(0)?)?.causes)
    }

    /// Arrays hold the rows of one set of parameters only.
    fn require_expiries(&self, account: &MarginAccount) -> Result<()> {
        for source in self.sources.all().iter().filter(|source| source.array().is_some()) {
            let id = source.expiry().expiry_id();
            let needed = account.legs().iter().any(|leg| leg.expiry_id == id);
            require!(!needed, BulkheadError::GraceNeedsExpiries);
        }
        Ok(())
    }
}

/// Causes that hold at the stable price as well. Cash for nearer expiries is not measured there, and does not count.
fn causes_at_stable(measure: &Measure) -> Result<u64> {
    let health = measure.maintenance_health().map_err(refuse)?;
    let at_stable = health.checked_add(measure.exposure.totals.stable).ok_or(BulkheadError::OutOfRange)?;
    Ok(if at_stable < 0 { cause::MAINTENANCE | cause::GREEKS } else { cause::GREEKS })
}
