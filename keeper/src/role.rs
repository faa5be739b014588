//! What a keeper does, in the order in which a tick does it.

use {
    clap::ValueEnum,
    serde::{Deserialize, Serialize},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Form the mark from the registered sources
    Oracle,
    /// Compute risk arrays
    Risk,
    /// Report faults and prove recovery
    Breaker,
    /// Take over accounts below maintenance; needs a funded margin account
    Liquidation,
    /// Fix settlement prices, settle accounts, have the pools lend for shortfalls
    Settlement,
    /// Propose and dispute settlement prices with bonds of its own; needs a margin account and a wallet
    Propose,
    /// Sweep fees into the pools, measure the required size, close settled expiries, collect what publishers owe, resolve leases
    Fees,
}

/// Every role. Each one stands on what those before it brought up to date.
pub const ROLES: [Role; 7] =
    [Role::Oracle, Role::Risk, Role::Breaker, Role::Liquidation, Role::Settlement, Role::Propose, Role::Fees];

/// What a keeper does unless it is told otherwise: everything but putting its own money behind prices.
pub const DEFAULT_ROLES: [Role; 6] =
    [Role::Oracle, Role::Risk, Role::Breaker, Role::Liquidation, Role::Settlement, Role::Fees];
