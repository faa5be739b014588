//! Which slice of an account to take over: the one that restores its margin, buffer and all, at the least cost to it.
//!
//! Candidates are a share of the whole book, and every single leg with the fewest lots that restore. What a slice costs the account
//! is the discount and the fee on the maintenance it frees, and the trading fee that buying the slice back would cost: the same margin
//! is freed by fewer lots of the leg that needs it most. Among slices that cost nearly the same, one that brings delta, then vega,
//! then gamma nearer to zero comes first; and no leg is taken that costs more than the share of the book.
//!
//! A leg's lots are found by bisection on sums that exist once for the whole book (`ladder.rs`), so that 32 legs take microseconds.

mod ladder;

use crate::{
    exposure::{ExpiryRisk, SeriesRisk},
    greek_limits::{Greek, MoneyGreeks},
    liquidation::{lots_taken, Terms},
    margin::{Charges, Funds},
    math_error::MathError,
    measure::Measure,
    round::{mul_div, ppm_of, Round},
    scenario::PPM,
};
use ladder::{Ladder, Standing};

pub use ladder::MAX_EXPIRIES;

/// Slices within this share of the cheapest cost nearly the same, parts per million.
const NEAR_TIE_PPM: u64 = 50_000;
/// Steps in which a leg whose last lots were a hedge is searched for a number of lots that restores.
const PEAK_STEPS: usize = 16;

/// A leg with its prices.
#[derive(Clone, Copy, Debug)]
pub struct PricedLeg<'a> {
    pub lots: i64,
    /// Place of its expiry in [`Book::expiries`].
    pub expiry: usize,
    pub series: SeriesRisk<'a>,
}

/// An account's book with all that prices it. None of its expiries has passed.
#[derive(Clone, Copy, Debug)]
pub struct Book<'a> {
    /// Those of the legs, nearest first.
    pub expiries: &'a [ExpiryRisk<'a>],
    pub legs: &'a [PricedLeg<'a>],
    pub charges: &'a Charges,
}

/// What taking over is worth, and what trading back would cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tariff {
    /// The discount is the one in force now.
    pub terms: Terms,
    /// Fee of a trade, parts per million of the notional.
    pub trade_fee_ppm: u64,
}

/// What to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slice {
    /// Of every leg.
    Book,
    /// Of the leg in this place.
    Leg(usize),
}

/// Why this slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A leg that brings delta nearer to zero, as cheap as any.
    ReducesDelta,
    ReducesVega,
    ReducesGamma,
    /// It brings no Greek nearer to zero but costs least.
    CheapestLeg,
    /// No leg alone restores as cheaply as a share of all.
    WholeBook,
    /// Greeks beyond twice their limits in a guarded market are led back by a share of all.
    Greeks,
    /// Nothing is left to restore.
    Bankrupt,
}

/// A slice and what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Plan {
    pub slice: Slice,
    /// Of the leg or of every leg, parts per million; lots round up.
    pub share_ppm: u64,
    pub reason: Reason,
    /// To the account: discount, fee, and the trading fee to have the lots back. Quote atoms.
    pub cost: u64,
}

/// The cheapest slice that restores a measured account; `None` when it needs none. `greek_share_ppm`: the share of the book that its
/// Greeks ask for.
///
/// # Errors
/// [`MathError`] beyond the bounds of the margin engine.
pub fn plan(
    book: &Book,
    measure: &Measure,
    tariff: &Tariff,
    greek_share_ppm: u64,
) -> Result<Option<Plan>, MathError> {
    let restoring = measure.restoring_share(&tariff.terms)?;
    let share_ppm = restoring.max(greek_share_ppm);
    if share_ppm == 0 || book.legs.is_empty() {
        return Ok(None);
    }
    let ladder = Ladder::new(book)?;
    let desk = Desk { book, tariff, before: ladder.standing(measure.funds)?, ladder };
    let whole = Plan {
        slice: Slice::Book,
        share_ppm,
        reason: match share_ppm {
            PPM if desk.before.equity <= 0 => Reason::Bankrupt,
            share if share > restoring => Reason::Greeks,
            _ => Reason::WholeBook,
        },
        cost: desk.cost_of_share(share_ppm)?,
    };
    if whole.reason != Reason::WholeBook {
        return Ok(Some(whole));
    }
    let mut best = whole;
    for at in 0..book.legs.len() {
        if let Some(leg) = desk.leg(at)? {
            if leg.cost <= whole.cost && is_better(&leg, &best) {
                best = leg;
            }
        }
    }
    Ok(Some(best))
}

