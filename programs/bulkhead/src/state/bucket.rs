//! A leaky bucket as stored: what was taken from a fund lately.

use {
    crate::error::{refuse, BulkheadError},
    anchor_lang::prelude::*,
    bulkhead_risk::{
        draw_limit::{Room, ShareLimit},
        limiter::Bucket,
    },
    bytemuck::{Pod, Zeroable},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct StoredBucket {
    /// Quote atoms taken and not yet forgotten, at `updated_at`.
    pub used: u64,
    pub updated_at: i64,
}

impl StoredBucket {
    fn room(&self, limit: &ShareLimit, held: u64, now: i64) -> Result<Room> {
        limit.room(Bucket { used: self.used, updated_at: self.updated_at }, held, now).map_err(refuse)
    }

    /// What may be taken now from a fund that holds `held`.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn available(&self, limit: &ShareLimit, held: u64, now: i64) -> Result<u64> {
        Ok(self.room(limit, held, now)?.available)
    }

    /// Counts `amount`, which is still among what the fund holds.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`] when it is more than may be taken.
    pub fn take(&mut self, amount: u64, limit: &ShareLimit, held: u64, now: i64) -> Result<()> {
        let room = self.room(limit, held, now)?;
        require!(amount <= room.available, BulkheadError::OutOfRange);
        self.used = room.bucket.used.saturating_add(amount);
        self.updated_at = room.bucket.updated_at;
        Ok(())
    }
}
