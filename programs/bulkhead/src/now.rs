//! The chain's clock, read once per instruction.

use {anchor_lang::prelude::*, bulkhead_risk::oracle::Moment};

#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// Unix seconds.
    pub unix: i64,
    pub slot: u64,
}

impl Now {
    /// # Errors
    /// The runtime's, when the clock cannot be read.
    pub fn read() -> Result<Self> {
        let clock = Clock::get()?;
        Ok(Self { unix: clock.unix_timestamp, slot: clock.slot })
    }

    /// As the risk crate sees it.
    #[must_use]
    pub const fn moment(self) -> Moment {
        Moment { unix: self.unix, slot: self.slot }
    }
}
