//! Settlement: the price of an expiry is fixed by time buckets, and payouts never depend on who comes first.
//!
//! Every account's legs in an expiry net to one amount. What a payer owes is collected from its own cash; the pool is asked
//! once for what is missing when no short lot is left. From then on every winner is due its claim times one index, collected
//! over due, less what it had. The index only rises: with what the pool adds, and with what those who owe still bring. So a
//! shortfall is a pro-rata haircut on that expiry's profit, nobody else's, and it shrinks until the time for recovery is over.

mod buckets;
mod price;
#[cfg(test)]
mod tests;

pub use {
    buckets::{kept, last_closed, record, Bucket, Kept, RING_BUCKETS},
    price::{
        fix, is_in_band, judge, may_dispute, may_propose, observe, Fixing, LastMark, Observation, Proposal,
        Tier, Verdict, DISPUTE_BUCKETS, FULL_COVERAGE_PPM, PARTIAL_AFTER_BUCKETS, PARTIAL_COVERAGE_PPM,
        PROPOSALS_FROM_BUCKETS, PROPOSALS_UNTIL_BUCKETS, PROPOSAL_BAND_PPM, WINDOW_BUCKETS,
    },
};

use crate::{
    exposure::{OptionKind, MAX_ROW_ATOMS},
    math_error::MathError,
    round::{mul_div, Round},
    surface::per_lot,
};

/// Time after the fixing in which those who owe may still make up for a haircut, seconds.
pub const RECOVERY_SECONDS: i64 = 7 * 86_400;

/// What one long lot pays at a settlement price, quote atoms, rounded down. Margin is never given on more than the cap, and with
/// it no sum of payoffs can leave its range and hold up a settlement.
///
/// # Errors
/// [`MathError::DivideByZero`] when a unit holds no lots.
pub fn payoff_per_lot(
    kind: OptionKind,
    strike: u64,
    price: u64,
    lots_per_unit: u64,
) -> Result<u64, MathError> {
    let per_unit = match kind {
        OptionKind::Call => price.saturating_sub(strike),
        OptionKind::Put => strike.saturating_sub(price),
    };
    Ok(per_lot(per_unit, lots_per_unit)?.min(MAX_ROW_ATOMS - 1))
}

/// What an account that owes in an expiry pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[must_use]
pub struct Collection {
    pub to_winners: u64,
    /// Back to the pool, which stood in for the account.
    pub to_pool: u64,
}

/// Collects `owed` from `cash`: first what the winners are `missing`, then what the pool lent.
pub fn collect(owed: u64, cash: u64, missing: u64) -> Collection {
    let paid = owed.min(cash);
    let to_winners = paid.min(missing);
    Collection { to_winners, to_pool: paid.saturating_sub(to_winners) }
}

/// A winner's share of what was collected, quote atoms, rounded down. `due` is the sum of all claims.
///
/// # Errors
/// [`MathError::Overflow`] never for `claim <= due`.
pub fn payout(claim: u64, collected: u64, due: u64) -> Result<u64, MathError> {
    if collected >= due {
        return Ok(claim);
    }
    mul_div(claim, collected, due, Round::Down)
}
