//! The feed of one bonded publisher.

use anchor_lang::prelude::*;

#[account]
pub struct PublisherFeed {
    pub version: u8,
    pub bump: u8,
    pub _pad0: [u8; 6],
    pub market: Address,
    pub publisher: Address,
    /// Lamports held on top of the rent.
    pub bond_lamports: u64,
    /// Quote atoms per unit.
    pub price: u64,
    pub confidence: u64,
    pub publish_time: i64,
    pub publish_slot: u64,
    pub publications: u64,
    pub _reserved: [u8; 32],
}

const _: () = assert!(core::mem::size_of::<PublisherFeed>() == 152);
