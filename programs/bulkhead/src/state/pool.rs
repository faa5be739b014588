//! The solvency pool of a market and each provider's stake in it.

use {
    crate::{
        amount::{add, sub},
        constants::{EXIT_WINDOW_SECONDS, POOL_DRAW_WINDOW_SECONDS},
        error::{refuse, BulkheadError},
        state::params::MarketParams,
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        limiter::{drain, Bucket},
        round::{ppm_of, Round},
    },
};

#[account]
pub struct Pool {
    pub version: u8,
    pub bump: u8,
    pub _pad0: [u8; 6],
    pub market: Address,
    /// Quote atoms of the pool, inside the market's vault.
    pub cash: u64,
    pub shares: u64,
    /// Monotone totals since the start, quote atoms.
    pub income_total: u64,
    pub draws_total: u64,
    pub recovered_total: u64,
    /// Draws counted in the current window.
    pub draw_used: u64,
    pub draw_updated_at: i64,
    /// Expiries with a fixed price whose shortfall is not known yet; the pool may still owe for them.
    pub settling: u64,
    pub event_seq: u64,
    /// The largest loss that waits for money, quote atoms.
    pub unmet: u64,
    pub _reserved: [u8; 24],
}

const _: () = assert!(core::mem::size_of::<Pool>() == 144);

impl Pool {
    /// What was drawn lately, drained to now, and the most that may be in the bucket. The daily limit counts what was
    /// drawn, so that it does not shrink with every draw; what has drained no longer counts.
    fn limit(&self, params: &MarketParams, now: i64) -> Result<(Bucket, u64)> {
        let share = |base: u64| ppm_of(base, params.pool_draw_day_ppm, Round::Down).map_err(refuse);
        let stored = Bucket { used: self.draw_used, updated_at: self.draw_updated_at };
        let speed = share(add(self.cash, self.draw_used)?)?;
        let drained = drain(stored, now, speed, POOL_DRAW_WINDOW_SECONDS).map_err(refuse)?;
        Ok((drained, share(add(self.cash, drained.used)?)?))
    }

    /// What a loss may draw now.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn drawable(&self, params: &MarketParams, now: i64) -> Result<u64> {
        let (bucket, capacity) = self.limit(params, now)?;
        Ok(capacity.saturating_sub(bucket.used).min(self.cash))
    }

    /// Pays for a loss.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`] when more is drawn than [`Pool::drawable`] allows.
    pub fn draw(&mut self, amount: u64, params: &MarketParams, now: i64) -> Result<()> {
        if amount == 0 {
            return Ok(());
        }
        require!(amount <= self.drawable(params, now)?, BulkheadError::OutOfRange);
        let (bucket, _) = self.limit(params, now)?;
        self.draw_used = add(bucket.used, amount)?;
        self.draw_updated_at = bucket.updated_at;
        self.cash = sub(self.cash, amount)?;
        self.draws_total = add(self.draws_total, amount)?;
        Ok(())
    }

    /// Pays for a loss what may be drawn and notes what is missing; returns what it paid. Asking again for the same loss counts
    /// it once: the larger of what waited and what is missing now.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn cover(&mut self, need: u64, params: &MarketParams, now: i64) -> Result<u64> {
        let drawn = need.min(self.drawable(params, now)?);
        self.draw(drawn, params, now)?;
        self.unmet = self.unmet.saturating_sub(drawn).max(sub(need, drawn)?);
        Ok(drawn)
    }

    /// Fees and residues.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn earn(&mut self, amount: u64) -> Result<()> {
        self.cash = add(self.cash, amount)?;
        self.income_total = add(self.income_total, amount)?;
        Ok(())
    }

    /// A bankrupt account paying back what the pool paid for it.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn recover(&mut self, amount: u64) -> Result<()> {
        self.cash = add(self.cash, amount)?;
        self.recovered_total = add(self.recovered_total, amount)?;
        Ok(())
    }
}

#[account]
pub struct Stake {
    pub version: u8,
    pub bump: u8,
    pub _pad0: [u8; 6],
    pub market: Address,
    pub owner: Address,
    pub shares: u64,
    /// Shares asked to leave; they still bear losses until they do.
    pub exiting: u64,
    /// Unix time from which they may.
    pub unlock_at: i64,
    pub _reserved: [u8; 32],
}

const _: () = assert!(core::mem::size_of::<Stake>() == 128);

impl Stake {
    /// Whether the time in which an unlocked request may be carried out has passed.
    #[must_use]
    pub fn has_lapsed(&self, now: i64) -> bool {
        self.exiting > 0 && now >= self.unlock_at.saturating_add(EXIT_WINDOW_SECONDS)
    }
}

#[cfg(test)]
mod tests {
    use {super::*, bytemuck::Zeroable};

    const DAY: i64 = 86_400;

    #[test]
    fn a_day_draws_its_share_and_what_has_drained_no_longer_counts() {
        let params = MarketParams { pool_draw_day_ppm: 500_000, ..MarketParams::zeroed() };
        let mut pool = Pool { cash: 1_000_000, ..Pool::zeroed() };
        assert_eq!(pool.drawable(&params, DAY).unwrap(), 500_000);
        pool.draw(200_000, &params, DAY).unwrap();
        pool.draw(300_000, &params, DAY).unwrap();
        assert_eq!(pool.drawable(&params, DAY).unwrap(), 0);
        assert!(pool.draw(1, &params, DAY).is_err());
        // Half of what is left, not all of it.
        assert_eq!(pool.drawable(&params, 3 * DAY).unwrap(), 250_000);
        pool.draw(250_000, &params, 3 * DAY).unwrap();
        assert_eq!((pool.cash, pool.drawable(&params, 3 * DAY).unwrap()), (250_000, 0));
    }
}
