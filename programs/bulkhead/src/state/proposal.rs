//! A queued change that loosens something.

use {
    crate::state::{params::MarketParams, registry::SourceSpec},
    anchor_lang::prelude::*,
};

/// What a proposal does, as its stored byte.
pub mod kind {
    /// Replace a market's parameters.
    pub const SET_PARAMS: u8 = 0;
    /// Clear one cause of a market's breaker.
    pub const CLEAR_TRIP: u8 = 1;
    /// Replace the governor.
    pub const SET_GOVERNOR: u8 = 2;
    /// Replace the guardians.
    pub const SET_GUARDIANS: u8 = 3;
    /// Wind a market down for good. Tightens, so it takes effect without a wait.
    pub const WIND_DOWN: u8 = 4;
    /// Add a price source, as an observer at first.
    pub const ADD_SOURCE: u8 = 5;
    /// Replace the key, or the panel, that sets a market's volatility surfaces.
    pub const SET_SURFACE_AUTHORITY: u8 = 6;
}

#[account]
pub struct Proposal {
    pub version: u8,
    pub bump: u8,
    pub kind: u8,
    /// For `CLEAR_TRIP`.
    pub cause: u8,
    pub guardian_count: u8,
    pub _pad0: [u8; 3],
    pub index: u64,
    pub created_at: i64,
    /// Executable from here...
    pub eta: i64,
    /// ...until here.
    pub lapses_at: i64,
    pub proposer: Address,
    /// The market concerned; all zeros for the protocol.
    pub market: Address,
    /// The new holder of a role, for `SET_GOVERNOR` and `SET_SURFACE_AUTHORITY`.
    pub holder: Address,
    pub guardians: [Address; 5],
    pub params: MarketParams,
    /// The market's count of changes when this was proposed.
    pub params_revision: u64,
    /// For `ADD_SOURCE`.
    pub source: SourceSpec,
    pub _pad1: [u8; 6],
    pub _reserved: [u8; 24],
}

const _: () = assert!(core::mem::size_of::<Proposal>() == 792);
