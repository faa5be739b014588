//! The auction of a margin account, stored within it.

use {
    crate::error::{refuse, BulkheadError},
    anchor_lang::prelude::*,
    bulkhead_risk::auction::{fee_allowance, Clock, REST_SECONDS},
    bytemuck::{Pod, Zeroable},
};

/// Times are live seconds of the market's oracle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct StoredAuction {
    /// Running number of the account's auctions; zero: there never was one.
    pub id: u64,
    pub opened_live: u64,
    /// Last start, confirmation or bid.
    pub touched_live: u64,
    /// Attended seconds, by which the discount rises.
    pub elapsed: u64,
    /// What bids may still pay in fees, quote atoms.
    pub fee_left: u64,
    /// What the pool was asked for and did not have, quote atoms.
    pub asked: u64,
    /// What the pool lent for the auction and no bid has used, quote atoms: it is in the account's cash, as far as that goes.
    pub lent: u64,
    pub is_open: u8,
    pub _pad: [u8; 7],
}

const _: () = assert!(core::mem::size_of::<StoredAuction>() == 64);

impl StoredAuction {
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.is_open != 0
    }

    #[must_use]
    pub const fn clock(&self) -> Clock {
        Clock { touched_live: self.touched_live, elapsed: self.elapsed }
    }

    /// Open, and attended lately.
    #[must_use]
    pub const fn is_running(&self, live: u64) -> bool {
        self.is_open() && !self.clock().has_lapsed(live)
    }

    /// Attended seconds that a bid would meet now, or the first one in an auction that begins now.
    #[must_use]
    pub fn elapsed_at(&self, live: u64, open_since: u64) -> u64 {
        if self.is_running(live) {
            self.clock().touched(live, open_since).elapsed
        } else {
            0
        }
    }

    /// The next auction begins.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn begin(&mut self, live: u64, maintenance: u64, fee_ppm: u64) -> Result<()> {
        *self = Self {
            id: self.id.checked_add(1).ok_or(BulkheadError::OutOfRange)?,
            opened_live: live,
            fee_left: fee_allowance(maintenance, fee_ppm).map_err(refuse)?,
            asked: self.asked,
            lent: self.lent,
            is_open: 1,
            ..Self::zeroed()
        };
        self.set(Clock::begin(live));
        Ok(())
    }

    /// Confirms a running auction, which keeps its clock going.
    ///
    /// # Errors
    /// [`BulkheadError::AuctionOpen`] so soon after the last touch that nothing would change.
    pub fn confirm(&mut self, live: u64, open_since: u64) -> Result<()> {
        require!(self.clock().rested(live) >= REST_SECONDS, BulkheadError::AuctionOpen);
        self.set(self.clock().touched(live, open_since));
        Ok(())
    }

    /// Touches the auction that somebody bids in or leases.
    ///
    /// # Errors
    /// [`BulkheadError::NoAuction`], [`BulkheadError::AuctionChanged`], [`BulkheadError::AuctionLapsed`].
    pub fn attend(&mut self, id: u64, live: u64, open_since: u64) -> Result<()> {
        require!(self.is_open(), BulkheadError::NoAuction);
        require!(self.id == id, BulkheadError::AuctionChanged);
        require!(!self.clock().has_lapsed(live), BulkheadError::AuctionLapsed);
        self.set(self.clock().touched(live, open_since));
        Ok(())
    }

    /// Nothing is left to bid for, and nothing left of what was lent.
    pub fn end(&mut self) {
        *self = Self { id: self.id, asked: self.asked, ..Self::zeroed() };
    }

    fn set(&mut self, clock: Clock) {
        (self.touched_live, self.elapsed) = (clock.touched_live, clock.elapsed);
    }
}
