//! A provider's shares of a pool.

use {crate::constants::EXIT_WINDOW_SECONDS, anchor_lang::prelude::*};

#[account]
pub struct Stake {
    pub version: u8,
    pub bump: u8,
    pub _pad0: [u8; 6],
    /// The market whose pool it is in, or the senior pool.
    pub fund: Address,
    pub owner: Address,
    pub shares: u64,
    /// Shares asked to leave; they still bear losses until they do.
    pub exiting: u64,
    /// Unix time from which they may.
    pub unlock_at: i64,
    /// Hours since 1970 at the last exit, and the shares that left in that hour.
    pub hour: i64,
    pub left_in_hour: u64,
    pub _reserved: [u8; 16],
}

const _: () = assert!(core::mem::size_of::<Stake>() == 128);

impl Stake {
    /// Whether the time in which an unlocked request may be carried out has passed.
    #[must_use]
    pub fn has_lapsed(&self, now: i64) -> bool {
        self.exiting > 0 && now >= self.unlock_at.saturating_add(EXIT_WINDOW_SECONDS)
    }
}
