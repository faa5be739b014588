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
    /// Fix settlement prices and settle accounts
    Settlement,
    /// Sweep fees into the pool, close settled expiries, collect what publishers owe, resolve leases
    Fees,
}

/// Every role. Each one stands on what those before it brought up to date.
pub const ROLES: [Role; 6] =
    [Role::Oracle, Role::Risk, Role::Breaker, Role::Liquidation, Role::Settlement, Role::Fees];
