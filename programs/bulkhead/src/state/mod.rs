//! Account layouts and the transitions each of them allows.

pub mod auction;
pub mod bond;
pub mod bonded_price;
pub mod breaker;
pub mod bucket;
pub mod claim;
pub mod expiry;
pub mod feed;
pub mod fund;
pub mod keeper_bond;
pub mod lease;
pub mod ledger;
pub mod leg;
pub mod margin_account;
pub mod market;
pub mod oi_shard;
pub mod oracle;
pub mod panel;
pub mod params;
pub mod pool;
pub mod proposal;
pub mod protocol;
pub mod registry;
pub mod risk_array;
pub mod seeds;
pub mod senior;
pub mod senior_loan;
pub mod stake;

pub use {
    bonded_price::BondedPrice,
    breaker::Breaker,
    claim::{claim_kind, Claim},
    expiry::Expiry,
    feed::PublisherFeed,
    keeper_bond::KeeperBond,
    lease::StoredLease,
    ledger::Ledger,
    leg::Leg,
    margin_account::MarginAccount,
    market::Market,
    oi_shard::OiShard,
    oracle::OracleAggregate,
    panel::{SurfacePanel, SurfaceVote},
    params::MarketParams,
    pool::Pool,
    proposal::Proposal,
    protocol::Protocol,
    registry::{Source, SourceSpec},
    risk_array::RiskArray,
    senior::SeniorPool,
    stake::Stake,
};

/// Bytes of an account of type `T`: the discriminator and the layout.
#[allow(clippy::arithmetic_side_effects)] // const: checked by the compiler
#[must_use]
pub const fn space_of<T>() -> usize {
    8 + core::mem::size_of::<T>()
}
