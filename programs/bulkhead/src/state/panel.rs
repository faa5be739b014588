//! A panel of keys that sets a market's surfaces together, and what each of its members last said of an expiry.

use {
    crate::{constants::MAX_STRIKES, error::BulkheadError},
    anchor_lang::prelude::*,
    bulkhead_risk::surface_panel::{self, is_majority, QuotedSurface, MAX_MEMBERS},
};

/// Never changes: a market gets another panel by a change of its surface authority, which has a timelock.
#[account]
pub struct SurfacePanel {
    pub version: u8,
    pub bump: u8,
    /// Distinguishes the panels of a market.
    pub index: u8,
    pub member_count: u8,
    /// Fresh votes that a surface needs.
    pub quorum: u8,
    pub _pad0: [u8; 3],
    pub market: Address,
    pub members: [Address; 5],
    pub _reserved: [u8; 32],
}

const _: () = assert!(MAX_MEMBERS == 5);
const _: () = assert!(core::mem::size_of::<SurfacePanel>() == 232);

impl SurfacePanel {
    /// The members in the order in which their votes are passed.
    #[must_use]
    pub fn listed(&self) -> &[Address] {
        self.members.get(..usize::from(self.member_count)).unwrap_or(&[])
    }

    /// # Errors
    /// [`BulkheadError::NotPanelMember`].
    pub fn require_member(&self, signer: &Address) -> Result<()> {
        require!(self.listed().contains(signer), BulkheadError::NotPanelMember);
        Ok(())
    }

    /// # Errors
    /// [`BulkheadError::InvalidPanel`] unless there are one to five distinct keys and a quorum of more than half of them.
    pub fn set_members(&mut self, members: &[Address], quorum: u8) -> Result<()> {
        let count = members.len();
        let sized = (1..=MAX_MEMBERS).contains(&count) && is_majority(usize::from(quorum), count);
        require!(sized, BulkheadError::InvalidPanel);
        for (i, key) in members.iter().enumerate() {
            let repeated = members.iter().take(i).any(|k| k == key);
            require!(!repeated && *key != Address::default(), BulkheadError::InvalidPanel);
        }
        for (slot, key) in self.members.iter_mut().zip(members) {
            *slot = *key;
        }
        self.member_count = u8::try_from(count).map_err(|_| BulkheadError::InvalidPanel)?;
        self.quorum = quorum;
        Ok(())
    }
}

/// A member's last word on the surface of one expiry.
#[account]
pub struct SurfaceVote {
    pub version: u8,
    pub bump: u8,
    pub expiry_id: u16,
    pub _pad0: [u8; 4],
    pub panel: Address,
    pub member: Address,
    /// Unix time.
    pub submitted_at: i64,
    pub submissions: u64,
    /// Forward over mark, parts per million.
    pub basis_ppm: i64,
    /// Half-spread of the quotes behind it, parts per million of the forward, and their depth in lots; zeros where there are
    /// none.
    pub quoted_spread_ppm: u64,
    pub quoted_depth_lots: u64,
    /// One per strike of the expiry; zero beyond.
    pub vols_ppm: [u32; 16],
    pub _reserved: [u8; 16],
}

const _: () = assert!(MAX_STRIKES == surface_panel::MAX_STRIKES);
const _: () = assert!(core::mem::size_of::<SurfaceVote>() == 192);

impl SurfaceVote {
    #[must_use]
    pub fn surface(&self) -> QuotedSurface {
        QuotedSurface {
            vols_ppm: self.vols_ppm,
            basis_ppm: self.basis_ppm,
            spread_ppm: self.quoted_spread_ppm,
            depth_lots: self.quoted_depth_lots,
        }
    }

    pub fn replace(&mut self, surface: &QuotedSurface) {
        self.vols_ppm = surface.vols_ppm;
        self.basis_ppm = surface.basis_ppm;
        self.quoted_spread_ppm = surface.spread_ppm;
        self.quoted_depth_lots = surface.depth_lots;
    }
}
