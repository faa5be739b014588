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
        oracle::{
            aggregate, Answer, Grade, Health, Limits, Mark, Observation, Reason, Reliance, SourceInput,
            Standing, State, MAX_SOURCES,
        },
        regime::Regime,
        settlement::{last_closed, Bucket, RING_BUCKETS},
    },
    bytemuck::{Pod, Zeroable},
    core::mem::size_of,
};

/// How a source's account is read, as its stored byte.
pub mod source_kind {
    pub const PUBLISHER: u8 = 1;
    pub const PYTH_PUSH: u8 = 2;
    pub const PYTH_PULL: u8 = 3;
    pub const SWITCHBOARD: u8 = 4;
    pub const CHAINLINK: u8 = 5;
    /// The highest that is known.
    pub const LAST: u8 = CHAINLINK;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Source {
    /// Zero: the slot is free.
    pub kind: u8,
    /// Sources of one group share an upstream.
    pub group: u8,
    pub _pad0: [u8; 6],
    /// The account that is read.
    pub key: Address,
    /// What the account must say it is; `SourceSpec::feed_id`.
    pub feed_id: [u8; 32],
    pub health: StoredHealth,
}

/// A source as governance names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, AnchorSerialize, AnchorDeserialize, IdlType)]
#[repr(C)]
pub struct SourceSpec {
    /// 1 publisher feed, 2 Pyth push, 3 Pyth pull, 4 Switchboard, 5 Chainlink.
    pub kind: u8,
    /// Sources with a common upstream share a group: below 64.
    pub group: u8,
    /// The account that is read.
    pub key: Address,
    /// What the account must say it is: the feed for Pyth pull, the hash of the jobs for Switchboard, the description for
    /// Chainlink; zeros for the others.
    pub feed_id: [u8; 32],
}

/// Groups are bits of a 64-bit set.
const MAX_GROUPS: u8 = 64;

impl SourceSpec {
    /// # Errors
    /// [`BulkheadError::InvalidSource`] for an unknown kind or group, or no key.
    pub fn check(&self) -> Result<()> {
        let kinds = source_kind::PUBLISHER..=source_kind::LAST;
        let known = kinds.contains(&self.kind) && self.group < MAX_GROUPS && self.key != Address::default();
        require!(known, BulkheadError::InvalidSource);
        Ok(())
    }
}

/// `bulkhead_risk::oracle::Health` as stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct StoredHealth {
    /// `bulkhead_risk::oracle::State`.
    pub state: u8,
    /// Strikes not yet cleared.
    pub strikes: u8,
    /// `bulkhead_risk::oracle::Verdict` of the last round.
    pub verdict: u8,
    pub _pad: u8,
    /// Good rounds in a row in this state.
    pub good_rounds: u32,
    /// Unix time at which the quarantine, or the least time as an observer, ends.
    pub until: i64,
    pub struck_at: i64,
    pub missed_at: i64,
    /// Strikes and missed rounds that a bonded publisher has not paid for.
    pub strikes_owed: u32,
    pub missed_owed: u32,
    pub last_price: u64,
    pub last_publish_time: i64,
}

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
    pub _pad0: [u8; 4],
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
const _: () = assert!(size_of::<StoredHealth>() == size_of::<Health>());
const _: () = assert!(size_of::<StoredMark>() == size_of::<Mark>());

