//! `switchboard-on-demand`.

use {
    crate::{atoms, readable},
    bulkhead::{
        adapters::{
            decode,
            switchboard::{DISCRIMINATOR, LENGTH},
        },
        constants::{SWITCHBOARD_PROGRAM, SWITCHBOARD_QUEUE},
        state::registry::source_kind,
    },
    bulkhead_risk::oracle::Observation,
    proptest::{collection::vec, prelude::*},
    std::cell::RefCell,
    switchboard_on_demand::{
        utils::DEFAULT_MAINNET_QUEUE, Discriminator, PullFeedAccountData, ON_DEMAND_MAINNET_PID, PRECISION,
    },
};

/// An account whose struct lies on 16 bytes, as the SDK's parser asks.
struct Aligned(Vec<u128>);

impl Aligned {
    fn new(data: &[u8]) -> Self {
        let mut words = vec![0; data.len().div_ceil(16) + 1];
        bytemuck::cast_slice_mut::<u128, u8>(&mut words)[8..8 + data.len()].copy_from_slice(data);
        Self(words)
    }

    fn bytes(&mut self, length: usize) -> &mut [u8] {
        &mut bytemuck::cast_slice_mut(&mut self.0)[8..8 + length]
    }
}

/// What the SDK finds, and of that what our rules leave: enough samples of the registered jobs, by oracles of Switchboard's
/// own queue and not by the feed's authority, dated by the submission or by the last write if that was earlier.
fn theirs(data: &[u8], jobs: &[u8; 32], decimals: u8) -> Option<Observation> {
    let mut aligned = Aligned::new(data);
    let cell = RefCell::new(aligned.bytes(data.len()));
    let feed = PullFeedAccountData::parse(cell.borrow()).ok()?;
    let enough = feed.result.num_samples >= feed.min_sample_size.max(1);
    let trusted = feed.queue == DEFAULT_MAINNET_QUEUE && feed.permit_write_by_authority == 0;
    if !enough || !trusted || feed.feed_hash != *jobs || feed.result.submission_idx >= 32 {
        return None;
    }
    let slot = feed.result.result_slot()?;
    let exponent = -i32::try_from(PRECISION).unwrap();
    Some(Observation {
        price: atoms(feed.value(slot).ok()?.mantissa(), exponent, decimals)?,
        confidence: atoms(feed.std_dev()?.mantissa(), exponent, decimals)?,
        publish_time: feed.result_ts().min(feed.last_update_timestamp),
        slot,
    })
}

fn ours(data: &[u8], jobs: &[u8; 32], decimals: u8) -> Option<Observation> {
    decode(source_kind::SWITCHBOARD, &SWITCHBOARD_PROGRAM, data, jobs, decimals)
}

/// What the SDK's decimals hold, either sign, and most often a price.
fn value() -> impl Strategy<Value = i128> {
    let most = 1i128 << 95;
    prop_oneof![1 => -most..most, 8 => 0..10i128.pow(25)]
}

prop_compose! {
    /// Random bytes, and over them what a feed says, set by the SDK's own struct.
    fn account()(
        noise in vec(any::<u8>(), LENGTH - 8),
        value in value(), std_dev in value(),
        samples in 0u8..6, min_samples in 0u8..5,
        submission in prop_oneof![8 => 0u8..32, 1 => any::<u8>()],
        slot in prop_oneof![1 => Just(0u64), 8 => any::<u64>()],
        own_queue in prop_oneof![8 => Just(true), 1 => Just(false)],
        permission in prop_oneof![8 => Just(0u8), 1 => any::<u8>()],
    ) -> PullFeedAccountData {
        let mut feed: PullFeedAccountData = bytemuck::pod_read_unaligned(&noise);
        feed.result.value = value;
        feed.result.std_dev = std_dev;
        feed.result.num_samples = samples;
        feed.result.submission_idx = submission;
        feed.result.slot = slot;
        feed.min_sample_size = min_samples;
        feed.permit_write_by_authority = permission;
        feed.max_staleness = 0;
        if own_queue {
            feed.queue = DEFAULT_MAINNET_QUEUE;
        }
        feed
    }
}

fn written(feed: &PullFeedAccountData) -> Vec<u8> {
    [PullFeedAccountData::DISCRIMINATOR, bytemuck::bytes_of(feed)].concat()
}

#[test]
fn names_the_same_program_type_and_length() {
    assert_eq!(SWITCHBOARD_PROGRAM.to_bytes(), ON_DEMAND_MAINNET_PID.to_bytes());
    assert_eq!(SWITCHBOARD_QUEUE.to_bytes(), DEFAULT_MAINNET_QUEUE.to_bytes());
    assert_eq!(DISCRIMINATOR, PullFeedAccountData::DISCRIMINATOR);
    assert_eq!(LENGTH, 8 + size_of::<PullFeedAccountData>());
}

#[test]
fn compares_accounts_of_which_many_can_be_read() {
    assert!(readable(account(), |feed| theirs(&written(&feed), &feed.feed_hash, 6).is_some()) > 20);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn reads_what_the_sdk_reads(feed in account(), foreign: [u8; 32], decimals in 6u8..=9) {
        let data = written(&feed);
        for jobs in [feed.feed_hash, foreign] {
            prop_assert_eq!(ours(&data, &jobs, decimals), theirs(&data, &jobs, decimals));
        }
    }

    #[test]
    fn reads_what_the_sdk_reads_of_damaged_accounts(
        feed in account(), header in 0usize..16, byte: u8, length in 0..=LENGTH,
    ) {
        let mut data = written(&feed);
        let jobs = feed.feed_hash;
        prop_assert_eq!(ours(&data[..length], &jobs, 6), theirs(&data[..length], &jobs, 6));
        data[header] = byte;
        prop_assert_eq!(ours(&data, &jobs, 6), theirs(&data, &jobs, 6));
    }
}
