//! Which slice of an account to take over: the one that restores its margin, buffer and all, at the least cost to it.
//!
//! Candidates are a share of the whole book, and every single leg with the lots that restore it and no more. What a slice costs the account
//! is the discount and the fee in force on the maintenance it frees, and the trading fee that buying the slice back would cost: the same margin
//! is freed by fewer lots of the leg that needs it most. Among slices that cost nearly the same, one that brings delta, then vega,
//! then gamma nearer to zero comes first; and no leg is taken that costs more than the share of the book.
//!
//! A leg's lots are found by bisection on sums that exist once for the whole book (`ladder.rs`), so that 32 legs take microseconds.

mod desk;
mod ladder;

use crate::{
    exposure::{ExpiryRisk, SeriesRisk},
    greek_limits::{Greek, MoneyGreeks},
    liquidation::Terms,
    margin::Charges,
    math_error::MathError,
    measure::Measure,
    scenario::PPM,
};
use desk::Desk;
use ladder::Ladder;

pub use ladder::MAX_EXPIRIES;

/// Slices within this share of the cheapest cost nearly the same, parts per million.
const NEAR_TIE_PPM: u64 = 50_000;

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
    let terms = measure.standing(0).terms_in_force(&tariff.terms)?;
    let tariff = &Tariff { terms, ..*tariff };
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
