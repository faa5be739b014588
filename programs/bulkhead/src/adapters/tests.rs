//! What holds of every adapter, and what their tests share.

use {
    super::*,
    crate::{constants::*, state::params::MarketParams, ID},
    bulkhead_risk::oracle::{
        aggregate, observation::MAX_FUTURE_SECONDS, Moment, Observation, SourceInput, Verdict,
    },
    proptest::prelude::*,
    std::{vec, vec::Vec},
};

pub const NOW: i64 = 1_790_000_000;
pub const DECIMALS: u8 = 6;
/// What the well-formed accounts of all tests say, in atoms: 97,123.456789 and 12.345678.
pub const PRICE: u64 = 97_123_456_789;
pub const CONFIDENCE: u64 = 12_345_678;
pub const SLOT: u64 = 345_678_901;

/// A well-formed account: its kind, its owner, what it must say it is, and its bytes.
#[derive(Clone, Debug)]
pub struct Sample {
    pub kind: u8,
    pub owner: Address,
    pub feed_id: [u8; 32],
    pub data: Vec<u8>,
    /// The shortest length at which it can be read.
    pub length: usize,
}

impl Sample {
    pub fn read(&self) -> Option<Observation> {
        decode(self.kind, &self.owner, &self.data, &self.feed_id, DECIMALS)
    }

    /// The same account with other bytes at `at`.
    #[must_use]
    pub fn with(mut self, at: usize, bytes: &[u8]) -> Self {
        self.data[at..at + bytes.len()].copy_from_slice(bytes);
        self
    }
}

fn samples() -> Vec<Sample> {
    vec![
        publisher::tests::sample(),
        pyth_push::tests::sample(),
        pyth_pull::tests::sample(),
        switchboard::tests::sample(),
        chainlink::tests::sample(),
    ]
}

fn sample() -> impl Strategy<Value = Sample> {
    (0usize..5).prop_map(|at| samples().swap_remove(at))
}

/// What the aggregate says of one observation at a time.
pub fn verdict(seen: Option<Observation>, now: i64) -> Verdict {
    let source = SourceInput { observation: seen, ..SourceInput::default() };
    let now = Moment { unix: now, slot: SLOT };
    aggregate(&[source], &MarketParams::defaults().oracle_limits(), now).unwrap().verdicts[0]
}

/// The account hands its date on, and the aggregate takes it from five seconds ahead and no earlier.
pub fn hands_on_its_date(dated: impl Fn(i64) -> Sample) {
    for date in [0, 1, NOW, NOW + MAX_FUTURE_SECONDS, NOW + MAX_FUTURE_SECONDS + 1, i64::from(u32::MAX)] {
        assert_eq!(dated(date).read().map(|seen| seen.publish_time), Some(date));
    }
    let at = |date| verdict(dated(date).read(), NOW);
    assert_eq!(at(NOW), Verdict::Valid);
    assert_eq!(at(NOW + MAX_FUTURE_SECONDS), Verdict::Valid);
    assert_eq!(at(NOW + MAX_FUTURE_SECONDS + 1), Verdict::Future);
    assert_eq!(at(i64::from(u32::MAX)), Verdict::Future);
    assert_eq!(at(0), Verdict::Stale);
}

#[test]
fn reads_every_kind_and_no_other() {
    for sample in samples() {
        let seen = sample.read().unwrap();
        let confidence = if sample.kind == source_kind::CHAINLINK { 0 } else { CONFIDENCE };
        assert_eq!(seen, Observation { price: PRICE, confidence, publish_time: NOW, slot: SLOT });
        assert_eq!(verdict(Some(seen), NOW), Verdict::Valid);
        for kind in 0..=u8::MAX {
            let read = decode(kind, &sample.owner, &sample.data, &sample.feed_id, DECIMALS);
            assert_eq!(read.is_some(), kind == sample.kind, "{kind}");
        }
    }
}

