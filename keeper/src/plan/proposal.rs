//! Settlement prices with a bond of the keeper's own behind them, where no average serves: the reference is proposed, and what
//! somebody else proposed too far from it is disputed with the reference.

use {
    crate::{action::Action, chain::Now, config::Config, mirror::Mirror},
    bulkhead_risk::round::{ppm_of, Round},
    bulkhead_sdk::bulkhead::state::Expiry,
};

/// As many as the keeper's wallet has bonds for.
pub fn plan(mirror: &Mirror, now: Now, config: &Config) -> Vec<Action> {
    let is_own = mirror.account(&config.account).is_some_and(|own| own.owner == config.authority);
    if config.wallet.is_none() || !is_own {
        return Vec::new();
    }
    let mut money = mirror.wallet_balance;
    let words = mirror.expiries.iter().filter_map(|expiry| word(mirror, expiry, now, config));
    let affordable = words.filter_map(|(action, bond)| {
        money = money.checked_sub(bond)?;
        Some(action)
    });
    affordable.collect()
}

/// What is to be said of an expiry, and the bond for it. Once the buckets were taken down the reference stays as it is.
fn word(mirror: &Mirror, expiry: &Expiry, now: Now, config: &Config) -> Option<(Action, u64)> {
    let params = &mirror.market.params;
    let (id, reference) = (expiry.id, expiry.reference);
    let seen = expiry.observation(&mirror.oracle, params, now.unix).ok()??;
    let is_open = !expiry.is_fixed() && expiry.observed_at != 0 && reference != 0;
    if !is_open || expiry.fixing(&seen, params, now.unix).ok()?.is_some() {
        return None;
    }
    if !expiry.proposal.is_named() {
        let may = expiry.may_propose(&seen, params, now.unix).ok()?;
        let bond = mirror.market.settlement_bond().ok()?;
        return may.then_some((Action::ProposePrice { expiry: id, price: reference }, bond));
    }
    let tolerated = ppm_of(reference, config.limits.dispute_tolerance_ppm, Round::Down).ok()?;
    let is_off = expiry.proposal.price.abs_diff(reference) > tolerated;
    let may = is_off && expiry.may_dispute(params, now.unix).ok()?;
    may.then_some((Action::DisputePrice { expiry: id, price: reference }, expiry.proposal.bond))
}

#[cfg(test)]
mod tests;
