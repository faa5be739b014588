//! Keeping the mark and the risk arrays fresh.

use {
    crate::{action::Action, chain::Now, config::Limits, mirror::Mirror},
    bulkhead_risk::{
        black76::Tenor,
        oracle::Reliance,
        risk_array::ForwardRisk,
        round::{ppm_of, Round},
    },
    bulkhead_sdk::bulkhead::{
        footing::{time, window},
        forward::forward_price,
        state::{Expiry, RiskArray},
    },
};

pub fn oracle(mirror: &Mirror, now: Now, limits: &Limits) -> Option<Action> {
    let since = now.unix.saturating_sub(mirror.oracle.mark.round_at);
    let due = since >= limits.oracle_interval_seconds.max(1);
    (due && mirror.oracle.source_count > 0).then_some(Action::UpdateOracle)
}

pub fn risk(mirror: &Mirror, now: Now, limits: &Limits) -> Vec<Action> {
    let due = |e: &&Expiry| {
        mirror.risk_array(e.id).is_some_and(|array| match e.is_fixed() {
            // Rows of an expiry that nobody holds any more are about to be closed.
            true => array.settled == 0 && !e.is_settled(),
            false => is_ageing(mirror, e, array, now, limits) && can_price(mirror, e, now),
        })
    };
    mirror.expiries.iter().filter(due).map(|e| Action::RefreshRisk { expiry: e.id }).collect()
}

/// True well before margin may no longer rely on the array, so that it never goes stale under a live keeper.
fn is_ageing(mirror: &Mirror, expiry: &Expiry, array: &RiskArray, now: Now, limits: &Limits) -> bool {
    let params = &mirror.market.params;
    if array.as_of == 0
        || array.outdated != 0
        || array.strikes_done != 0
        || array.surface_version != expiry.surface_version
        || array.params_revision != mirror.market.params_revision
        || expiry.observed_at != 0 && array.moving_lot != 0
    {
        return true;
    }
    let part = |whole: u64, ppm: u64| ppm_of(whole, ppm, Round::Down).unwrap_or(0);
    let age = u64::try_from(now.unix.saturating_sub(array.as_of)).unwrap_or(0);
    let drift = window(array.expires_at, params).map_or((u64::MAX, 0), |window| {
        (window.within(time(array.as_of), time(now.unix)), window.drift_seconds())
    });
    let moved = mirror.oracle.mark.price.abs_diff(array.mark);
    let allowed_move = part(array.mark, params.max_price_move_ppm);
    age > part(params.max_array_age_seconds, limits.array_age_ppm)
        || drift.0 > part(drift.1, limits.array_age_ppm)
        || moved > part(allowed_move, limits.array_move_ppm)
}

/// What the program asks before it computes rows.
fn can_price(mirror: &Mirror, expiry: &Expiry, now: Now) -> bool {
    let left = u64::try_from(expiry.expires_at.saturating_sub(now.unix)).unwrap_or(0);
    mirror.may_rely(Reliance::Refresh, now.unix)
        && expiry.surface_version > 0
        && Tenor::from_seconds(left).is_ok()
        && forward_price(mirror.oracle.mark.price, expiry.basis_ppm).is_ok_and(|forward| {
            let market = &mirror.market;
            ForwardRisk::new(forward, forward, market.lots_per_unit, &market.params.shocks()).is_ok()
        })
}
