//! Measuring an account: its expiries one after the other, nearest first, and what follows for its margin.
//!
//! The program, the keeper and the web app feed the same [`Assessor`], so they cannot disagree.

use crate::{
    cover::Cover,
    exposure::{ExpiryBook, ExpiryRisk, Exposure},
    greek_limits::UNLIMITED,
    liquidation::{self, Standing, Terms},
    margin::{equity, health, maintenance, requirement, Charges, Funds, Requirement},
    math_error::MathError,
    round::{ppm_of, Round},
    scenario::PPM,
    series_table::Quote,
};

/// How much of a book to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scan {
    /// Every scenario of every leg.
    Rows,
    /// Totals, with the bound of the loss instead of the worst scenario: never a smaller requirement.
    Totals,
    /// What maintenance stands on, with one scenario that somebody names instead of the worst: never a larger requirement of
    /// maintenance, and none of initial margin.
    One,
}

/// An account on its way through its expiries.
#[derive(Debug)]
pub struct Assessor<'c> {
    charges: &'c Charges,
    scan: Scan,
    exposure: Exposure,
    cover: Cover,
    unpaid: i64,
    waiting: i64,
    /// Value before the expiry at hand.
    value_before: i64,
}

impl<'c> Assessor<'c> {
    #[must_use]
    pub fn new(charges: &'c Charges, scan: Scan) -> Self {
        Self {
            charges,
            scan,
            exposure: Exposure::default(),
            cover: Cover::default(),
            unpaid: 0,
            waiting: 0,
            value_before: 0,
        }
    }

    /// Begins the legs of the next expiry, later than all before. [`ExpiryBook::close`], then [`Self::end_expiry`] end it.
    ///
    /// # Errors
    /// [`MathError::Domain`] when a figure of the expiry exceeds the bounds of [`Exposure::expiry`].
    pub fn expiry<'a>(&'a mut self, expiry: ExpiryRisk<'a>) -> Result<ExpiryBook<'a>, MathError> {
        self.value_before = self.exposure.totals.value;
        self.exposure.expiry(expiry)
    }

    /// Ends an expiry. `settled`: it is over, and its marks are payoffs that wait for their payers. `more`: the account has legs that expire
    /// later, so that the ones so far stand alone against the cash.
    ///
    /// # Errors
    /// [`MathError::Overflow`] when a figure leaves 63 bits.
    pub fn end_expiry(&mut self, settled: bool, more: bool) -> Result<(), MathError> {
        let value = self.exposure.totals.value;
        if settled {
            let payoff = value.saturating_sub(self.value_before);
            self.waiting = self.waiting.saturating_add(payoff);
            self.unpaid = self.unpaid.saturating_add(payoff.max(0));
        }
        if more {
            // Limits of Greeks are for the whole book.
            let charges = Charges { greek_limits: UNLIMITED, ..*self.charges };
            let near = self.requirement(&charges)?;
            self.cover.observe(value.saturating_sub(self.unpaid), value, near, &charges)?;
        }
        Ok(())
    }

    fn requirement(&self, charges: &Charges) -> Result<Requirement, MathError> {
        let totals = &self.exposure.totals;
        match self.scan {
            Scan::Rows => requirement(totals, self.exposure.worst_loss(), charges),
            Scan::Totals => requirement(totals, totals.bound, charges),
            Scan::One => {
                let maintenance = maintenance(totals, self.exposure.first_loss(), charges)?;
                Ok(Requirement { initial: 0, maintenance })
            }
        }
    }

    /// The account as margin sees it.
    ///
    /// # Errors
    /// [`MathError::Overflow`] when a figure leaves 63 bits.
    pub fn finish(self, funds: Funds) -> Result<Measure, MathError> {
        let requirement = self.requirement(self.charges)?;
        let equity = equity(&funds, self.exposure.totals.value)?;
        let Self { exposure, cover, unpaid, waiting, .. } = self;
        Ok(Measure { funds, equity, unpaid, waiting, requirement, exposure, cover })
    }
}

/// An account as margin sees it, quote atoms.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    pub funds: Funds,
    /// Collateral less debt, and the value of all legs.
    pub equity: i64,
    /// Payoffs among that which wait for their payers: like claims they allow nothing new.
    pub unpaid: i64,
    /// Value of the legs whose expiries are over: they wait for their settlement, and nobody bids for them.
    pub waiting: i64,
    pub requirement: Requirement,
    pub exposure: Exposure,
    pub cover: Cover,
}

impl Measure {
    /// Equity with what settled expiries still have to pay the account: that keeps it from being liquidated, and allows
    /// nothing new.
    ///
    /// # Errors
    /// [`MathError::Overflow`].
    pub fn equity_with_claims(&self) -> Result<i64, MathError> {
        self.equity.checked_add_unsigned(self.funds.claims).ok_or(MathError::Overflow)
    }

    /// Surplus of equity over the maintenance requirement; negative means liquidatable.
    ///
    /// # Errors
    /// [`MathError::Overflow`].
    pub fn maintenance_health(&self) -> Result<i64, MathError> {
        health(self.equity_with_claims()?, self.requirement.maintenance)
    }

    /// Surplus of cash over what the nearer expiries may ask for; negative means liquidatable. Without a limit when the
    /// account holds no more than one expiry.
    ///
    /// # Errors
    /// [`MathError::Overflow`].
    pub fn cover_health(&self) -> Result<i64, MathError> {
        Ok(self.cover.maintenance_surplus(&self.funds)?.unwrap_or(i64::MAX))
    }

