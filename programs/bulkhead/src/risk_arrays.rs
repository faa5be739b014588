//! The bridge from accounts to the margin engine: risk arrays appended to an instruction, and the exposure and
//! health of margin accounts measured with them.

use {
    crate::{
        error::{refuse, BulkheadError},
        now::Now,
        state::{expiry::kind_from_byte, MarginAccount, Market, MarketParams, OracleAggregate, RiskArray},
    },
    alloc::vec::Vec,
    anchor_lang::prelude::*,
    bulkhead_risk::{
        breaker::{self, Level},
        margin::{equity, health, requirement, Exposure, Requirement},
        oracle::Grade,
        round::{mul_div, Round},
        scenario::PPM,
    },
    core::mem::size_of,
};

/// Risk arrays of one market, each at most once.
pub struct RiskArrays {
    arrays: Vec<Account<RiskArray>>,
}

impl RiskArrays {
    /// # Errors
    /// [`BulkheadError::UnexpectedAccount`] for anything but distinct risk arrays of this market.
    pub fn load(appended: &[AccountView], market: &Address) -> Result<Self> {
        let mut arrays: Vec<Account<RiskArray>> = Vec::with_capacity(appended.len());
        for view in appended {
            let whole = size_of::<RiskArray>().saturating_add(RiskArray::DISCRIMINATOR.len());
            require!(view.data_len() == whole, BulkheadError::UnexpectedAccount);
            let array = Account::<RiskArray>::load(*view)
                .map_err(|_| Error::from(BulkheadError::UnexpectedAccount))?;
            require_keys_eq!(array.market, *market, BulkheadError::UnexpectedAccount);
            let repeated = arrays.iter().any(|a| a.expiry_id == array.expiry_id);
            require!(!repeated, BulkheadError::UnexpectedAccount);
            arrays.push(array);
        }
        Ok(Self { arrays })
    }

    /// # Errors
    /// [`BulkheadError::MissingRiskArray`].
    pub fn find(&self, expiry_id: u16) -> Result<&RiskArray> {
        let found = self.arrays.iter().find(|a| a.expiry_id == expiry_id);
        found.map(|a| &**a).ok_or_else(|| BulkheadError::MissingRiskArray.into())
    }

    /// Profit of an account under every scenario, and its value at the marks.
    ///
    /// # Errors
    /// [`BulkheadError::MissingRiskArray`], [`BulkheadError::NoMark`], [`BulkheadError::OutOfRange`].
    pub fn exposure(&self, account: &MarginAccount) -> Result<Exposure> {
        let mut exposure = Exposure::default();
        for leg in account.legs() {
            let array = self.find(leg.expiry_id)?;
            let leg = array.leg(leg.strike, kind_from_byte(leg.kind)?, leg.lots)?;
            exposure.add(&leg).map_err(refuse)?;
        }
        Ok(exposure)
    }

    /// True when every array that the account's legs need is fresh.
    ///
    /// # Errors
    /// [`BulkheadError::MissingRiskArray`].
    pub fn fresh_for(
        &self,
        account: &MarginAccount,
        oracle: &OracleAggregate,
        params: &MarketParams,
        now: Now,
    ) -> Result<bool> {
        for leg in account.legs() {
            if !self.find(leg.expiry_id)?.is_fresh(oracle, params, now)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// What margin is measured against: the market's parameters, the mark's grade and the breaker level.
pub struct MarginBasis<'a> {
    pub market: &'a Market,
    pub oracle: &'a OracleAggregate,
    pub grade: Grade,
    pub level: Level,
    pub now: Now,
}

impl<'a> MarginBasis<'a> {
    #[must_use]
    pub fn new(market: &'a Market, oracle: &'a OracleAggregate, level: Level, now: Now) -> Self {
        Self { market, oracle, grade: oracle.grade_at(&market.params, now.unix), level, now }
    }

    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn requirement(&self, exposure: &Exposure) -> Result<Requirement> {
        let confidence = match self.oracle.mark {
            0 => 0,
            mark => mul_div(self.oracle.confidence, PPM, mark, Round::Up).map_err(refuse)?,
        };
        let factor = self.grade.initial_factor_ppm().max(breaker::initial_factor_ppm(self.level));
        requirement(exposure, &self.market.params.charges(confidence, factor)).map_err(refuse)
    }

    /// Equity, requirement and exposure of an account.
    ///
    /// # Errors
    /// Those of [`RiskArrays::exposure`].
    pub fn measure(&self, account: &MarginAccount, arrays: &RiskArrays) -> Result<Measure> {
        let exposure = arrays.exposure(account)?;
        let requirement = self.requirement(&exposure)?;
        let equity = equity(account.cash, account.debt, exposure.value).map_err(refuse)?;
        Ok(Measure { equity, requirement, exposure })
    }

    /// # Errors
    /// [`BulkheadError::NoOracleQuorum`].
    pub fn require_quorum(&self) -> Result<()> {
        require!(self.grade.is_quorum(), BulkheadError::NoOracleQuorum);
        Ok(())
    }

    /// # Errors
    /// [`BulkheadError::StaleRiskArray`].
    pub fn require_fresh(&self, account: &MarginAccount, arrays: &RiskArrays) -> Result<()> {
        let fresh = arrays.fresh_for(account, self.oracle, &self.market.params, self.now)?;
        require!(fresh, BulkheadError::StaleRiskArray);
        Ok(())
    }
}

/// An account as margin sees it, quote atoms.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// Collateral less debt, and the value of all legs.
    pub equity: i64,
    pub requirement: Requirement,
    pub exposure: Exposure,
}

impl Measure {
    /// Equity with what settled expiries still have to pay the account: that keeps it from being liquidated, and allows
    /// nothing new.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn equity_with_claims(&self, account: &MarginAccount) -> Result<i64> {
        let whole = self.equity.checked_add_unsigned(account.unpaid_claims());
        whole.ok_or_else(|| BulkheadError::OutOfRange.into())
    }

    /// Whether the maintenance requirement is met by what the account has, without what it is still to be paid.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn is_covered(&self) -> Result<bool> {
        Ok(health(self.equity, self.requirement.maintenance).map_err(refuse)? >= 0)
    }

    /// Surplus of the measured account over its maintenance requirement.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn maintenance_health(&self, account: &MarginAccount) -> Result<i64> {
        health(self.equity_with_claims(account)?, self.requirement.maintenance).map_err(refuse)
    }

    /// # Errors
    /// [`BulkheadError::BelowInitialMargin`].
    pub fn require_initial(&self) -> Result<()> {
        let surplus = health(self.equity, self.requirement.initial).map_err(refuse)?;
        require!(surplus >= 0, BulkheadError::BelowInitialMargin);
        Ok(())
    }
}
