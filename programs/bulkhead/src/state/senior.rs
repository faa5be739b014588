//! The senior pool of a quote mint: the second to pay, behind the markets' own pools, within caps per market and day.

use {
    crate::{
        amount::{add, sub},
        constants::{
            OUTFLOW_WINDOW_SECONDS, POOL_DRAW_WINDOW_SECONDS, SENIOR_DRAW_ALL_PPM, SENIOR_DRAW_MARKET_PPM,
            SENIOR_OUTFLOW_FLOOR_UNITS, SENIOR_OUTFLOW_HOUR_PPM,
        },
        error::{refuse, BulkheadError},
        state::{
            bucket::StoredBucket,
            fund::{ExitQueue, Fund},
        },
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        draw_limit::ShareLimit,
        round::{ppm_of, Round},
    },
};

#[account]
pub struct SeniorPool {
    pub version: u8,
    pub bump: u8,
    pub decimals: u8,
    pub _pad0: [u8; 5],
    pub quote_mint: Address,
    pub vault: Address,
    pub token_program: Address,
    /// Quote atoms that the shares own, in a vault of their own. What is lent to markets is not among them.
    pub cash: u64,
    pub shares: u64,
    /// Monotone totals since the start, quote atoms: lent to markets; come back, with the fees.
    pub lent_total: u64,
    pub returned_total: u64,
    /// Markets that it stands behind.
    pub markets: u64,
    pub event_seq: u64,
    /// What all markets drew lately.
    pub draws: StoredBucket,
    /// What left with exits lately.
    pub outflow: StoredBucket,
    pub exits: ExitQueue,
    pub _reserved: [u8; 64],
}

const _: () = assert!(core::mem::size_of::<SeniorPool>() == 288);

/// What one market may draw, and what all of them may.
const OF_MARKET: ShareLimit = ShareLimit {
    share_ppm: SENIOR_DRAW_MARKET_PPM,
    floor_atoms: 0,
    window_seconds: POOL_DRAW_WINDOW_SECONDS,
};
const OF_ALL: ShareLimit = ShareLimit { share_ppm: SENIOR_DRAW_ALL_PPM, ..OF_MARKET };

impl SeniorPool {
    /// `expected`: what the markets' pools hold of its own or owe it.
    pub fn fund(&mut self, expected: u64) -> Fund<'_> {
        Fund { cash: &mut self.cash, owed: 0, expected, shares: &mut self.shares, exits: &mut self.exits }
    }

    /// What a market may draw now that drew `lately`.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn drawable(&self, lately: &StoredBucket, now: i64) -> Result<u64> {
        let of_market = lately.available(&OF_MARKET, self.cash, now)?;
        Ok(self.draws.available(&OF_ALL, self.cash, now)?.min(of_market))
    }

    /// Lends to a market.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`] beyond [`SeniorPool::drawable`].
    pub fn lend(&mut self, amount: u64, lately: &mut StoredBucket, now: i64) -> Result<()> {
        lately.take(amount, &OF_MARKET, self.cash, now)?;
        self.draws.take(amount, &OF_ALL, self.cash, now)?;
        self.cash = sub(self.cash, amount)?;
        self.lent_total = add(self.lent_total, amount)?;
        Ok(())
    }

    /// What comes back from a market.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn take_back(&mut self, amount: u64) -> Result<()> {
        self.cash = add(self.cash, amount)?;
        self.returned_total = add(self.returned_total, amount)?;
        Ok(())
    }

    /// What one market may count on for a day, rounded down: its cap, or its even part of what all markets may draw together.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn backing_of_market(&self) -> Result<u64> {
        let part = SENIOR_DRAW_ALL_PPM.checked_div(self.markets).unwrap_or(0);
        ppm_of(self.cash, part.min(SENIOR_DRAW_MARKET_PPM), Round::Down).map_err(refuse)
    }

    fn outflow_limit(&self) -> ShareLimit {
        let unit = 10u64.saturating_pow(u32::from(self.decimals));
        ShareLimit {
            share_ppm: SENIOR_OUTFLOW_HOUR_PPM,
            floor_atoms: SENIOR_OUTFLOW_FLOOR_UNITS.saturating_mul(unit),
            window_seconds: OUTFLOW_WINDOW_SECONDS,
        }
    }

    /// What may leave with exits now.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn may_leave(&self, now: i64) -> Result<u64> {
        self.outflow.available(&self.outflow_limit(), self.cash, now)
    }

    /// Counts an exit that has left the books already.
    ///
    /// # Errors
    /// [`BulkheadError::OutflowLimited`].
    pub fn pay(&mut self, amount: u64, now: i64) -> Result<()> {
        let held = add(self.cash, amount)?;
        let limit = self.outflow_limit();
        let available = self.outflow.available(&limit, held, now)?;
        require!(amount <= available, BulkheadError::OutflowLimited);
        self.outflow.take(amount, &limit, held, now)
    }
}

#[cfg(test)]
mod tests {
    use {super::*, bytemuck::Zeroable};

    const DAY: i64 = 86_400;

    #[test]
    fn a_market_draws_a_tenth_a_day_and_all_together_a_fifth() {
        let mut senior = SeniorPool { cash: 1_000_000, ..SeniorPool::zeroed() };
        let mut markets = [StoredBucket::zeroed(); 3];
        for (market, most) in markets.iter_mut().zip([100_000, 90_000, 10_000]) {
            // The second sees what the first left; the third what all together may still draw.
            let drawable = senior.drawable(market, DAY).unwrap();
            assert_eq!(drawable, most);
            assert!(senior.lend(drawable + 1, &mut market.clone(), DAY).is_err());
            senior.lend(drawable, market, DAY).unwrap();
            assert_eq!(senior.drawable(market, DAY).unwrap(), 0);
        }
        assert_eq!(senior.cash, 800_000);
        assert_eq!(senior.drawable(&markets[0], 3 * DAY).unwrap(), 80_000);
    }

    #[test]
    fn all_markets_together_count_on_no_more_than_they_may_draw() {
        let mut senior = SeniorPool { cash: 1_000_000, ..SeniorPool::zeroed() };
        for (markets, backing) in [(0, 0), (1, 100_000), (2, 100_000), (3, 66_666), (32, 6_250)] {
            senior.markets = markets;
            assert_eq!(senior.backing_of_market().unwrap(), backing);
            assert!(markets * backing <= 200_000);
        }
    }

    #[test]
    fn exits_leave_by_the_hour() {
        let mut senior = SeniorPool { cash: 1_000_000_000_000, decimals: 6, ..SeniorPool::zeroed() };
        assert_eq!(senior.may_leave(DAY).unwrap(), 50_000_000_000);
        senior.cash -= 50_000_000_000;
        senior.pay(50_000_000_000, DAY).unwrap();
        assert_eq!(senior.may_leave(DAY).unwrap(), 0);
        assert!(senior.pay(1, DAY).is_err());
        // Small pools pay out to the last atom.
        let small = SeniorPool { cash: 7, decimals: 6, ..SeniorPool::zeroed() };
        assert_eq!(small.may_leave(DAY).unwrap(), 7);
    }
}
