//! What slices do to an account, and what they cost it.

use super::{
    ladder::{Ladder, Standing},
    reason, Book, Plan, PricedLeg, Slice, Tariff,
};
use crate::{
    exposure::Exposure,
    liquidation::lots_taken,
    margin::{health, Funds},
    math_error::MathError,
    round::{mul_div, ppm_of, Round},
    scenario::PPM,
};

/// Steps in which a leg whose last lots were a hedge is searched for a number of lots that restores.
const PEAK_STEPS: usize = 16;

/// An account and the terms that its slices meet.
pub struct Desk<'a> {
    pub book: &'a Book<'a>,
    pub tariff: &'a Tariff,
    pub ladder: Ladder<'a>,
    pub before: Standing,
}

/// One leg that lots may be taken of.
struct Offer<'a> {
    desk: &'a Desk<'a>,
    at: usize,
    leg: &'a PricedLeg<'a>,
    /// All of its lots, alone.
    held: Exposure,
    /// Value of one lot of its forward.
    forward: u64,
}

/// What an account has after lots of one leg were taken, and what that cost.
struct Taken {
    lots: u64,
    after: Standing,
    cost: u64,
    /// The account had the cash to pay.
    is_paid: bool,
}

impl Desk<'_> {
    /// The most lots of a leg that lead no further than the buffer, if they are enough; `None` when no number does, or the account cannot pay for it.
    pub fn leg(&self, at: usize) -> Result<Option<Plan>, MathError> {
        let leg = self.book.legs.get(at).ok_or(MathError::Domain)?;
        let forward = self.book.expiries.get(leg.expiry).ok_or(MathError::Domain)?.forward;
        let held = self.ladder.alone(at, leg.lots)?;
        Offer { desk: self, at, leg, held, forward }.plan()
    }

    /// Discount and fee on freed maintenance.
    fn charge(&self, freed: u64) -> Result<u64, MathError> {
        let terms = &self.tariff.terms;
        let reward = ppm_of(freed, terms.discount_ppm, Round::Down)?;
        Ok(reward.saturating_add(ppm_of(freed, terms.fee_ppm, Round::Down)?))
    }

    /// What a share of every leg costs.
    pub fn cost_of_share(&self, share_ppm: u64) -> Result<u64, MathError> {
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

    /// What was short is restored, buffer and all, and what was not short still is not.
    fn restores(&self, after: &Standing) -> Result<bool, MathError> {
        Ok(self.least_surplus(after)? >= 0)
    }

    /// More than that: one lot of a leg may do so, more may not.
    fn is_beyond(&self, after: &Standing) -> Result<bool, MathError> {
        Ok(self.least_surplus(after)? > 0)
    }

    /// Nothing is short any more, the buffer apart.
    fn heals(&self, after: &Standing) -> Result<bool, MathError> {
        Ok(after.equity_health()? >= 0 && after.cover_health()? >= 0)
    }

    /// The smaller surplus over the buffer of equity and cover, as far as they were short; below zero where the other is short
    /// now.
    fn least_surplus(&self, after: &Standing) -> Result<i64, MathError> {
        let whole = PPM.checked_add(self.tariff.terms.buffer_ppm).ok_or(MathError::Overflow)?;
        let buffered = health(after.equity, ppm_of(after.maintenance, whole, Round::Up)?)?;
        let cover = after.cover.surplus_beyond(&after.funds, whole)?.unwrap_or(i64::MAX);
        let equity = counted(self.before.equity_health()?, after.equity_health()?, buffered);
        Ok(equity.min(counted(self.before.cover_health()?, after.cover_health()?, cover)))
    }
}

/// A surplus over the buffer where there was a shortfall before; otherwise no more than whether there is one now.
fn counted(before: i64, after: i64, buffered: i64) -> i64 {
    match before < 0 {
        true => buffered,
        false if after < 0 => after,
        false => i64::MAX,
    }
}

