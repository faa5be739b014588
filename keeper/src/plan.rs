//! The planner: what the chain needs now, as a pure function of what it shows.
//!
//! A plan holds nothing that the program would refuse in the state it was made from. It is valid for that state
//! only, so the tick reads again after every role that changed something.

mod breaker;
mod crank;
mod desk;
mod lease;
mod liquidation;
mod pools;
mod proposal;
mod settlement;
mod sweep;

use crate::{
    action::Action,
    chain::Now,
    config::Config,
    mirror::Mirror,
    role::{Role, ROLES},
};

/// Everything there is to do, in order of roles.
#[must_use]
pub fn plan(mirror: &Mirror, now: Now, config: &Config) -> Vec<Action> {
    ROLES.into_iter().flat_map(|role| plan_role(mirror, now, config, role)).collect()
}

/// What one role has to do; nothing when the keeper does not have it.
#[must_use]
pub fn plan_role(mirror: &Mirror, now: Now, config: &Config, role: Role) -> Vec<Action> {
    if !config.roles.contains(&role) {
        return Vec::new();
    }
    let limits = &config.limits;
    match role {
        Role::Oracle => crank::oracle(mirror, now, limits).into_iter().collect(),
        Role::Risk => crank::risk(mirror, now, limits),
        Role::Breaker => breaker::plan(mirror, now),
        Role::Liquidation => liquidation::plan(mirror, now, config),
        Role::Settlement => settlement::plan(mirror, now, limits),
        Role::Propose => proposal::plan(mirror, now, config),
        Role::Fees => sweep::plan(mirror, now, config),
    }
}

#[cfg(test)]
mod tests;
