//! What margin is measured against, and what measuring an account gives. The client measures with the same code.

use {
    crate::{
        error::{refuse, BulkheadError},
        expiry_source::{ExpirySource, Rows},
        now::Now,
        state::{expiry::kind_from_byte, MarginAccount, Market, OracleAggregate},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        breaker::{self, Cause, Level},
        cover::Cover,
        exposure::Exposure,
        liquidation::{self, Terms},
        margin::{equity, health, requirement, Charges, Funds, Requirement},
        oracle::Grade,
        round::{mul_div, Round},
        scenario::{PPM, SCENARIOS},
    },
};

/// The market's parameters, the mark's grade, the breaker level and the regime.
pub struct MarginBasis<'a> {
    pub market: &'a Market,
    pub oracle: &'a OracleAggregate,
    pub grade: Grade,
    pub now: Now,
    pub charges: Charges,
}

/// How much of a book to look at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scan {
    /// Every scenario of every leg.
    Rows,
    /// Totals, with the bound of the loss instead of the worst scenario: never a smaller requirement.
    Totals,
}

impl<'a> MarginBasis<'a> {
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn new(market: &'a Market, oracle: &'a OracleAggregate, level: Level, now: Now) -> Result<Self> {
        let params = &market.params;
        let grade = oracle.grade_at(params, now.unix);
        let confidence_ppm = match oracle.mark {
            0 => 0,
            mark => mul_div(oracle.confidence, PPM, mark, Round::Up).map_err(refuse)?,
        };
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
        Ok(Self { market, oracle, grade, now, charges })
    }

    /// Measures an account under all scenarios. `sources` are in the order of their expiries, nearest first.
    ///
    /// # Errors
    /// [`BulkheadError::MissingRiskArray`], those of [`ExpirySource`], [`BulkheadError::OutOfRange`].
    #[inline(never)]
    pub fn measure<S: Rows>(&self, account: &MarginAccount, sources: &[S]) -> Result<Measure> {
        self.scan(account, sources, Scan::Rows)
    }

    /// As [`Self::measure`] without a look at the rows: a surplus found here is a surplus there.
    ///
    /// # Errors
    /// Those of [`Self::measure`].
    #[inline(never)]
    pub fn measure_totals<S: Rows>(&self, account: &MarginAccount, sources: &[S]) -> Result<Measure> {
        self.scan(account, sources, Scan::Totals)
    }

    fn scan<S: Rows>(&self, account: &MarginAccount, sources: &[S], scan: Scan) -> Result<Measure> {
        let mut exposure = Exposure::default();
        let mut cover = Cover::default();
        let mut missing = account.legs().len();
        let mut unpaid = 0i64;
        for source in sources {
            let value_before = exposure.totals.value;
            let held = self.add_expiry(&mut exposure, account, source.rows(), scan)?;
            missing = missing.saturating_sub(held);
            if source.rows().is_settled() {
                let payoff = exposure.totals.value.saturating_sub(value_before);
                unpaid = unpaid.saturating_add(payoff.max(0));
            }
            // Legs remain that expire later: these here stand alone against the cash.
            if held > 0 && missing > 0 {
                let near = self.near_requirement(&exposure, scan)?;
                let paid = exposure.totals.value.saturating_sub(unpaid);
                cover.observe(paid, exposure.totals.value, near, &self.charges).map_err(refuse)?;
            }
        }
        require!(missing == 0, BulkheadError::MissingRiskArray);
        let funds = Funds { cash: account.cash, debt: account.debt, claims: account.unpaid_claims() };
        let requirement = requirement(&exposure.totals, worst_loss(&exposure, scan), &self.charges);
        let equity = equity(&funds, exposure.totals.value).map_err(refuse)?;
        Ok(Measure { funds, equity, unpaid, requirement: requirement.map_err(refuse)?, exposure, cover })
    }

