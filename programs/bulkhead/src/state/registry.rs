//! The sources of a market's oracle: which are registered, how each has behaved, and who must still pay for it.

use {
    crate::{
        error::BulkheadError,
        state::{MarketParams, OracleAggregate},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::oracle::{Health, Standing, State},
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

const _: () = assert!(size_of::<StoredHealth>() == size_of::<Health>());

impl Source {
    /// The record as the risk crate sees it.
    #[must_use]
    pub fn health(&mut self) -> &mut Health {
        bytemuck::cast_mut(&mut self.health)
    }
}

impl OracleAggregate {
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

    pub(super) fn removed_at(&self, now: i64) -> u8 {
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
}