impl Offer<'_> {
    fn plan(&self) -> Result<Option<Plan>, MathError> {
        let all = self.leg.lots.unsigned_abs();
        let Some(mut enough) = self.enough(all)? else { return Ok(None) };
        let mut few = 0u64;
        // More lots restore more up to there: what a leg frees rises ever more slowly with its lots.
        while enough.wrapping_sub(few) > 1 {
            let middle = few.midpoint(enough);
            if self.restores(middle)? {
                enough = middle;
            } else {
                few = middle;
            }
        }
        // The last lot may lead beyond the buffer; then it stays where it is.
        let last = self.take(enough)?;
        if enough > 1 && self.desk.is_beyond(&last.after)? {
            enough = enough.wrapping_sub(1);
        }
        let share_ppm = mul_div(enough, PPM, all, Round::Down)?.max(1);
        // A leg of more than a million lots has no share for every number of them.
        let lots = lots_taken(self.leg.lots, share_ppm)?.unsigned_abs();
        let share_ppm = if lots < enough { share_ppm.saturating_add(1) } else { share_ppm };
        let taken = self.take(lots_taken(self.leg.lots, share_ppm)?.unsigned_abs())?;
        let is_within = taken.lots == 1 || !self.desk.is_beyond(&taken.after)?;
        if !taken.is_paid || !is_within || !self.desk.heals(&taken.after)? {
            return Ok(None);
        }
        let reason = reason(&self.desk.before.greeks, &taken.after.greeks);
        Ok(Some(Plan { slice: Slice::Leg(self.at), share_ppm, reason, cost: taken.cost }))
    }

    fn restores(&self, lots: u64) -> Result<bool, MathError> {
        self.desk.restores(&self.take(lots)?.after)
    }

    /// Some number of lots that restores: all of them, or, where the last ones were a hedge, those that leave the most.
    fn enough(&self, all: u64) -> Result<Option<u64>, MathError> {
        if self.restores(all)? {
            return Ok(Some(all));
        }
        let (mut low, mut high) = (0u64, all);
        for _ in 0..PEAK_STEPS {
            let middle = low.midpoint(high);
            if middle == low {
                break;
            }
            let (here, next) = (self.take(middle)?.after, self.take(middle.wrapping_add(1))?.after);
            if self.desk.restores(&here)? {
                return Ok(Some(middle));
            }
            if lack(&next)? < lack(&here)? {
                low = middle;
            } else {
                high = middle;
            }
        }
        Ok(None)
    }

    fn take(&self, lots: u64) -> Result<Taken, MathError> {
        let Self { desk, at, leg, held, forward } = self;
        let before = &desk.before;
        let moved = i64::try_from(lots).map_err(|_| MathError::Overflow)?.wrapping_mul(leg.lots.signum());
        let left = desk.ladder.alone(*at, leg.lots.wrapping_sub(moved))?;
        let unpaid = desk.ladder.replaced(before.funds, *at, held, &left)?;
        let charge = desk.charge(before.maintenance.saturating_sub(unpaid.maintenance))?;
        let trade = ppm_of(lots.wrapping_mul(*forward), desk.tariff.trade_fee_ppm, Round::Up)?;
        // What the account pays: the discount and the fee, less what the lots are worth.
        let worth = held.totals.value.wrapping_sub(left.totals.value);
        let cash = i64::try_from(before.funds.cash).map_err(|_| MathError::Overflow)?;
        let cash = cash.checked_add(worth).and_then(|c| c.checked_sub_unsigned(charge));
        let cash = cash.ok_or(MathError::Overflow)?;
        let funds = Funds { cash: u64::try_from(cash).unwrap_or(0), ..before.funds };
        let equity = before.equity.checked_sub_unsigned(charge).ok_or(MathError::Overflow)?;
        let after = Standing { funds, equity, ..unpaid };
        Ok(Taken { lots, after, cost: charge.saturating_add(trade), is_paid: cash >= 0 })
    }
}

/// How far from its requirements, quote atoms.
fn lack(after: &Standing) -> Result<i64, MathError> {
    Ok(after.equity_health()?.min(after.cover_health()?).saturating_neg())
}
