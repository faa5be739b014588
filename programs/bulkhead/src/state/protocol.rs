//! The protocol: roles and the global breaker.

use {
    crate::{constants::MAX_GUARDIANS, error::BulkheadError, state::breaker::Breaker},
    anchor_lang::prelude::*,
};

#[account]
pub struct Protocol {
    pub version: u8,
    pub bump: u8,
    pub guardian_count: u8,
    pub _pad0: [u8; 5],
    pub governor: Address,
    pub guardians: [Address; 5],
    pub breaker: Breaker,
    /// Proposals made so far; the next one's index.
    pub proposals: u64,
    /// Proposals with a lower index were overtaken by a change of roles.
    pub stale_before: u64,
    pub event_seq: u64,
    pub _reserved: [u8; 64],
}

const _: () = assert!(MAX_GUARDIANS == 5);
const _: () = assert!(core::mem::size_of::<Protocol>() == 480);

impl Protocol {
    /// # Errors
    /// [`BulkheadError::NotGovernor`].
    pub fn require_governor(&self, signer: &Address) -> Result<()> {
        require_keys_eq!(self.governor, *signer, BulkheadError::NotGovernor);
        Ok(())
    }

    #[must_use]
    pub fn is_guardian(&self, signer: &Address) -> bool {
        self.guardians.iter().take(usize::from(self.guardian_count)).any(|g| g == signer)
    }

    /// # Errors
    /// [`BulkheadError::InvalidGuardians`] unless there are one to five distinct keys.
    pub fn set_guardians(&mut self, guardians: &[Address]) -> Result<()> {
        let count = guardians.len();
        require!((1..=MAX_GUARDIANS).contains(&count), BulkheadError::InvalidGuardians);
        for (i, key) in guardians.iter().enumerate() {
            let earlier = guardians.iter().take(i);
            require!(*key != Address::default(), BulkheadError::InvalidGuardians);
            require!(earlier.into_iter().all(|k| k != key), BulkheadError::InvalidGuardians);
        }
        self.guardians = [Address::default(); 5];
        for (slot, key) in self.guardians.iter_mut().zip(guardians) {
            *slot = *key;
        }
        self.guardian_count = u8::try_from(count).map_err(|_| BulkheadError::InvalidGuardians)?;
        Ok(())
    }
}
