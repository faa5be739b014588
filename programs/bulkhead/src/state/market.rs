//! A market: one underlying in one quote mint, its parameters and its breaker. Read-only in fills.

use {
    crate::{
        constants::{MAX_LIVE_EXPIRIES, SETTLEMENT_BOND_UNITS},
        error::{refuse, BulkheadError},
        state::{breaker::Breaker, params::MarketParams},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        breaker::{allows, Action, Cause, Trip},
        grace,
        round::{ppm_of, Round},
    },
};

#[account]
pub struct Market {
    pub version: u8,
    pub bump: u8,
    pub vault_bump: u8,
    pub decimals: u8,
    pub shard_count: u8,
    pub _pad0: u8,
    pub id: u16,
    pub quote_mint: Address,
    pub vault: Address,
    pub token_program: Address,
    /// May submit volatility surfaces, within bounds.
    pub surface_authority: Address,
    /// Name of the underlying, zero-padded.
    pub symbol: [u8; 16],
    /// Lots in one unit of the underlying.
    pub lots_per_unit: u64,
    /// Step of an option's price, quote atoms per lot.
    pub tick_atoms: u64,
    pub params: MarketParams,
    pub breaker: Breaker,
    /// Identifiers of the live expiries by slot; zero is free.
    pub expiries: [u16; 8],
    /// Identifier that the next expiry gets; identifiers are never reused.
    pub next_expiry_id: u64,
    pub event_seq: u64,
    /// Changes of the parameters so far: a proposal made for older ones no longer applies.
    pub params_revision: u64,
    /// Live time at which liquidation was last opened again, and until which accounts must be due at the stable price, too.
    pub reopened_live: u64,
    pub reopened_grace_until: u64,
    /// Live time until which accounts must be due by the parameters before the change, too, and those.
    pub params_grace_until: u64,
    pub previous_params: MarketParams,
    /// Part of the caps on open interest that the pool's size allows; see `update_requirement`.
    pub oi_room_ppm: u64,
    pub _reserved: [u8; 48],
}

const _: () = assert!(MAX_LIVE_EXPIRIES == 8);
const _: () = assert!(core::mem::size_of::<Market>() == 1_264);

impl Market {
    /// Takes a free slot for a new expiry: `(slot, id)`.
    ///
    /// # Errors
    /// [`BulkheadError::TooManyExpiries`] when every slot is taken.
    pub fn open_expiry(&mut self) -> Result<(u8, u16)> {
        let id = u16::try_from(self.next_expiry_id).map_err(|_| BulkheadError::TooManyExpiries)?;
        let slot = self.expiries.iter().position(|e| *e == 0).ok_or(BulkheadError::TooManyExpiries)?;
        if let Some(entry) = self.expiries.get_mut(slot) {
            *entry = id;
        }
        self.next_expiry_id = self.next_expiry_id.checked_add(1).ok_or(BulkheadError::OutOfRange)?;
        Ok((u8::try_from(slot).map_err(|_| BulkheadError::TooManyExpiries)?, id))
    }

    /// Frees the slot of a settled expiry.
    pub fn close_expiry(&mut self, id: u16) {
        for entry in &mut self.expiries {
            if *entry == id {
                *entry = 0;
            }
        }
    }

    /// Lots that a series may have open while the pool is as large as it is, rounded down.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn open_cap_lots(&self) -> Result<u64> {
        ppm_of(self.params.series_oi_cap_lots, self.oi_room_ppm, Round::Down).map_err(refuse)
    }

    /// Whole units of the quote token, in atoms.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn atoms(&self, units: u64) -> Result<u64> {
        let unit = 10u64.checked_pow(u32::from(self.decimals)).ok_or(BulkheadError::OutOfRange)?;
        units.checked_mul(unit).ok_or_else(|| BulkheadError::OutOfRange.into())
    }

    /// What a settlement price needs behind it, quote atoms.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn settlement_bond(&self) -> Result<u64> {
        self.atoms(SETTLEMENT_BOND_UNITS)
    }

    /// Takes other parameters. Where margin differs by them, those before count for a while as well; after changes in a row it is
    /// those before the first, for the time that its grace has left: no change makes another's grace longer.
    pub fn replace_params(&mut self, params: MarketParams, live: u64) {
        if params.margin_differs(&self.params) && !self.has_params_grace(live) {
            self.previous_params = self.params;
            self.params_grace_until = live.saturating_add(grace::PARAMS_SECONDS);
        }
        self.params = params;
        self.params_revision = self.params_revision.wrapping_add(1);
    }

    #[must_use]
    pub const fn has_params_grace(&self, live: u64) -> bool {
        live < self.params_grace_until
    }

    /// Whether the rows of two sets of parameters count: then no array tells enough, and the expiries are needed.
    #[must_use]
    pub fn counts_two_rows(&self, live: u64) -> bool {
        self.has_params_grace(live) && self.params.rows_differ(&self.previous_params)
    }

    #[must_use]
    pub const fn has_reopened_grace(&self, live: u64) -> bool {
        live < self.reopened_grace_until
    }

    /// Sets a trip. Where it ends a level at which nobody could liquidate, the accounts get grace for the time it was closed.
    pub fn set_trip(&mut self, cause: Cause, trip: Trip, live: u64, now: i64) {
        let was_open = allows(self.breaker.level(now), Action::Liquidate);
        let since = self.breaker.trip(cause).since;
        self.breaker.set(cause, trip);
        if !was_open && allows(self.breaker.level(now), Action::Liquidate) {
            let until = live.saturating_add(grace::earned(now.saturating_sub(since)));
            self.reopened_live = live;
            self.reopened_grace_until = until.max(self.reopened_grace_until);
        }
    }

    /// Live time since which liquidation has been allowed without a break.
    #[must_use]
    pub const fn liquidation_open_since(&self) -> u64 {
        self.reopened_live
    }

    /// Whether an expiry was ever listed: from then on there may be money at risk.
    #[must_use]
    pub const fn has_listed(&self) -> bool {
        self.next_expiry_id > 1
    }
}