    /// Adds an account's legs in one expiry; returns how many there were.
    #[inline(never)]
    fn add_expiry(
        &self,
        exposure: &mut Exposure,
        account: &MarginAccount,
        source: &dyn ExpirySource,
        scan: Scan,
    ) -> Result<usize> {
        let id = source.expiry_id();
        let mut legs = account.legs().iter().filter(|l| l.expiry_id == id).peekable();
        if legs.peek().is_none() {
            return Ok(0);
        }
        let mut held = 0usize;
        let mut row = [0; SCENARIOS];
        let expiry = source.expiry_risk(&self.market.params, self.now)?;
        let mut book = exposure.expiry(expiry).map_err(refuse)?;
        for leg in legs {
            let series = source.series(leg.strike, kind_from_byte(leg.kind)?, &mut row)?;
            match scan {
                Scan::Rows => book.add(leg.lots, &series),
                Scan::Totals => book.add_totals(leg.lots, &series),
            }
            .map_err(refuse)?;
            held = held.saturating_add(1);
        }
        book.close();
        Ok(held)
    }

    /// Requirement of the nearer legs alone. Limits of Greeks are for the whole book.
    fn near_requirement(&self, exposure: &Exposure, scan: Scan) -> Result<Requirement> {
        let charges = Charges { greek_limits: bulkhead_risk::greek_limits::UNLIMITED, ..self.charges };
        requirement(&exposure.totals, worst_loss(exposure, scan), &charges).map_err(refuse)
    }

    /// Why a measured account is open to liquidation, if it is.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn due(&self, measure: &Measure, terms: &Terms) -> Result<Due> {
        let market = self.market;
        let guarded = market.breaker.trip(Cause::Greeks).level_at(self.now.unix) != Level::Normal;
        let limits = market.params.account_limits();
        let greeks = match guarded {
            true => limits.share_beyond(&measure.exposure.totals.greeks).map_err(refuse)?,
            false => 0,
        };
        let causes = u64::from(measure.maintenance_health()? < 0)
            | u64::from(measure.cover_health()? < 0) << 1
            | u64::from(greeks > 0) << 2;
        Ok(Due { causes, share_ppm: measure.restoring_share(terms)?.max(greeks) })
    }

    /// # Errors
    /// [`BulkheadError::NoOracleQuorum`].
    pub fn require_quorum(&self) -> Result<()> {
        require!(self.grade.is_quorum(), BulkheadError::NoOracleQuorum);
        Ok(())
    }

    /// True when every source that the account's legs need is fresh.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn is_fresh_for<S: Rows>(&self, account: &MarginAccount, sources: &[S]) -> Result<bool> {
        for source in sources.iter().map(Rows::rows) {
            let needed = account.legs().iter().any(|l| l.expiry_id == source.expiry_id());
            if needed && !source.is_fresh(self.oracle, &self.market.params, self.now)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// # Errors
    /// [`BulkheadError::StaleRiskArray`].
    pub fn require_fresh<S: Rows>(&self, account: &MarginAccount, sources: &[S]) -> Result<()> {
        require!(self.is_fresh_for(account, sources)?, BulkheadError::StaleRiskArray);
        Ok(())
    }
}

fn worst_loss(exposure: &Exposure, scan: Scan) -> u64 {
    match scan {
        Scan::Rows => exposure.worst_loss(),
        Scan::Totals => exposure.totals.bound,
    }
}

/// Why an account is open to liquidation, and the share of its legs that ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Due {
    /// 1 equity below maintenance, 2 cash below what nearer expiries may ask for, 4 Greeks beyond twice their limits while
    /// the market is guarded for its open Greeks; zero: it is not.
    pub causes: u64,
    /// Parts per million.
    pub share_ppm: u64,
}

/// An account as margin sees it, quote atoms.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    pub funds: Funds,
    /// Collateral less debt, and the value of all legs.
    pub equity: i64,
    /// Payoffs among that which wait for their payers: like claims they allow nothing new.
    pub unpaid: i64,
    pub requirement: Requirement,
    pub exposure: Exposure,
    pub cover: Cover,
}

