//! One shard of a market's open interest and fee income. A fill writes one shard of its caller's choice.

use {
    crate::{
        amount::{add, signed},
        error::{refuse, BulkheadError},
        now::Now,
        state::RiskArray,
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        greek_limits::{gross, MoneyGreeks},
        liquidity::Spread,
    },
};

#[account]
pub struct OiShard {
    pub version: u8,
    pub bump: u8,
    pub index: u8,
    pub _pad0: [u8; 5],
    pub market: Address,
    /// Fees not yet swept to the pool, quote atoms.
    pub fees: u64,
    pub event_seq: u64,
    /// Expiry that each slot's figures belong to.
    pub expiry_ids: [u16; 8],
    /// Long and short lots by slot and series (strike x 2 + kind). A shard may hold a negative part of a series
    /// that was opened in another shard; the sum over all shards is the open interest.
    pub long_lots: [[i64; 32]; 8],
    pub short_lots: [[i64; 32]; 8],
    /// Average distance of fills from the mark, share of the forward, and Unix time of the last fill.
    pub fill_spread_ppm: u64,
    pub fill_spread_at: u64,
}

const _: () = assert!(core::mem::size_of::<OiShard>() == 4_184);

/// Index of a series within an expiry.
#[must_use]
pub fn series_index(strike: u8, kind: u8) -> usize {
    usize::from(strike).saturating_mul(2).saturating_add(usize::from(kind & 1))
}

impl OiShard {
    /// Books a position's change from `before` to `after` lots; returns the shard's long lots of the series.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`], [`BulkheadError::UnknownSeries`].
    pub fn record(
        &mut self,
        slot: u8,
        expiry_id: u16,
        series: usize,
        before: i64,
        after: i64,
    ) -> Result<i64> {
        self.book_of(slot, expiry_id)?.record(series, before, after)
    }

    /// Long and short lots of an expiry, by series.
    ///
    /// # Errors
    /// [`BulkheadError::UnknownSeries`] for a slot that does not exist.
    pub fn book_of(&mut self, slot: u8, expiry_id: u16) -> Result<ExpiryLots<'_>> {
        let slot = usize::from(slot);
        let id = self.expiry_ids.get_mut(slot).ok_or(BulkheadError::UnknownSeries)?;
        let rows = (self.long_lots.get_mut(slot), self.short_lots.get_mut(slot));
        let (Some(long), Some(short)) = rows else { return Err(BulkheadError::UnknownSeries.into()) };
        if *id != expiry_id {
            // The slot served an expiry that has settled.
            *id = expiry_id;
            *long = [0; 32];
            *short = [0; 32];
        }
        Ok(ExpiryLots { long, short })
    }

    /// The shard's long lots of a series.
    #[must_use]
    pub fn held(&self, slot: u8, expiry_id: u16, series: usize) -> i64 {
        let slot = usize::from(slot);
        if self.expiry_ids.get(slot) != Some(&expiry_id) {
            return 0;
        }
        self.long_lots.get(slot).and_then(|s| s.get(series)).copied().unwrap_or(0)
    }

    /// Lots of an expiry in this shard: `(long, short)` over all series.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn totals(&self, slot: u8, expiry_id: u16) -> Result<(i64, i64)> {
        let slot = usize::from(slot);
        if self.expiry_ids.get(slot) != Some(&expiry_id) {
            return Ok((0, 0));
        }
        let sum = |side: Option<&[i64; 32]>| {
            side.into_iter()
                .flatten()
                .try_fold(0i64, |a, b| a.checked_add(*b))
                .ok_or(BulkheadError::OutOfRange)
        };
        Ok((sum(self.long_lots.get(slot))?, sum(self.short_lots.get(slot))?))
    }

    /// Greeks of the shard's open interest in one expiry, quote atoms.
    #[must_use]
    pub fn gross_greeks(&self, array: &RiskArray) -> MoneyGreeks {
        let slot = usize::from(array.slot);
        let lots = self.long_lots.get(slot).filter(|_| self.expiry_ids.get(slot) == Some(&array.expiry_id));
        lots.map_or_else(MoneyGreeks::default, |lots| gross(lots, &array.series_greeks()))
    }

    /// Notes how far from the mark a fill was, both quote atoms per lot.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn record_fill(
        &mut self,
        distance: u64,
        forward: u64,
        lots: u64,
        depth: u64,
        now: Now,
    ) -> Result<()> {
        let unix = u64::try_from(now.unix).map_err(|_| BulkheadError::OutOfRange)?;
        let mut spread = self.fill_spread();
        spread.record(distance, forward, lots, depth, unix).map_err(refuse)?;
        (self.fill_spread_ppm, self.fill_spread_at) = (spread.ppm, spread.at);
        Ok(())
    }

    #[must_use]
    pub fn fill_spread(&self) -> Spread {
        Spread { ppm: self.fill_spread_ppm, at: self.fill_spread_at }
    }

    /// True while every series has as many long as short lots: each fill moves both sides alike.
    #[must_use]
    pub fn is_zero_sum(&self) -> bool {
        self.long_lots == self.short_lots
    }

    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn earn(&mut self, fee: u64) -> Result<()> {
        self.fees = add(self.fees, fee)?;
        Ok(())
    }

    /// The shard's part of a series' cap, lots.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn cap(series_cap: u64, shard_count: u8) -> Result<i64> {
        signed(series_cap.checked_div(u64::from(shard_count)).ok_or(BulkheadError::OutOfRange)?)
    }
}

/// A shard's lots of one expiry.
pub struct ExpiryLots<'a> {
    long: &'a mut [i64; 32],
    short: &'a mut [i64; 32],
}

impl ExpiryLots<'_> {
    /// Books a position's change; returns the long lots of the series.
    ///
    /// Wrapping: no position is beyond 2^20 lots.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`], [`BulkheadError::UnknownSeries`].
    pub fn record(&mut self, series: usize, before: i64, after: i64) -> Result<i64> {
        let cells = (self.long.get_mut(series), self.short.get_mut(series));
        let (Some(long), Some(short)) = cells else { return Err(BulkheadError::UnknownSeries.into()) };
        let bought = after.max(0).wrapping_sub(before.max(0));
        let sold = before.min(0).wrapping_sub(after.min(0));
        *long = long.checked_add(bought).ok_or(BulkheadError::OutOfRange)?;
        *short = short.checked_add(sold).ok_or(BulkheadError::OutOfRange)?;
        Ok(*long)
    }

    /// Books that `lots` went from one who held at least so many on that side to one who had `held`. Nothing changes where both
    /// are on the same side.
    ///
    /// # Errors
    /// Those of [`Self::record`].
    #[inline(always)]
    pub fn pass(&mut self, series: usize, lots: i64, held: i64) -> Result<()> {
        if held == 0 || (lots ^ held) >= 0 {
            return Ok(());
        }
        self.record(series, lots, 0)?;
        self.record(series, held, held.wrapping_add(lots))?;
        Ok(())
    }
}
