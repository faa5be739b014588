//! A book summed up expiry by expiry, so that taking lots of one leg out is a change to a few sums and not a new look at every
//! leg.

use super::Book;
use crate::{
    cover::Cover,
    exposure::Exposure,
    greek_limits::{MoneyGreeks, UNLIMITED},
    margin::{equity, health, requirement, Charges, Funds, Requirement},
    math_error::MathError,
};

/// Most expiries a market has at once.
pub const MAX_EXPIRIES: usize = 8;

/// What an account is left with, quote atoms.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    pub funds: Funds,
    /// With claims.
    pub equity: i64,
    pub maintenance: u64,
    pub cover: Cover,
    pub greeks: MoneyGreeks,
}

impl Standing {
    /// Surplus of equity over maintenance.
    pub fn equity_health(&self) -> Result<i64, MathError> {
        health(self.equity, self.maintenance)
    }

    /// Surplus of cash for the nearer expiries; without a limit where there are none.
    pub fn cover_health(&self) -> Result<i64, MathError> {
        Ok(self.cover.maintenance_surplus(&self.funds)?.unwrap_or(i64::MAX))
    }
}

/// One level: every leg that expires by then.
#[derive(Clone, Copy)]
struct Level {
    exposure: Exposure,
    requirement: Requirement,
}

/// A book and its sums.
pub struct Ladder<'a> {
    book: &'a Book<'a>,
    /// Of maintenance alone: no limits of Greeks.
    charges: Charges,
    levels: [Level; MAX_EXPIRIES],
}

impl<'a> Ladder<'a> {
    /// # Errors
    /// [`MathError::Domain`] beyond the bounds of the margin engine, or for a leg of no expiry.
    pub fn new(book: &'a Book<'a>) -> Result<Self, MathError> {
        let known = book.legs.iter().all(|leg| leg.expiry < book.expiries.len());
        if book.expiries.is_empty() || book.expiries.len() > MAX_EXPIRIES || !known {
            return Err(MathError::Domain);
        }
        let charges = Charges { greek_limits: UNLIMITED, ..*book.charges };
        let mut exposure = Exposure::default();
        let nothing = Level { exposure, requirement: Requirement::default() };
        let mut levels = [nothing; MAX_EXPIRIES];
        for ((at, expiry), level) in book.expiries.iter().enumerate().zip(&mut levels) {
            let mut part = exposure.expiry(*expiry)?;
            for leg in book.legs.iter().filter(|leg| leg.expiry == at) {
                part.add(leg.lots, &leg.series)?;
            }
            part.close();
            let requirement = requirement(&exposure.totals, exposure.worst_loss(), &charges)?;
            *level = Level { exposure, requirement };
        }
        Ok(Self { book, charges, levels })
    }

    /// The book as it is, with these funds.
    pub fn standing(&self, funds: Funds) -> Result<Standing, MathError> {
        self.with(funds, usize::MAX, |_| Exposure::default())
    }

    /// What so many lots of one leg are, alone.
    pub fn alone(&self, leg: usize, lots: i64) -> Result<Exposure, MathError> {
        let leg = self.book.legs.get(leg).ok_or(MathError::Domain)?;
        let expiry = self.book.expiries.get(leg.expiry).ok_or(MathError::Domain)?;
        let mut alone = Exposure::default();
        let mut part = alone.expiry(*expiry)?;
        part.add(lots, &leg.series)?;
        part.close();
        Ok(alone)
    }

    /// The book with `left` instead of `held` in the place of one leg.
    pub fn replaced(
        &self,
        funds: Funds,
        leg: usize,
        held: &Exposure,
        left: &Exposure,
    ) -> Result<Standing, MathError> {
        let from = self.book.legs.get(leg).ok_or(MathError::Domain)?.expiry;
        self.with(funds, from, |whole| exchanged(whole, held, left))
    }

    /// The levels from `changed_from` on after a change. An expiry of which no leg is left still counts as one that cash must cover:
    /// never an easier judgement than a new measure.
    fn with(
        &self,
        funds: Funds,
        changed_from: usize,
        change: impl Fn(&Exposure) -> Exposure,
    ) -> Result<Standing, MathError> {
        let last = self.book.expiries.len().saturating_sub(1);
        let mut cover = Cover::default();
        let mut top = Level { exposure: Exposure::default(), requirement: Requirement::default() };
        for (at, level) in self.levels.iter().enumerate().take(self.book.expiries.len()) {
            top = *level;
            if at >= changed_from {
                top.exposure = change(&level.exposure);
                let loss = top.exposure.worst_loss();
                top.requirement = requirement(&top.exposure.totals, loss, &self.charges)?;
            }
            if at < last {
                let value = top.exposure.totals.value;
                cover.observe(value, value, top.requirement, &self.charges)?;
            }
        }
        let totals = &top.exposure.totals;
        let equity = equity(&funds, totals.value)?;
        let equity = equity.checked_add_unsigned(funds.claims).ok_or(MathError::Overflow)?;
        let maintenance = top.requirement.maintenance;
        Ok(Standing { funds, equity, maintenance, cover, greeks: totals.greeks })
    }
}

/// `whole - held + left`. Wrapping: every sum of a part of a book stays within the bounds of the whole's.
fn exchanged(whole: &Exposure, held: &Exposure, left: &Exposure) -> Exposure {
    let mut out = *whole;
    for ((sum, held), left) in out.profit.iter_mut().zip(held.profit).zip(left.profit) {
        *sum = sum.wrapping_sub(held).wrapping_add(left);
    }
    out.totals = whole.totals.exchanged(&held.totals, &left.totals);
    out
}
