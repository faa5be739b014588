//! A market's oracle: its sources and their health, the aggregate mark, the stable price and settlement buckets.

use {
    crate::{
        constants::VERSION,
        error::{refuse, BulkheadError},
        now::Now,
        state::params::{seconds, MarketParams},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        oracle::{after_round, live_seconds, stable_price, Aggregated, Grade, MAX_SOURCES},
        regime::Regime,
        settlement::{last_closed, record, Bucket, RING_BUCKETS},
    },
    bytemuck::{Pod, Zeroable},
};

/// How a source's account is read, as its stored byte.
pub mod source_kind {
    pub const PUBLISHER: u8 = 1;
    pub const PYTH_PUSH: u8 = 2;
    pub const PYTH_PULL: u8 = 3;
    pub const SWITCHBOARD: u8 = 4;
    pub const CHAINLINK: u8 = 5;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Source {
    /// Zero: the slot is free.
    pub kind: u8,
    /// Sources of one group share an upstream.
    pub group: u8,
    pub strikes: u8,
    /// `bulkhead_risk::oracle::Verdict` of the last round.
    pub verdict: u8,
    pub _pad0: [u8; 4],
    /// The account that is read.
    pub key: Address,
    /// What the account must say it is: the feed for Pyth pull, the hash of the jobs for Switchboard, the description
    /// for Chainlink.
    pub feed_id: [u8; 32],
    /// Unix time from which it votes.
    pub active_at: i64,
    pub quarantined_until: i64,
    pub last_price: u64,
    pub last_publish_time: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct TwapBucket {
    pub id: u64,
    pub price_seconds: u64,
    pub seconds: u64,
}

#[account]
pub struct OracleAggregate {
    pub version: u8,
    pub bump: u8,
    pub source_count: u8,
    /// `bulkhead_risk::oracle::Grade` of the last round.
    pub grade: u8,
    pub _pad0: [u8; 4],
    pub market: Address,
    /// Median mark, quote atoms per unit; the last good one when the grade is D or E.
    pub mark: u64,
    pub confidence: u64,
    /// Follows the mark with bounded speed.
    pub stable: u64,
    /// Unix time and slot of the last round with a quorum.
    pub mark_at: i64,
    pub mark_slot: u64,
    /// Unix time and slot of the last round of any grade.
    pub round_at: i64,
    pub round_slot: u64,
    pub rounds: u64,
    /// Rounds with a quorum in a row.
    pub healthy_rounds: u64,
    /// Seconds during which the chain and the cranks made normal progress.
    pub live_seconds: u64,
    pub sources: [Source; 8],
    pub buckets: [TwapBucket; 128],
    pub regime: StoredRegime,
}

/// `bulkhead_risk::regime::Regime` as stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct StoredRegime {
    /// Average price of the last bucket seen, and its number.
    pub bucket_price: u64,
    pub bucket_id: u64,
    /// Annualised variance of returns, (parts per million)^2.
    pub variance: u64,
    /// Seconds per slot over the undisturbed ones, parts per million.
    pub congestion_ppm: u64,
    pub probed_at: u64,
    pub probed_slot: u64,
    /// Factor on the initial margin, parts per million; zero counts as one.
    pub factor_ppm: u64,
}

const _: () = assert!(MAX_SOURCES == 8 && RING_BUCKETS == 128);
const _: () = assert!(core::mem::size_of::<OracleAggregate>() == 4_080);
const _: () = assert!(core::mem::size_of::<TwapBucket>() == core::mem::size_of::<Bucket>());
const _: () = assert!(core::mem::size_of::<StoredRegime>() == core::mem::size_of::<Regime>());

impl OracleAggregate {
    pub fn init(&mut self, market: Address, bump: u8) {
        self.version = VERSION;
        self.bump = bump;
        self.market = market;
        self.grade = Grade::E as u8;
    }

    /// The grade of the mark now: that of its round, worsened by age.
    #[must_use]
    pub fn grade_at(&self, params: &MarketParams, now: i64) -> Grade {
        if self.mark == 0 {
            return Grade::E;
        }
        let age = now.saturating_sub(self.mark_at);
        Grade::from_byte(self.grade).aged(age, seconds(params.max_mark_age_seconds))
    }

    #[must_use]
    pub fn registered(&self) -> &[Source] {
        self.sources.get(..usize::from(self.source_count)).unwrap_or(&[])
    }

    /// The settlement buckets as the risk crate sees them.
    #[must_use]
    pub fn ring(&self) -> &[Bucket; 128] {
        bytemuck::cast_ref(&self.buckets)
    }

    /// The regime as the risk crate sees it.
    #[must_use]
    pub fn regime(&self) -> &Regime {
        bytemuck::cast_ref(&self.regime)
    }

    /// Shows the regime the clock and the bucket that closed last.
    fn observe_regime(&mut self, params: &MarketParams, now: Now) -> Result<()> {
        let unix = u64::try_from(now.unix).map_err(|_| BulkheadError::OutOfRange)?;
        let closed = last_closed(self.ring(), unix, params.bucket_seconds);
        let regime: &mut Regime = bytemuck::cast_mut(&mut self.regime);
        regime.observe(closed, params.bucket_seconds, unix, now.slot, params.calm_vol_ppm).map_err(refuse)
    }

    /// Applies the result of a round.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn apply(&mut self, round: &Aggregated, params: &MarketParams, now: Now) -> Result<()> {
        for (source, verdict) in self.sources.iter_mut().zip(round.verdicts) {
            source.verdict = verdict as u8;
            let (strikes, until) = after_round(verdict, source.strikes, source.quarantined_until, now.unix);
            source.strikes = strikes;
            source.quarantined_until = until;
        }
        let max_gap = seconds(params.max_mark_age_seconds);
        if self.round_at != 0 {
            let slots = now.slot.saturating_sub(self.round_slot);
            let lived = live_seconds(now.unix.saturating_sub(self.round_at), slots, max_gap);
            self.live_seconds = self.live_seconds.saturating_add(lived);
        }
        self.grade = round.grade as u8;
        self.rounds = self.rounds.saturating_add(1);
        self.round_at = now.unix;
        self.round_slot = now.slot;
        if round.grade.is_quorum() {
            self.accept(round, params, now, max_gap)?;
        } else {
            self.healthy_rounds = 0;
        }
        self.observe_regime(params, now)
    }

    fn accept(&mut self, round: &Aggregated, params: &MarketParams, now: Now, max_gap: i64) -> Result<()> {
        let gap = now.unix.saturating_sub(self.mark_at);
        // The old mark was in force until now, unless it had grown too old to count.
        if self.mark != 0 && gap > 0 && gap <= max_gap {
            let from = u64::try_from(self.mark_at).map_err(|_| BulkheadError::OutOfRange)?;
            let to = u64::try_from(now.unix).map_err(|_| BulkheadError::OutOfRange)?;
            let ring: &mut [Bucket; 128] = bytemuck::cast_mut(&mut self.buckets);
            record(ring, self.mark, from, to, params.bucket_seconds).map_err(refuse)?;
        }
        let elapsed = u64::try_from(gap.clamp(0, max_gap)).unwrap_or(0);
        self.stable = stable_price(self.stable, round.price, elapsed, params.stable_speed_ppm_per_minute)
            .map_err(refuse)?;
        self.mark = round.price;
        self.confidence = round.confidence;
        self.mark_at = now.unix;
        self.mark_slot = now.slot;
        self.healthy_rounds = self.healthy_rounds.saturating_add(1);
        Ok(())
    }
}