impl Source {
    /// The record as the risk crate sees it.
    #[must_use]
    pub fn health(&mut self) -> &mut Health {
        bytemuck::cast_mut(&mut self.health)
    }
}

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

    /// # Errors
    /// [`BulkheadError::InvalidSource`] for one that is registered already, [`BulkheadError::TooManySources`], and those of
    /// [`SourceSpec::check`].
    pub fn add_source(&mut self, spec: &SourceSpec, health: Health) -> Result<()> {
        spec.check()?;
        let is_new = self.registered().iter().all(|s| s.key != spec.key);
        require!(is_new, BulkheadError::InvalidSource);
        let at = usize::from(self.source_count);
        let slot = self.sources.get_mut(at).ok_or(BulkheadError::TooManySources)?;
        *slot = Source {
            kind: spec.kind,
            group: spec.group,
            _pad0: [0; 6],
            key: spec.key,
            feed_id: spec.feed_id,
            health: bytemuck::cast(health),
        };
        self.source_count = self.source_count.saturating_add(1);
        Ok(())
    }

    /// Those behind it move up. Until `until` it counts as missing, so that whoever removes honest sources does not make a
    /// majority of the others.
    ///
    /// # Errors
    /// [`BulkheadError::UnknownSource`].
    pub fn remove_source(&mut self, key: &Address, now: i64, until: i64) -> Result<()> {
        let at = self.position(key)?;
        let before = self.removed_at(now);
        let was_expected = self.sources.get(at).is_some_and(|s| s.health.state != State::Observer as u8);
        self.removed = before.saturating_add(u8::from(was_expected));
        self.removed_until = until;
        let behind = self.sources.get_mut(at..).ok_or(BulkheadError::UnknownSource)?;
        behind.rotate_left(1);
        if let Some(last) = behind.last_mut() {
            *last = Source::zeroed();
        }
        self.source_count = self.source_count.saturating_sub(1);
        Ok(())
    }

    fn removed_at(&self, now: i64) -> u8 {
        match now < self.removed_until {
            true => self.removed,
            false => 0,
        }
    }

    /// A quorum must be left to vote: enough of them, a majority, and of enough groups.
    ///
    /// # Errors
    /// [`BulkheadError::UnknownSource`], [`BulkheadError::TooFewVoters`].
    pub fn quarantine_source(
        &mut self,
        key: &Address,
        params: &MarketParams,
        now: i64,
        until: i64,
    ) -> Result<()> {
        let at = self.position(key)?;
        let source = self.sources.get_mut(at).ok_or(BulkheadError::UnknownSource)?;
        source.health().quarantine(until);
        let (mut voters, mut expected, mut groups) = (0u64, u64::from(self.removed_at(now)), 0u64);
        for source in self.sources.iter_mut().take(usize::from(self.source_count)) {
            let standing = source.health().stand(now);
            expected = expected.saturating_add(u64::from(standing != Standing::Observing));
            if standing == Standing::Voting {
                voters = voters.saturating_add(1);
                groups |= 1u64.checked_shl(u32::from(source.group)).unwrap_or(0);
            }
        }
        let enough = voters >= params.quorum
            && voters.saturating_add(voters) > expected
            && u64::from(groups.count_ones()) >= params.min_groups;
        require!(enough, BulkheadError::TooFewVoters);
        Ok(())
    }

    /// Strikes and missed rounds that the publisher of a feed has not paid for.
    #[must_use]
    pub fn owed(&self, feed: &Address) -> (u32, u32) {
        let source = self.registered().iter().find(|s| s.key == *feed);
        source.map_or((0, 0), |s| (s.health.strikes_owed, s.health.missed_owed))
    }

    /// The publisher of a feed has paid.
    pub fn clear_owed(&mut self, feed: &Address) {
        for source in self.sources.iter_mut().filter(|s| s.key == *feed) {
            (source.health.strikes_owed, source.health.missed_owed) = (0, 0);
        }
    }

    /// A feed that is a source already begins a new life: it owes nothing, and is watched until `until` before it counts again.
    pub fn begin_anew(&mut self, feed: &Address, until: i64) {
        for source in self.sources.iter_mut().filter(|s| s.kind != 0 && s.key == *feed) {
            source.health = bytemuck::cast(Health::observer(until));
        }
    }

    /// Place of a source in the order of registration.
    ///
    /// # Errors
    /// [`BulkheadError::UnknownSource`].
    pub fn position(&self, key: &Address) -> Result<usize> {
        let at = self.registered().iter().position(|s| s.key == *key);
        at.ok_or_else(|| BulkheadError::UnknownSource.into())
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
}