impl Measure {
    /// Equity with what settled expiries still have to pay the account: that keeps it from being liquidated, and allows
    /// nothing new.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn equity_with_claims(&self) -> Result<i64> {
        let whole = self.equity.checked_add_unsigned(self.funds.claims);
        whole.ok_or_else(|| BulkheadError::OutOfRange.into())
    }

    /// Surplus of equity over the maintenance requirement; negative means liquidatable.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn maintenance_health(&self) -> Result<i64> {
        health(self.equity_with_claims()?, self.requirement.maintenance).map_err(refuse)
    }

    /// Surplus of cash over what the nearer expiries may ask for; negative means liquidatable. Without a limit when the
    /// account holds no more than one expiry.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn cover_health(&self) -> Result<i64> {
        Ok(self.cover.maintenance_surplus(&self.funds).map_err(refuse)?.unwrap_or(i64::MAX))
    }

    /// Whether maintenance and cover are met by what the account has, without what it is still to be paid.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn is_covered(&self) -> Result<bool> {
        let held = Funds { claims: 0, ..self.funds };
        let cover = self.cover.maintenance_surplus(&held).map_err(refuse)?.unwrap_or(0);
        Ok(cover >= 0 && health(self.equity, self.requirement.maintenance).map_err(refuse)? >= 0)
    }

    /// Surplus over the initial requirement: of equity at the worse of mark and stable price, and of cash for the nearer
    /// expiries.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn initial_surplus(&self) -> Result<i64> {
        Ok(self.initial_equity_surplus()?.min(self.initial_cover_surplus()?))
    }

    /// Surplus of equity, at the worse of mark and stable price, over the initial requirement.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn initial_equity_surplus(&self) -> Result<i64> {
        let held = self.equity.checked_sub(self.unpaid);
        let worse = held.and_then(|e| e.checked_add(self.exposure.totals.stable.min(0)));
        health(worse.ok_or(BulkheadError::OutOfRange)?, self.requirement.initial).map_err(refuse)
    }

    /// Surplus of cash over the initial requirement of the nearer expiries. Without a limit when the account holds no more
    /// than one expiry.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn initial_cover_surplus(&self) -> Result<i64> {
        Ok(self.cover.initial_surplus(&self.funds).map_err(refuse)?.unwrap_or(i64::MAX))
    }

    /// Greeks beyond the account's limits in this regime, a bit each in the order of `bulkhead_risk::greek_limits::GREEKS`.
    #[must_use]
    pub fn breaches(&self, charges: &Charges) -> u64 {
        u64::from(charges.greek_limits.breached(&self.exposure.totals.greeks))
    }

    /// # Errors
    /// [`BulkheadError::BelowInitialMargin`].
    pub fn require_initial(&self) -> Result<()> {
        require!(self.initial_surplus()? >= 0, BulkheadError::BelowInitialMargin);
        Ok(())
    }

    /// Collateral free to leave: no more than the cash at hand, no more than the surplus over the initial requirement.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn free_collateral(&self) -> Result<u64> {
        let surplus = u64::try_from(self.initial_surplus()?).unwrap_or(0);
        Ok(surplus.min(self.funds.cash.saturating_sub(self.funds.debt)))
    }

    /// Share of the book, parts per million, whose sale restores equity and cover with the buffer; zero for a healthy
    /// account.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn restoring_share(&self, terms: &Terms) -> Result<u64> {
        let maintenance = self.requirement.maintenance;
        let equity = self.equity_with_claims()?;
        let whole = liquidation::restoring_share(equity, maintenance, terms).map_err(refuse)?;
        let value = self.exposure.totals.value;
        let cover = self.cover.restoring_share(&self.funds, value, maintenance, terms).map_err(refuse)?;
        Ok(whole.max(cover))
    }
}
