//! The pools behind losses: loans of the senior pool, what of them goes back, and the size that the market's own should have.

use {
    crate::{action::Action, chain::Now, config::Limits, mirror::Mirror},
    bulkhead_risk::{
        aggregate_loss::{oi_room_ppm, required_pool, AggregateLoss},
        round::{ppm_of, Round, PPM_ONE},
    },
    bulkhead_sdk::bulkhead::{
        constants::UNMET_LIFE_SECONDS, expiry_source::ExpirySource, required_size::add_expiry,
        state::RiskArray,
    },
};

/// A limit by the day gives a little every second: a draw is worth a transaction from this part of what may come on.
const LEAST_PART: u64 = 8;

/// Lends what losses lack beyond the market's own pool.
pub fn draw(mirror: &Mirror, now: Now) -> Option<Action> {
    let (pool, senior) = (&mirror.pool, mirror.senior.as_ref()?);
    let wanted = pool.wanted_of_senior(&mirror.market.params, now.unix).ok()?;
    let drawable = senior.drawable(&pool.senior_draws, now.unix).ok()?;
    let of_a_day = senior.backing_of_market().ok()?;
    let is_worth = is_worth(drawable, wanted.min(of_a_day));
    (pool.may_borrow(now.unix) && wanted > 0 && is_worth).then_some(Action::DrawSenior)
}

/// What losses asked for in vain is about to be forgotten while the senior pool may still lend for it.
pub fn fades(mirror: &Mirror, now: Now) -> bool {
    let pool = &mirror.pool;
    let is_backed = mirror.senior.is_some() && pool.may_borrow(now.unix);
    is_backed && now.unix >= pool.unmet_at.saturating_add(UNMET_LIFE_SECONDS >> 1)
}

/// Whether the pool has something worth asking for, for a loss that has asked before and is `missing` so much; or the loss fades.
pub fn is_worth_asking(mirror: &Mirror, missing: u64, now: Now) -> bool {
    let pool = &mirror.pool;
    let own = pool.own_drawable(&mirror.market.params, now.unix).unwrap_or(0);
    pool.senior_cash > 0 || is_worth(own, missing.min(pool.cash)) || fades(mirror, now)
}

fn is_worth(drawable: u64, most: u64) -> bool {
    drawable > 0 && drawable.saturating_mul(LEAST_PART) >= most
}

/// Brings the senior pool what the market holds of its own, or may pay back.
pub fn repay(mirror: &Mirror, now: Now, limits: &Limits) -> Option<Action> {
    mirror.senior?;
    let (mut pool, params) = (mirror.pool, &mirror.market.params);
    pool.settle_loan(params, now.unix).ok()?;
    let may_leave = mirror.ledger.may_leave(params, now.unix).ok()?;
    let amount = pool.senior_due.min(may_leave);
    (amount >= limits.min_repay_atoms).then_some(Action::RepaySenior)
}

/// Measures the required size anew where it would come out differently, on fresh arrays alone.
pub fn requirement(mirror: &Mirror, now: Now, limits: &Limits) -> Option<Action> {
    let (market, pool) = (&mirror.market, &mirror.pool);
    let required = required_pool(worst_loss(mirror, now)?, market.params.pool_requirement_ppm).ok()?;
    let available = pool.available(mirror.senior.as_ref(), now.unix).ok()?;
    let room = oi_room_ppm(available, required).ok()?;
    let tolerated = |whole| ppm_of(whole, limits.requirement_drift_ppm, Round::Down).unwrap_or(0);
    let drifted = required.abs_diff(pool.required) > tolerated(pool.required)
        || room.abs_diff(market.oi_room_ppm) > tolerated(PPM_ONE)
        || (room == 0) != (market.oi_room_ppm == 0)
        || (room == PPM_ONE) != (market.oi_room_ppm == PPM_ONE);
    let expiries = market.expiries.into_iter().filter(|id| *id != 0).collect();
    drifted.then_some(Action::UpdateRequirement { expiries })
}

/// `None` where the program would refuse to measure it.
fn worst_loss(mirror: &Mirror, now: Now) -> Option<u64> {
    mirror.has_all_shards().then_some(())?;
    let mut loss = AggregateLoss::default();
    for id in mirror.market.expiries.into_iter().filter(|id| *id != 0) {
        let array: &RiskArray = mirror.risk_array(id)?;
        if array.as_of == 0 {
            continue; // without a mark nothing was ever traded in it
        }
        array.is_fresh(&mirror.oracle, &mirror.market.params, now).ok()?.then_some(())?;
        add_expiry(&mut loss, array, mirror.shards.iter());
    }
    Some(loss.worst())
}

#[cfg(test)]
mod tests;
