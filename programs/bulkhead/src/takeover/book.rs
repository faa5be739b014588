//! A share of every leg, up to what ends the account's need.
//!
//! The account is measured by one scenario alone. That is a lower bound of its requirement, whatever scenario the bidder
//! names: it never finds an account due that is not, and never takes more than the plan.

use {
    super::{Offer, Sides, Taken},
    crate::{
        error::{refuse, BulkheadError},
        expiry_source::Sources,
        margin_basis::{cause, MarginBasis},
        quoted_book::QuotedBook,
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        exposure::MAX_LEGS,
        greek_limits::MoneyGreeks,
        liquidation::{payment, Slice},
        round::{ppm_of, Round},
    },
};

/// # Errors
/// [`BulkheadError::NotLiquidatable`], [`BulkheadError::HealthWorsened`], those of [`Sides`].
#[inline(never)]
pub fn take(
    sides: &mut Sides,
    basis: &MarginBasis,
    sources: &Sources,
    book: &QuotedBook,
    offer: &Offer,
) -> Result<Taken> {
    let before = basis.measure_one(sides.account, sources.all(), book)?;
    let due = basis.due(&before, &offer.terms)?;
    require!(due.causes != 0, BulkheadError::NotLiquidatable);
    let terms = due.terms(&offer.terms);
    let share_ppm = due.share_ppm.min(offer.share_ppm);
    let mut lots = [0; MAX_LEGS];
    let handover = book.hand_over(sources.all(), share_ppm, &mut lots)?;
    let maintenance = ppm_of(before.requirement.maintenance, share_ppm, Round::Down).map_err(refuse)?;
    let slice = Slice { value: handover.value, maintenance };
    let paid =
        payment(&slice, &before.standing(sides.account.lent()), &terms, offer.fee_left).map_err(refuse)?;
    let freed = handover.freed(&slice, basis.charges.maintenance_ppm).map_err(refuse)?;
    let gain = freed.checked_sub(paid.equity_lost(slice.value).map_err(refuse)?);
    let gain = gain.ok_or(BulkheadError::OutOfRange)?;

    let exact = if gain > 0 { None } else { Some(exact_health(sides, basis, sources)?) };
    sides.move_all(book, &lots)?;
    sides.pay(&paid, offer.min_payment)?;
    if let Some(exact) = exact {
        require!(exact_health(sides, basis, sources)? > exact, BulkheadError::HealthWorsened);
    }
    let health_before = before.maintenance_health().map_err(refuse)?;
    let health_after = health_before.checked_add(gain).ok_or(BulkheadError::OutOfRange)?;
    Ok(Taken {
        causes: due.causes,
        discount_ppm: terms.discount_ppm,
        share_ppm,
        paid,
        // In proportion, whole lots aside: all that the book has.
        greeks_fallen: before.exposure.totals.greeks.fallen(&MoneyGreeks::default()),
        health_before,
        health_after,
        serves: match due.causes {
            cause::MAINTENANCE => health_after >= health_before >> 1,
            // Health need not be short at all: half of the share that any cause asked for.
            _ => share_ppm >= due.share_ppm >> 1,
        },
    })
}

/// Health by the worst scenario. Needed only where whole lots weigh so much that arithmetic alone proves nothing.
#[inline(never)]
fn exact_health(sides: &Sides, basis: &MarginBasis, sources: &Sources) -> Result<i64> {
    basis.measure(sides.account, sources.all())?.maintenance_health().map_err(refuse)
}
