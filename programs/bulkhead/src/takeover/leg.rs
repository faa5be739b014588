//! Lots of one leg. The account is measured in full as it is afterwards; as it was before by one scenario, which follows from
//! that, and in full only where that does not tell enough.

use {
    super::{Offer, Sides, Taken},
    crate::{
        error::{refuse, BulkheadError},
        expiry_source::{OfExpiry, Sources},
        margin_basis::{cause, MarginBasis},
        quoted_book::{QuotedBook, QuotedExpiry},
        state::MarginAccount,
    },
    alloc::boxed::Box,
    anchor_lang::prelude::*,
    bulkhead_risk::{
        exposure::{ExpiryRisk, MAX_LEGS},
        liquidation::{payment, Slice, Standing, Terms},
        margin::Funds,
        measure::Measure,
        series_table::{Holding, Quote},
    },
};

/// What was moved, and what the account had before.
struct Move<'a> {
    leg: &'a Holding,
    quote: &'a Quote,
    taken: i64,
    funds: Funds,
    /// What of them the pool lent for the auction.
    lent: u64,
}

/// Why the account was due.
struct Before {
    causes: u64,
    terms: Terms,
    standing: Standing,
    health: i64,
    /// By every scenario, where one did not tell.
    whole: Option<Box<Measure>>,
}

/// # Errors
/// [`BulkheadError::NotLiquidatable`], [`BulkheadError::HealthWorsened`], [`BulkheadError::BeyondPlan`], those of [`Sides`].
#[inline(never)]
pub fn take(
    sides: &mut Sides,
    basis: &MarginBasis,
    sources: &Sources,
    book: &QuotedBook,
    offer: &Offer,
) -> Result<Taken> {
    let (expiry, leg) = one_leg(book)?;
    let source = sources.find(expiry.id)?.expiry();
    let quote = expiry.quote(leg, basis, source, offer.scenario)?;
    let mut lots = [0; MAX_LEGS];
    let handover = book.hand_over(sources.all(), offer.share_ppm, &mut lots)?;
    let [taken, ..] = lots;
    let (funds, lent) = (sides.account.funds(), sides.account.lent());
    let step = Move { leg, quote: &quote, taken, funds, lent };
    sides.move_all(book, &lots)?;
    let mut after = Box::new(basis.measure(sides.account, sources.all())?);
    let before = step.before(sides.account, basis, sources, &after, offer)?;

    let maintenance = before.standing.maintenance.saturating_sub(after.requirement.maintenance);
    let slice = Slice { value: handover.value, maintenance };
    let paid = payment(&slice, &before.standing, &before.terms, offer.fee_left).map_err(refuse)?;
    sides.pay(&paid, offer.min_payment)?;

    after.set_funds(sides.account.funds()).map_err(refuse)?;
    let health_after = after.maintenance_health().map_err(refuse)?;
    require!(health_after > before.health, BulkheadError::HealthWorsened);
    step.prove_causes(&before, &after, sides.account, basis, sources)?;
    let within = taken.unsigned_abs() == 1 || !is_beyond(&before, &after, basis)?;
    require!(within, BulkheadError::BeyondPlan);
    let greeks = &after.exposure.totals.greeks;
    let forward = step.expiry(basis, sources)?.forward;
    let gone = quote.series.greeks(forward).times(taken);
    let greeks_before = greeks.checked_add(&gone).ok_or(BulkheadError::OutOfRange)?;
    Ok(Taken {
        causes: before.causes,
        discount_ppm: before.terms.discount_ppm,
        share_ppm: offer.share_ppm,
        paid,
        greeks_fallen: greeks_before.fallen(greeks),
        health_before: before.health,
        health_after,
        serves: serves(&before, &after, basis)?,
    })
}

fn one_leg(book: &QuotedBook) -> Result<(&QuotedExpiry, &Holding)> {
    let expiry = book.expiries().first().ok_or(BulkheadError::NoSuchLeg)?;
    Ok((expiry, expiry.legs.first().ok_or(BulkheadError::NoSuchLeg)?))
}

