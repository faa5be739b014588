//! A keeper's right to be the only one to bid in an auction for some slots, and its duty to do so.
//!
//! ```text
//!           take_lease        the keeper's bid while it runs
//!   none ---------------> open ------------------------------> fulfilled --.
//!    ^                     | |  the auction ends without a bid              |  resolve_lease
//!    |                     | '-------------------------------> excused ----+---------------> resolved
//!    |                     |    anybody's bid after its end                 |
//!    |                     '---------------------------------> missed -----'
//! ```
//!
//! Each auction is leased once at most; from the end of its lease on the job is everybody's.

use {
    crate::{constants::LEASE_SLOTS, error::BulkheadError, now::Now},
    anchor_lang::prelude::*,
    bytemuck::{Pod, Zeroable},
};

/// Where a lease stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum LeaseState {
    None = 0,
    Open = 1,
    Fulfilled = 2,
    Excused = 3,
    Missed = 4,
    Resolved = 5,
}

impl LeaseState {
    /// Unknown bytes are a miss.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        match byte {
            0 => Self::None,
            1 => Self::Open,
            2 => Self::Fulfilled,
            3 => Self::Excused,
            5 => Self::Resolved,
            _ => Self::Missed,
        }
    }
}

/// The last lease of an account's auctions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct StoredLease {
    pub keeper: Address,
    /// Last slot in which nobody else may bid.
    pub until_slot: u64,
    pub auction_id: u64,
    /// [`LeaseState`].
    pub state: u8,
    pub _pad0: [u8; 7],
}

const _: () = assert!(core::mem::size_of::<StoredLease>() == 56);

impl StoredLease {
    #[must_use]
    pub const fn state(&self) -> LeaseState {
        LeaseState::from_byte(self.state)
    }

    /// Whether nothing is left to resolve.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        matches!(self.state(), LeaseState::None | LeaseState::Resolved)
    }

    /// Begins the lease of an auction.
    ///
    /// # Errors
    /// [`BulkheadError::LeasedBefore`], [`BulkheadError::LeaseUnresolved`].
    pub fn open(&mut self, keeper: Address, auction_id: u64, now: Now) -> Result<()> {
        let is_first = self.state() == LeaseState::None || self.auction_id != auction_id;
        require!(is_first, BulkheadError::LeasedBefore);
        require!(self.is_settled(), BulkheadError::LeaseUnresolved);
        let until_slot = now.slot.saturating_add(LEASE_SLOTS);
        *self = Self { keeper, until_slot, auction_id, state: LeaseState::Open as u8, _pad0: [0; 7] };
        Ok(())
    }

    /// Whether the lease keeps all but its keeper out of an auction in a slot.
    #[must_use]
    pub fn is_running(&self, auction_id: u64, slot: u64) -> bool {
        self.state() == LeaseState::Open && self.auction_id == auction_id && slot <= self.until_slot
    }

    /// Takes note of an accepted bid. `serves`: it did enough of the job to count as doing it.
    ///
    /// # Errors
    /// [`BulkheadError::Leased`] to anybody but the keeper while the lease runs.
    #[inline]
    pub fn admit(&mut self, bidder: &Address, auction_id: u64, serves: bool, now: Now) -> Result<()> {
        if self.state() != LeaseState::Open {
            return Ok(());
        }
        if self.is_running(auction_id, now.slot) {
            require_keys_eq!(self.keeper, *bidder, BulkheadError::Leased);
            if serves {
                self.state = LeaseState::Fulfilled as u8;
            }
        } else {
            self.state = LeaseState::Missed as u8;
        }
        Ok(())
    }

    /// Takes note that the auction ended and nobody had to bid.
    pub fn excuse(&mut self) {
        if self.state() == LeaseState::Open {
            self.state = LeaseState::Excused as u8;
        }
    }

    /// Ends the lease for good. `excused`: there is nothing to bid for now.
    ///
    /// # Errors
    /// [`BulkheadError::NoLease`] when it was resolved before, [`BulkheadError::LeaseRunning`].
    pub fn resolve(&mut self, excused: bool, now: Now) -> Result<LeaseState> {
        let verdict = match self.state() {
            LeaseState::None | LeaseState::Resolved => return Err(BulkheadError::NoLease.into()),
            LeaseState::Open if excused => LeaseState::Excused,
            LeaseState::Open => {
                require!(now.slot > self.until_slot, BulkheadError::LeaseRunning);
                LeaseState::Missed
            }
            known => known,
        };
        self.state = LeaseState::Resolved as u8;
        Ok(verdict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEEPER: Address = Address::new_from_array([1; 32]);
    const OTHER: Address = Address::new_from_array([2; 32]);

    fn at(slot: u64) -> Now {
        Now { unix: 0, slot }
    }

    fn opened() -> StoredLease {
        let mut lease = StoredLease::zeroed();
        lease.open(KEEPER, 7, at(100)).unwrap();
        lease
    }

    #[test]
    fn keeps_others_out_for_its_slots_and_its_auction_alone() {
        let last = 100 + LEASE_SLOTS;
        assert!(opened().admit(&OTHER, 7, true, at(last)).is_err());
        let mut late = opened();
        late.admit(&OTHER, 7, true, at(last + 1)).unwrap();
        assert_eq!(late.state(), LeaseState::Missed);
        let mut other_auction = opened();
        other_auction.admit(&OTHER, 8, true, at(101)).unwrap();
        assert_eq!(other_auction.state(), LeaseState::Missed);
    }

    #[test]
    fn a_bid_that_does_the_job_fulfils_it_and_opens_the_rest_to_all() {
        let mut lease = opened();
        lease.admit(&KEEPER, 7, false, at(100)).unwrap();
        assert_eq!(lease.state(), LeaseState::Open);
        lease.admit(&KEEPER, 7, true, at(120)).unwrap();
        assert_eq!(lease.state(), LeaseState::Fulfilled);
        lease.admit(&OTHER, 7, true, at(120)).unwrap();
        assert_eq!(lease.resolve(false, at(101)).unwrap(), LeaseState::Fulfilled);
        assert!(lease.resolve(true, at(999)).is_err());
    }

    #[test]
    fn is_missed_after_its_end_unless_something_excuses_it() {
        assert!(opened().resolve(false, at(120)).is_err());
        assert_eq!(opened().resolve(false, at(121)).unwrap(), LeaseState::Missed);
        assert_eq!(opened().resolve(true, at(100)).unwrap(), LeaseState::Excused);
        let mut ended = opened();
        ended.excuse();
        assert_eq!(ended.resolve(false, at(999)).unwrap(), LeaseState::Excused);
        let mut done = opened();
        done.admit(&KEEPER, 7, true, at(100)).unwrap();
        done.excuse();
        assert_eq!(done.state(), LeaseState::Fulfilled);
    }

    #[test]
    fn an_auction_is_leased_once_and_an_account_by_one_keeper_at_a_time() {
        let mut lease = opened();
        assert!(lease.open(OTHER, 7, at(500)).is_err());
        assert!(lease.open(OTHER, 8, at(500)).is_err());
        lease.resolve(false, at(500)).unwrap();
        assert!(lease.open(OTHER, 7, at(500)).is_err());
        lease.open(OTHER, 8, at(500)).unwrap();
        assert_eq!((lease.keeper, lease.until_slot), (OTHER, 500 + LEASE_SLOTS));
    }

    #[test]
    fn unknown_bytes_are_a_miss() {
        for byte in 0..=u8::MAX {
            let state = LeaseState::from_byte(byte);
            assert!(state as u8 == byte || state == LeaseState::Missed);
        }
    }
}
