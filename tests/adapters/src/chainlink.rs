//! `chainlink_solana`.

use {
    crate::{atoms, readable},
    bulkhead::{
        adapters::{chainlink::DISCRIMINATOR, decode},
        constants::CHAINLINK_STORE_PROGRAM,
        state::registry::source_kind,
    },
    bulkhead_risk::oracle::Observation,
    chainlink_solana::v2::read_feed_v2,
    proptest::{collection::vec, prelude::*},
    solana_address::Address,
    std::cell::RefCell,
};

const HEADER: usize = 200;
const ROUND: usize = 48;
const DESCRIPTION: std::ops::Range<usize> = 106..138;
const LIVE_LENGTH: usize = 148;
const LIVE_CURSOR: usize = 152;

/// What the SDK reads, and of that what our rules leave: version 2, under the registered description.
fn theirs(data: &[u8], owner: &Address, description: &[u8; 32], decimals: u8) -> Option<Observation> {
    let mut copy = data.to_vec();
    let cell = RefCell::new(copy.as_mut_slice());
    let feed = read_feed_v2(cell.borrow(), owner.to_bytes()).ok()?;
    if feed.version() != 2 || feed.description() != *description {
        return None;
    }
    let round = feed.latest_round_data()?;
    Some(Observation {
        price: atoms(round.answer, -i32::from(feed.decimals()), decimals)?,
        confidence: 0,
        publish_time: round.timestamp.into(),
        slot: round.slot,
    })
}

fn ours(data: &[u8], owner: &Address, description: &[u8; 32], decimals: u8) -> Option<Observation> {
    decode(source_kind::CHAINLINK, owner, data, description, decimals)
}

prop_compose! {
    /// Random bytes, and over them what makes them a feed with `rounds` live rounds.
    fn account(rounds: usize)(
        noise in vec(any::<u8>(), HEADER + rounds * ROUND),
        version in prop_oneof![8 => Just(2u8), 1 => any::<u8>()],
        decimals in prop_oneof![8 => 0u8..20, 1 => any::<u8>()],
        answers in vec(prop_oneof![1 => any::<i128>(), 8 => 0..10i128.pow(22)], rounds),
        latest in prop_oneof![1 => Just(0u32), 8 => any::<u32>()],
        cursor in 0..u32::try_from(rounds).unwrap(),
    ) -> Vec<u8> {
        let mut data = noise;
        data[..8].copy_from_slice(&DISCRIMINATOR);
        data[8] = version;
        data[138] = decimals;
        data[143..147].copy_from_slice(&latest.to_le_bytes());
        data[LIVE_LENGTH..LIVE_CURSOR].copy_from_slice(&u32::try_from(rounds).unwrap().to_le_bytes());
        data[LIVE_CURSOR..LIVE_CURSOR + 4].copy_from_slice(&cursor.to_le_bytes());
        for (i, answer) in answers.iter().enumerate() {
            let at = HEADER + i * ROUND + 16;
            data[at..at + 16].copy_from_slice(&answer.to_le_bytes());
        }
        data
    }
}

fn description(data: &[u8]) -> [u8; 32] {
    data[DESCRIPTION].try_into().unwrap()
}

#[test]
fn compares_accounts_of_which_many_can_be_read() {
    let read = |data: Vec<u8>| theirs(&data, &CHAINLINK_STORE_PROGRAM, &description(&data), 6).is_some();
    assert!(readable(account(1), read) > 20);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn reads_what_the_sdk_reads(data in account(1), foreign: [u8; 32], decimals in 6u8..=9) {
        let owner = CHAINLINK_STORE_PROGRAM;
        for name in [description(&data), foreign] {
            prop_assert_eq!(ours(&data, &owner, &name, decimals), theirs(&data, &owner, &name, decimals));
        }
        let (stranger, name) = (Address::from(foreign), description(&data));
        prop_assert_eq!(theirs(&data, &stranger, &name, decimals), None);
        prop_assert_eq!(ours(&data, &stranger, &name, decimals), None);
    }

    #[test]
    fn reads_what_the_sdk_reads_of_damaged_accounts(
        data in account(1), header in 0usize..16, byte: u8, length in 8..=HEADER + ROUND,
    ) {
        let (owner, name) = (CHAINLINK_STORE_PROGRAM, description(&data));
        // Shorter than its header, the SDK would panic.
        let cut = &data[..length];
        prop_assert!(length >= HEADER || ours(cut, &owner, &name, 6).is_none());
        if length >= HEADER {
            prop_assert_eq!(ours(cut, &owner, &name, 6), theirs(cut, &owner, &name, 6));
        }
        let mut data = data;
        data[header] = byte;
        prop_assert_eq!(ours(&data, &owner, &name, 6), theirs(&data, &owner, &name, 6));
    }

    /// The SDK reads rings of one round. One of more reads as the ring of the round before the cursor alone.
    #[test]
    fn reads_a_longer_ring_as_its_latest_round_alone(data in account(7), decimals in 6u8..=9) {
        let (owner, name) = (CHAINLINK_STORE_PROGRAM, description(&data));
        let cursor = usize::from(data[LIVE_CURSOR]);
        let latest = HEADER + (cursor + 6) % 7 * ROUND;
        let mut alone = [&data[..HEADER], &data[latest..latest + ROUND]].concat();
        alone[LIVE_LENGTH..LIVE_CURSOR].copy_from_slice(&1u32.to_le_bytes());
        prop_assert_eq!(ours(&data, &owner, &name, decimals), theirs(&alone, &owner, &name, decimals));
    }
}