impl Move<'_> {
    /// Finds out why the account was due, from what it is with the lots gone and nothing paid yet.
    #[inline(never)]
    fn before(
        &self,
        account: &MarginAccount,
        basis: &MarginBasis,
        sources: &Sources,
        after: &Measure,
        offer: &Offer,
    ) -> Result<Before> {
        let before = self.by_one_scenario(basis, sources, after, offer.scenario)?;
        let health = before.maintenance_health().map_err(refuse)?;
        if health < 0 {
            return Ok(Before {
                causes: cause::MAINTENANCE,
                terms: offer.terms,
                standing: before.standing(self.lent),
                health,
                whole: None,
            });
        }
        let whole = self.whole_before(account, basis, sources)?;
        let due = basis.due(&whole, &offer.terms)?;
        require!(due.causes != 0, BulkheadError::NotLiquidatable);
        let health = whole.maintenance_health().map_err(refuse)?;
        let (causes, terms) = (due.causes, due.terms(&offer.terms));
        Ok(Before { causes, terms, standing: whole.standing(self.lent), health, whole: Some(whole) })
    }

    fn expiry<'s>(&self, basis: &MarginBasis, sources: &'s Sources) -> Result<ExpiryRisk<'s>> {
        let source = sources.find(self.leg.expiry_id)?;
        source.expiry().expiry_risk(&basis.market.params, basis.now)
    }

    /// The account with its lots back, by one scenario. What nearer expiries ask for is not known from that.
    #[inline(never)]
    fn by_one_scenario(
        &self,
        basis: &MarginBasis,
        sources: &Sources,
        after: &Measure,
        scenario: usize,
    ) -> Result<Box<Measure>> {
        let left = self.quote.lots.saturating_sub(self.taken);
        let expiry = self.expiry(basis, sources)?;
        let before = after.by_one_scenario(scenario, self.quote, left, expiry, &basis.charges);
        Ok(Box::new(before.map_err(refuse)?))
    }

    /// The account as it was, by every scenario.
    #[inline(never)]
    fn whole_before(
        &self,
        account: &MarginAccount,
        basis: &MarginBasis,
        sources: &Sources,
    ) -> Result<Box<Measure>> {
        let mut account = *account;
        let leg = self.leg;
        account.move_leg(leg.expiry_id, leg.strike, leg.kind, self.taken)?;
        let mut whole = Box::new(basis.measure(&account, sources.all())?);
        whole.set_funds(self.funds).map_err(refuse)?;
        Ok(whole)
    }

    /// Cash for nearer expiries is not worse where it is short, and Greeks that the account was due for are nearer to their
    /// limits.
    fn prove_causes(
        &self,
        before: &Before,
        after: &Measure,
        account: &MarginAccount,
        basis: &MarginBasis,
        sources: &Sources,
    ) -> Result<()> {
        let cover = after.cover_health().map_err(refuse)?;
        if cover < 0 {
            let known = before.whole.as_ref().map(|whole| whole.cover_health());
            let was = match known {
                Some(was) => was.map_err(refuse)?,
                None => self.whole_before(account, basis, sources)?.cover_health().map_err(refuse)?,
            };
            require!(cover > was, BulkheadError::HealthWorsened);
        }
        if before.causes & cause::GREEKS != 0 {
            let limits = basis.market.params.account_limits();
            let share =
                |measure: &Measure| limits.share_beyond(&measure.exposure.totals.greeks).map_err(refuse);
            let was = before.whole.as_ref().map_or(Ok(0), |whole| share(whole))?;
            require!(share(after)? < was, BulkheadError::HealthWorsened);
        }
        Ok(())
    }
}

/// Half of what each cause asked for is made up for.
fn serves(before: &Before, after: &Measure, basis: &MarginBasis) -> Result<bool> {
    let Some(whole) = &before.whole else {
        return Ok(after.maintenance_health().map_err(refuse)? >= before.health >> 1);
    };
    let limits = basis.market.params.account_limits();
    let beyond = |measure: &Measure| limits.share_beyond(&measure.exposure.totals.greeks).map_err(refuse);
    let half = |after: i64, before: i64| before >= 0 || after >= before >> 1;
    Ok(half(after.maintenance_health().map_err(refuse)?, before.health)
        && half(after.cover_health().map_err(refuse)?, whole.cover_health().map_err(refuse)?)
        && (before.causes & cause::GREEKS == 0 || beyond(after)? <= beyond(whole)? >> 1))
}

/// Everything that the account was due for is more than restored.
fn is_beyond(before: &Before, after: &Measure, basis: &MarginBasis) -> Result<bool> {
    let params = &basis.market.params;
    let (equity, cover) = after.is_beyond_buffer(params.liquidation_buffer_ppm).map_err(refuse)?;
    let greeks = params.account_limits().breached(&after.exposure.totals.greeks) == 0;
    let restored = [(cause::MAINTENANCE, equity), (cause::COVER, cover), (cause::GREEKS, greeks)];
    Ok(restored.iter().all(|(cause, is_restored)| before.causes & cause == 0 || *is_restored))
}