#[test]
fn refuses_every_length_but_a_whole_account_and_ignores_what_follows_one() {
    for sample in samples() {
        let read = |data: &[u8]| decode(sample.kind, &sample.owner, data, &sample.feed_id, DECIMALS);
        for length in 0..sample.length {
            assert_eq!(read(&sample.data[..length]), None, "kind {} length {length}", sample.kind);
        }
        let mut data = sample.data.clone();
        data.truncate(sample.length);
        assert_eq!(read(&data), sample.read());
        data.extend([0xff; 64]);
        assert_eq!(read(&data), sample.read());
    }
}

#[test]
fn reads_bytes_of_any_alignment() {
    for sample in samples() {
        for shift in 0..16 {
            let mut data = vec![0; shift];
            data.extend(&sample.data);
            let read = decode(sample.kind, &sample.owner, &data[shift..], &sample.feed_id, DECIMALS);
            assert_eq!(read, sample.read());
        }
    }
}

#[test]
fn refuses_the_owner_of_another_kind() {
    let system = Address::default();
    let owners = [
        ID,
        PYTH_PUSH_PROGRAM,
        PYTH_RECEIVER_PROGRAM,
        SWITCHBOARD_PROGRAM,
        CHAINLINK_STORE_PROGRAM,
        UPGRADEABLE_LOADER,
        system,
    ];
    for sample in samples() {
        for owner in owners.iter().filter(|owner| **owner != sample.owner) {
            assert_eq!(decode(sample.kind, owner, &sample.data, &sample.feed_id, DECIMALS), None);
        }
    }
}

#[test]
fn refuses_another_type_of_account() {
    for sample in samples() {
        for at in 0..8 {
            let mut data = sample.data.clone();
            data[at] ^= 1;
            assert_eq!(decode(sample.kind, &sample.owner, &data, &sample.feed_id, DECIMALS), None);
        }
    }
}

#[test]
fn refuses_another_feed_where_the_account_names_one() {
    for sample in samples() {
        let named = sample.kind >= source_kind::PYTH_PULL;
        for at in 0..32 {
            let mut feed_id = sample.feed_id;
            feed_id[at] ^= 1;
            let read = decode(sample.kind, &sample.owner, &sample.data, &feed_id, DECIMALS);
            assert_eq!(read.is_none(), named, "kind {}", sample.kind);
        }
        let nothing = decode(sample.kind, &sample.owner, &sample.data, &[0; 32], DECIMALS);
        assert_eq!(nothing.is_none(), named, "kind {}", sample.kind);
    }
}

proptest! {
    #[test]
    fn survives_any_bytes_and_refuses_them_under_another_owner(
        kind in 0u8..8, owner: [u8; 32], feed_id: [u8; 32], decimals: u8,
        data in proptest::collection::vec(any::<u8>(), 0..4_096),
    ) {
        prop_assert_eq!(decode(kind, &Address::from(owner), &data, &feed_id, decimals), None);
        for owner in samples().iter().map(|sample| sample.owner) {
            let _ = decode(kind, &owner, &data, &feed_id, decimals);
        }
    }

    #[test]
    fn survives_any_damage_and_refuses_it_under_another_owner(
        sample in sample(), owner: [u8; 32], at: proptest::sample::Index, length: proptest::sample::Index,
        damage in proptest::collection::vec(any::<u8>(), 0..64), decimals: u8,
    ) {
        let mut data = sample.data;
        let at = at.index(data.len());
        let end = data.len().min(at + damage.len());
        data[at..end].copy_from_slice(&damage[..end - at]);
        let _ = decode(sample.kind, &sample.owner, &data, &sample.feed_id, decimals);
        data.truncate(length.index(data.len() + 1));
        let read = decode(sample.kind, &sample.owner, &data, &sample.feed_id, decimals);
        prop_assert!(read.is_none() || data.len() >= sample.length);
        prop_assert_eq!(decode(sample.kind, &Address::from(owner), &data, &sample.feed_id, decimals), None);
    }
}