/// Nearly as cheap and for a better reason, or cheaper by more than that.
fn is_better(new: &Plan, held: &Plan) -> bool {
    let slack = |cost: u64| cost.saturating_add(cost.saturating_mul(NEAR_TIE_PPM).wrapping_div(PPM));
    if new.cost > slack(held.cost) {
        return false;
    }
    if held.cost > slack(new.cost) {
        return true;
    }
    (new.reason, new.cost) < (held.reason, held.cost)
}

struct Desk<'a> {
    book: &'a Book<'a>,
    tariff: &'a Tariff,
    ladder: Ladder<'a>,
    before: Standing,
}

/// What an account has after lots of one leg were taken, and what that cost.
struct Taken {
    after: Standing,
    cost: u64,
    /// The account had the cash to pay.
    is_paid: bool,
}

impl Desk<'_> {
    /// The fewest lots of a leg that restore; `None` when no number does, or the account cannot pay for it.
    fn leg(&self, at: usize) -> Result<Option<Plan>, MathError> {
        let Some(leg) = self.book.legs.get(at) else { return Ok(None) };
        let all = leg.lots.unsigned_abs();
        let Some(mut enough) = self.enough(at, all)? else { return Ok(None) };
        let mut few = 0u64;
        // Restored is a matter of more lots up to there: what a leg frees rises ever more slowly with its lots.
        while enough.wrapping_sub(few) > 1 {
            let middle = few.wrapping_add(enough.wrapping_sub(few) >> 1);
            if self.restores(&self.take(at, middle)?.after)? {
                enough = middle;
            } else {
                few = middle;
            }
        }
        let share_ppm = mul_div(enough, PPM, all, Round::Down)?.max(1);
        // A leg of more than a million lots has no share for every number of them.
        let lots = lots_taken(leg.lots, share_ppm)?.unsigned_abs();
        let share_ppm = if lots < enough { share_ppm.saturating_add(1) } else { share_ppm };
        let taken = self.take(at, lots_taken(leg.lots, share_ppm)?.unsigned_abs())?;
        if !taken.is_paid || !self.restores(&taken.after)? {
            return Ok(None);
        }
        let reason = reason(&self.before.greeks, &taken.after.greeks);
        Ok(Some(Plan { slice: Slice::Leg(at), share_ppm, reason, cost: taken.cost }))
    }

    /// Some number of lots that restores: all of them, or, where the last ones were a hedge, those that leave the most.
    fn enough(&self, at: usize, all: u64) -> Result<Option<u64>, MathError> {
        if self.restores(&self.take(at, all)?.after)? {
            return Ok(Some(all));
        }
        let (mut low, mut high) = (0u64, all);
        for _ in 0..PEAK_STEPS {
            let middle = low.midpoint(high);
            if middle == low {
                return Ok(None);
            }
            let (here, next) = (self.take(at, middle)?.after, self.take(at, middle.wrapping_add(1))?.after);
            if self.restores(&here)? {
                return Ok(Some(middle));
            }
            if self.lack(&next)? < self.lack(&here)? {
                low = middle;
            } else {
                high = middle;
            }
        }
        Ok(None)
    }

    /// How far from restored, quote atoms.
    fn lack(&self, after: &Standing) -> Result<i64, MathError> {
        Ok(after.equity_health()?.min(after.cover_health()?).saturating_neg())
    }

    fn take(&self, at: usize, lots: u64) -> Result<Taken, MathError> {
        let leg = self.book.legs.get(at).ok_or(MathError::Domain)?;
        let expiry = self.book.expiries.get(leg.expiry).ok_or(MathError::Domain)?;
        let moved = i64::try_from(lots).map_err(|_| MathError::Overflow)?.wrapping_mul(leg.lots.signum());
        let held = self.ladder.alone(at, leg.lots)?;
        let left = self.ladder.alone(at, leg.lots.wrapping_sub(moved))?;
        let unpaid = self.ladder.replaced(self.before.funds, at, &held, &left)?;
        let freed = self.before.maintenance.saturating_sub(unpaid.maintenance);
        let charge = self.charge(freed)?;
        let trade = ppm_of(lots.wrapping_mul(expiry.forward), self.tariff.trade_fee_ppm, Round::Up)?;
        // What the account pays: the discount and the fee, less what the lots are worth.
        let worth = held.totals.value.wrapping_sub(left.totals.value);
        let cash = i64::try_from(self.before.funds.cash).map_err(|_| MathError::Overflow)?;
        let cash = cash.checked_add(worth).and_then(|c| c.checked_sub_unsigned(charge));
        let cash = cash.ok_or(MathError::Overflow)?;
        let funds = Funds { cash: u64::try_from(cash).unwrap_or(0), ..self.before.funds };
        let after = Standing {
            funds,
            equity: self.before.equity.checked_sub_unsigned(charge).ok_or(MathError::Overflow)?,
            ..unpaid
        };
        Ok(Taken { after, cost: charge.saturating_add(trade), is_paid: cash >= 0 })
    }

    /// Discount and fee on freed maintenance; while the account is solvent its reward is no more than the slice's share of what
    /// it has.
    fn charge(&self, freed: u64) -> Result<u64, MathError> {
        let terms = &self.tariff.terms;
        let reward = ppm_of(freed, terms.discount_ppm, Round::Down)?;
        let reward = match u64::try_from(self.before.equity) {
            Ok(equity) if equity > 0 => {
                reward.min(mul_div(equity, freed, self.before.maintenance.max(1), Round::Down)?)
            }
            _ => reward,
        };
        Ok(reward.saturating_add(ppm_of(freed, terms.fee_ppm, Round::Up)?))
    }

    fn cost_of_share(&self, share_ppm: u64) -> Result<u64, MathError> {
        let charge = self.charge(ppm_of(self.before.maintenance, share_ppm, Round::Down)?)?;
        let mut notional = 0u64;
        for leg in self.book.legs {
            let lots = lots_taken(leg.lots, share_ppm)?.unsigned_abs();
            let expiry = self.book.expiries.get(leg.expiry).ok_or(MathError::Domain)?;
            notional = notional.saturating_add(lots.wrapping_mul(expiry.forward));
            // 2^20 lots x 2^37
        }
        Ok(charge.saturating_add(ppm_of(notional, self.tariff.trade_fee_ppm, Round::Up)?))
    }

    /// What was short is restored with the buffer, and what was not short still is not.
    fn restores(&self, after: &Standing) -> Result<bool, MathError> {
        let whole = PPM.checked_add(self.tariff.terms.buffer_ppm).ok_or(MathError::Overflow)?;
        let equity_held = match self.before.equity_health()? < 0 {
            true => {
                let target = ppm_of(after.maintenance, whole, Round::Up)?;
                after.equity.checked_sub_unsigned(target).is_some_and(|s| s >= 0)
            }
            false => after.equity_health()? >= 0,
        };
        let cover_held = match self.before.cover_health()? < 0 {
            true => after.cover.buffered_surplus(&after.funds, &self.tariff.terms)?.is_none_or(|s| s >= 0),
            false => after.cover_health()? >= 0,
        };
        Ok(equity_held && cover_held)
    }
}

fn reason(before: &MoneyGreeks, after: &MoneyGreeks) -> Reason {
    let falls = |greek| after.get(greek).unsigned_abs() < before.get(greek).unsigned_abs();
    match () {
        () if falls(Greek::Delta) => Reason::ReducesDelta,
        () if falls(Greek::Vega) => Reason::ReducesVega,
        () if falls(Greek::Gamma) => Reason::ReducesGamma,
        () => Reason::CheapestLeg,
    }
}

#[cfg(test)]
mod tests;