    /// Whether maintenance and cover are met by what the account has, without what it is still to be paid.
    ///
    /// # Errors
    /// [`MathError::Overflow`].
    pub fn is_covered(&self) -> Result<bool, MathError> {
        let held = Funds { claims: 0, ..self.funds };
        let cover = self.cover.maintenance_surplus(&held)?.unwrap_or(0);
        Ok(cover >= 0 && health(self.equity, self.requirement.maintenance)? >= 0)
    }

    /// Surplus over the initial requirement: of equity at the worse of mark and stable price, and of cash for the nearer
    /// expiries.
    ///
    /// # Errors
    /// [`MathError::Overflow`].
    pub fn initial_surplus(&self) -> Result<i64, MathError> {
        Ok(self.initial_equity_surplus()?.min(self.initial_cover_surplus()?))
    }

    /// Surplus of equity, at the worse of mark and stable price, over the initial requirement.
    ///
    /// # Errors
    /// [`MathError::Overflow`].
    pub fn initial_equity_surplus(&self) -> Result<i64, MathError> {
        let held = self.equity.checked_sub(self.unpaid);
        let worse = held.and_then(|e| e.checked_add(self.exposure.totals.stable.min(0)));
        health(worse.ok_or(MathError::Overflow)?, self.requirement.initial)
    }

    /// Surplus of cash over the initial requirement of the nearer expiries. Without a limit when the account holds no more
    /// than one expiry.
    ///
    /// # Errors
    /// [`MathError::Overflow`].
    pub fn initial_cover_surplus(&self) -> Result<i64, MathError> {
        Ok(self.cover.initial_surplus(&self.funds)?.unwrap_or(i64::MAX))
    }

    /// Greeks beyond the account's limits in this regime, a bit each in the order of `bulkhead_risk::greek_limits::GREEKS`.
    #[must_use]
    pub fn breaches(&self, charges: &Charges) -> u64 {
        u64::from(charges.greek_limits.breached(&self.exposure.totals.greeks))
    }

    /// Collateral free to leave: no more than the cash at hand, no more than the surplus over the initial requirement.
    ///
    /// # Errors
    /// [`MathError::Overflow`].
    pub fn free_collateral(&self) -> Result<u64, MathError> {
        let surplus = u64::try_from(self.initial_surplus()?).unwrap_or(0);
        Ok(surplus.min(self.funds.cash.saturating_sub(self.funds.debt)))
    }

    /// The account as a bid finds it. `lent`: what of its cash the pool lent for the auction.
    #[must_use]
    pub const fn standing(&self, lent: u64) -> Standing {
        let Funds { cash, claims, .. } = self.funds;
        let equity = self.equity.saturating_add_unsigned(claims);
        Standing { equity, maintenance: self.requirement.maintenance, cash, lent }
    }

    /// Value of the legs that are live, quote atoms.
    #[must_use]
    pub const fn live_value(&self) -> i64 {
        self.exposure.totals.value.saturating_sub(self.waiting)
    }

    /// The account by one scenario alone and with the lots of one leg still as they were, and the same funds. `quote` is the leg
    /// as it was, `left` its lots now. What nearer expiries ask for is left out.
    ///
    /// # Errors
    /// Those of [`Exposure::by_one_scenario`]; [`MathError::Overflow`].
    pub fn by_one_scenario(
        &self,
        scenario: usize,
        quote: &Quote,
        left: i64,
        expiry: ExpiryRisk,
        charges: &Charges,
    ) -> Result<Self, MathError> {
        let exposure = self.exposure.by_one_scenario(scenario, quote, left, expiry)?;
        let maintenance = maintenance(&exposure.totals, exposure.first_loss(), charges)?;
        let requirement = Requirement { initial: 0, maintenance };
        let equity = equity(&self.funds, exposure.totals.value)?;
        Ok(Self { equity, requirement, exposure, cover: Cover::default(), ..*self })
    }

    /// Takes other funds beside the same legs.
    ///
    /// # Errors
    /// [`MathError::Overflow`].
    pub fn set_funds(&mut self, funds: Funds) -> Result<(), MathError> {
        self.equity = equity(&funds, self.exposure.totals.value)?;
        self.funds = funds;
        Ok(())
    }

    /// Whether equity is above the maintenance requirement, and cash above what nearer expiries may ask for, each by more than
    /// the buffer.
    ///
    /// # Errors
    /// [`MathError::Overflow`].
    pub fn is_beyond_buffer(&self, buffer_ppm: u64) -> Result<(bool, bool), MathError> {
        let whole = PPM.checked_add(buffer_ppm).ok_or(MathError::Overflow)?;
        let target = ppm_of(self.requirement.maintenance, whole, Round::Up)?;
        let equity = health(self.equity_with_claims()?, target)? > 0;
        let cover = self.cover.surplus_beyond(&self.funds, whole)?.is_none_or(|surplus| surplus > 0);
        Ok((equity, cover))
    }

    /// Share of the book, parts per million, whose sale restores equity and cover with the buffer; zero for a healthy
    /// account.
    ///
    /// # Errors
    /// [`MathError::Overflow`].
    pub fn restoring_share(&self, terms: &Terms) -> Result<u64, MathError> {
        let terms = &self.standing(0).terms_in_force(terms)?;
        let maintenance = self.requirement.maintenance;
        let equity = self.equity_with_claims()?;
        let whole = liquidation::restoring_share(equity, maintenance, terms)?;
        let value = self.exposure.totals.value;
        let cover = self.cover.restoring_share(&self.funds, value, maintenance, terms)?;
        Ok(whole.max(cover))
    }
}
