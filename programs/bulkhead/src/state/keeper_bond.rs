//! A keeper's bond in one market, and when it was last seen. It lets the keeper lease jobs, and answers for those it does not do.

use {
    crate::{
        constants::{KEEPER_SEEN_SLOTS, MAX_OPEN_LEASES, MISSED_LEASE_SLASH_PPM},
        error::{refuse, BulkheadError},
        now::Now,
        state::bond::{self, Slashed},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::round::{ppm_of, Round},
};

#[account]
pub struct KeeperBond {
    pub version: u8,
    pub bump: u8,
    pub _pad0: [u8; 6],
    pub market: Address,
    pub keeper: Address,
    /// Quote atoms in the market's vault.
    pub bond: u64,
    /// What the bond was at least at the start; below half of it the keeper leases nothing.
    pub least_bond: u64,
    /// Slot of its last sign of life.
    pub seen_slot: u64,
    /// Leases that nobody has resolved.
    pub open_leases: u64,
    /// Unix time of its resignation; zero: none.
    pub resigned_at: i64,
    /// Quote atoms slashed so far.
    pub slashed_total: u64,
    pub event_seq: u64,
    pub _reserved: [u8; 32],
}

const _: () = assert!(core::mem::size_of::<KeeperBond>() == 160);

impl KeeperBond {
    /// # Errors
    /// [`BulkheadError::KeeperClosed`].
    pub fn require_open(&self) -> Result<()> {
        require!(self.resigned_at == 0, BulkheadError::KeeperClosed);
        Ok(())
    }

    /// Books one more lease, for a keeper that is alive and whose bond answers for it.
    ///
    /// # Errors
    /// [`BulkheadError::KeeperClosed`], [`BulkheadError::KeeperNotSeen`], [`BulkheadError::BondTooSmall`],
    /// [`BulkheadError::TooManyLeases`].
    pub fn open_lease(&mut self, now: Now) -> Result<()> {
        self.require_open()?;
        let slots_ago = now.slot.saturating_sub(self.seen_slot);
        require!(slots_ago <= KEEPER_SEEN_SLOTS, BulkheadError::KeeperNotSeen);
        require!(self.bond >= self.least_bond >> 1, BulkheadError::BondTooSmall);
        require!(self.open_leases < MAX_OPEN_LEASES, BulkheadError::TooManyLeases);
        self.open_leases = self.open_leases.saturating_add(1);
        Ok(())
    }

    /// Books the end of one of its leases.
    pub fn end_lease(&mut self) {
        self.open_leases = self.open_leases.saturating_sub(1);
    }

    /// Slashes for a job that was leased and not done: a share of the bond, or of the least one where the bond is smaller, so
    /// that no miss is cheaper than the first.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn slash_miss(&mut self) -> Result<Slashed> {
        let base = self.bond.max(self.least_bond);
        let amount = ppm_of(base, MISSED_LEASE_SLASH_PPM, Round::Up).map_err(refuse)?.min(self.bond);
        bond::slash(&mut self.bond, &mut self.slashed_total, amount)
    }
}

#[cfg(test)]
mod tests {
    use {super::*, bytemuck::Zeroable};

    const NOW: Now = Now { unix: 5, slot: 1_000 };

    fn keeper(bond: u64) -> KeeperBond {
        KeeperBond { bond, least_bond: 1_000, seen_slot: 900, ..KeeperBond::zeroed() }
    }

    #[test]
    fn leases_to_whoever_is_alive_bonded_and_not_too_busy() {
        let mut k = keeper(500);
        for open in 1..=MAX_OPEN_LEASES {
            k.open_lease(NOW).unwrap();
            assert_eq!(k.open_leases, open);
        }
        assert!(k.open_lease(NOW).is_err());
        k.end_lease();
        assert!(k.open_lease(NOW).is_ok());
        assert!(keeper(499).open_lease(NOW).is_err());
        assert!(KeeperBond { resigned_at: 1, ..keeper(500) }.open_lease(NOW).is_err());
        let seen = |slots| KeeperBond { seen_slot: NOW.slot - slots, ..keeper(500) }.open_lease(NOW).is_ok();
        assert!(seen(KEEPER_SEEN_SLOTS) && !seen(KEEPER_SEEN_SLOTS + 1));
    }

    #[test]
    fn every_miss_costs_as_much_as_the_first_until_nothing_is_left() {
        let mut k = keeper(2_001);
        let mut taken = std::vec::Vec::new();
        while k.bond > 0 {
            let Slashed { to_reporter, to_pool } = k.slash_miss().unwrap();
            assert!(to_pool - to_reporter <= 1);
            taken.push(to_reporter + to_pool);
        }
        assert_eq!((taken[0], taken[1]), (101, 95));
        assert!(taken[..taken.len() - 1].iter().all(|t| *t >= 50), "{taken:?}");
        assert_eq!(taken.iter().sum::<u64>(), 2_001);
        assert_eq!(k.slashed_total, 2_001);
    }
}
