//! A market's oracle: its sources, the aggregate mark, the stable price and settlement buckets.

use {
    crate::{
        constants::VERSION,
        error::{refuse, BulkheadError},
        now::Now,
        state::{
            params::{seconds, MarketParams},
            registry::Source,
        },
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        grace::after_round,
        oracle::{
            aggregate, Answer, Grade, Limits, Mark, Observation, Reason, Reliance, SourceInput, MAX_SOURCES,
        },
        regime::Regime,
        settlement::{last_closed, Bucket, RING_BUCKETS},
    },
    bytemuck::{Pod, Zeroable},
    core::mem::size_of,
};

/// `bulkhead_risk::oracle::Mark` as stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct StoredMark {
    /// Median, quote atoms per unit; the last good one while the grade is D or E.
    pub price: u64,
    pub confidence: u64,
    /// Follows the mark with bounded speed.
    pub stable: u64,
    /// Unix time and slot of the last round with a quorum.
    pub at: i64,
    pub slot: u64,
    /// Unix time and slot of the last round of any grade.
    pub round_at: i64,
    pub round_slot: u64,
    pub rounds: u64,
    /// Rounds with a quorum in a row.
    pub healthy_rounds: u64,
    /// Seconds during which the chain and the cranks made normal progress.
    pub live_seconds: u64,
    /// A large move that waits for confirmation, and since when; zero: none.
    pub candidate: u64,
    pub candidate_at: i64,
    /// Rounds for which the quorum must still hold after an outage.
    pub resume_left: u64,
    /// `bulkhead_risk::oracle::Grade` and `Reason` of the last round.
    pub grade: u8,
    pub reason: u8,
    /// Rounds that have seen the large move.
    pub candidate_rounds: u8,
    pub _pad: [u8; 5],
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
    /// Sources removed since `removed_until` last passed: they count towards what a majority is one of.
    pub removed: u8,
    /// Live seconds for which accounts must still be due at the stable price, too, after an outage.
    pub grace_left: u32,
    pub removed_until: i64,
    pub market: Address,
    pub mark: StoredMark,
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
const _: () = assert!(size_of::<OracleAggregate>() == 4_312);
const _: () = assert!(size_of::<TwapBucket>() == size_of::<Bucket>());
const _: () = assert!(size_of::<StoredRegime>() == size_of::<Regime>());
const _: () = assert!(size_of::<StoredMark>() == size_of::<Mark>());

impl OracleAggregate {
    pub fn init(&mut self, market: Address, bump: u8) {
        self.version = VERSION;
        self.bump = bump;
        self.market = market;
        self.mark = bytemuck::cast(Mark::none());
    }

    /// The mark as the risk crate sees it.
    #[must_use]
    pub fn mark(&self) -> &Mark {
        bytemuck::cast_ref(&self.mark)
    }

    /// The grade of the mark now: that of its round, worsened by age.
    #[must_use]
    pub fn grade_at(&self, params: &MarketParams, now: i64) -> (Grade, Reason) {
        self.mark().grade_at(now, seconds(params.max_mark_age_seconds))
    }

    /// Whether the mark may be relied on for something now, and why not.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn answer(&self, what: Reliance, params: &MarketParams, now: i64) -> Result<(Answer, Reason)> {
        let max_age = seconds(params.max_mark_age_seconds);
        what.answer(self.mark(), now, max_age, params.max_confidence_ppm).map_err(refuse)
    }

    /// True when the mark itself is good for it now.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`].
    pub fn allows(&self, what: Reliance, params: &MarketParams, now: i64) -> Result<bool> {
        Ok(self.answer(what, params, now)?.0 == Answer::Mark)
    }

    /// # Errors
    /// The error of what the mark lacks.
    pub fn require(&self, what: Reliance, params: &MarketParams, now: i64) -> Result<()> {
        match self.answer(what, params, now)? {
            (Answer::Mark, _) => Ok(()),
            (_, reason) => Err(BulkheadError::from(reason).into()),
        }
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

    /// One round; returns how many sources count. `look` reads the account of a source; it is called for each, in order.
    ///
    /// # Errors
    /// [`BulkheadError::OutOfRange`], and those of `look`.
    pub fn hear(
        &mut self,
        mut look: impl FnMut(&Source) -> Result<Option<Observation>>,
        params: &MarketParams,
        now: Now,
    ) -> Result<u64> {
        let mut inputs = SourceInput::slots();
        let count = usize::from(self.source_count);
        let inputs = inputs.get_mut(..count).ok_or(BulkheadError::OutOfRange)?;
        for (input, source) in inputs.iter_mut().zip(&mut self.sources) {
            let seen = look(source)?;
            let group = source.group;
            *input = source.health().hear(group, seen, now.unix);
        }
        let limits = Limits { removed: u64::from(self.removed_at(now.unix)), ..params.oracle_limits() };
        let aggregated = aggregate(inputs, &limits, now.moment());
        let round = aggregated.as_ref().map_err(|error| refuse(*error))?;
        let miss = seconds(params.max_source_age_seconds);
        for ((source, input), verdict) in self.sources.iter_mut().zip(inputs).zip(&round.verdicts) {
            source.health().record(*verdict, input.is_new, now.unix, miss);
        }
        let mark: &mut Mark = bytemuck::cast_mut(&mut self.mark);
        let ring: &mut [Bucket; 128] = bytemuck::cast_mut(&mut self.buckets);
        mark.take(round, &params.mark_terms(), now.moment(), ring).map_err(refuse)?;
        self.observe_regime(params, now)?;
        Ok(round.valid)
    }

    /// The grace after an outage, once a round was heard. `last_at`, `live`: when the mark had its last quorum before the round,
    /// and its live seconds then.
    pub fn keep_grace(&mut self, last_at: i64, live: u64, now: Now) {
        if self.mark.resume_left == 0 && self.grace_left == 0 {
            return;
        }
        let mark = self.mark();
        let (gap, lived) = (now.unix.saturating_sub(last_at), mark.live_seconds.wrapping_sub(live));
        let left = after_round(u64::from(self.grace_left), gap, mark.resume_left > 0, lived);
        self.grace_left = u32::try_from(left).unwrap_or(u32::MAX);
    }
}
