//! `pyth-solana-receiver-sdk`.

use {
    crate::{atoms, readable},
    anchor_v1::{prelude::Clock, AccountDeserialize, AccountSerialize, Discriminator},
    bulkhead::{
        adapters::{decode, pyth_pull::DISCRIMINATOR},
        constants::PYTH_RECEIVER_PROGRAM,
        state::registry::source_kind,
    },
    bulkhead_risk::oracle::Observation,
    proptest::prelude::*,
    pyth_solana_receiver_sdk::price_update::{PriceFeedMessage, PriceUpdateV2, VerificationLevel},
    solana_address::Address,
};

/// What the SDK reads when asked for a fully verified price of this feed, at the time it was published.
fn theirs(data: &[u8], feed_id: &[u8; 32], decimals: u8) -> Option<Observation> {
    let update = PriceUpdateV2::try_deserialize(&mut &data[..]).ok()?;
    let clock = Clock { unix_timestamp: update.price_message.publish_time, ..Clock::default() };
    let seen = update.get_price_no_older_than(&clock, 0, feed_id).ok()?;
    Some(Observation {
        price: atoms(seen.price.into(), seen.exponent, decimals)?,
        // Beyond 63 bits a confidence is wider than any price, and ours does not read it.
        confidence: atoms(i64::try_from(seen.conf).ok()?.into(), seen.exponent, decimals)?,
        publish_time: seen.publish_time,
        slot: update.posted_slot,
    })
}

fn ours(data: &[u8], feed_id: &[u8; 32], decimals: u8) -> Option<Observation> {
    decode(source_kind::PYTH_PULL, &PYTH_RECEIVER_PROGRAM, data, feed_id, decimals)
}

prop_compose! {
    /// A feed and its account.
    fn update()(
        authority: [u8; 32],
        level in prop_oneof![
            4 => Just(VerificationLevel::Full),
            1 => any::<u8>().prop_map(|num_signatures| VerificationLevel::Partial { num_signatures }),
        ],
        feed_id: [u8; 32],
        price in prop_oneof![1 => any::<i64>(), 6 => 0i64..1 << 50],
        conf in prop_oneof![1 => any::<u64>(), 6 => 0u64..1 << 40],
        exponent in prop_oneof![1 => any::<i32>(), 8 => -14i32..3],
        times: (i64, i64), averages: (i64, u64), posted_slot: u64,
    ) -> ([u8; 32], Vec<u8>) {
        let update = PriceUpdateV2 {
            write_authority: authority.into(),
            verification_level: level,
            price_message: PriceFeedMessage {
                feed_id, price, conf, exponent,
                publish_time: times.0, prev_publish_time: times.1, ema_price: averages.0, ema_conf: averages.1,
            },
            posted_slot,
        };
        (feed_id, written(&update))
    }
}

fn written(update: &PriceUpdateV2) -> Vec<u8> {
    let mut data = Vec::new();
    update.try_serialize(&mut data).unwrap();
    // The account is as long as its longest variant.
    data.resize(PriceUpdateV2::LEN, 0);
    data
}

#[test]
fn names_the_same_program_and_type() {
    assert_eq!(PYTH_RECEIVER_PROGRAM.to_bytes(), pyth_solana_receiver_sdk::ID.to_bytes());
    assert_eq!(DISCRIMINATOR, PriceUpdateV2::DISCRIMINATOR);
}

#[test]
fn compares_accounts_of_which_many_can_be_read() {
    assert!(readable(update(), |(feed, data)| theirs(&data, &feed, 6).is_some()) > 20);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn reads_what_the_sdk_reads((feed, data) in update(), foreign: [u8; 32], decimals in 6u8..=9) {
        for feed_id in [feed, foreign] {
            prop_assert_eq!(ours(&data, &feed_id, decimals), theirs(&data, &feed_id, decimals));
        }
        prop_assert_eq!(decode(source_kind::PYTH_PULL, &Address::from(foreign), &data, &foreign, decimals), None);
    }

    #[test]
    fn reads_what_the_sdk_reads_of_damaged_accounts(
        (feed, mut data) in update(), at in 0..PriceUpdateV2::LEN, byte: u8, length in 0..=PriceUpdateV2::LEN,
    ) {
        data[at] = byte;
        prop_assert_eq!(ours(&data, &feed, 6), theirs(&data, &feed, 6));
        data.truncate(length);
        prop_assert_eq!(ours(&data, &feed, 6), theirs(&data, &feed, 6));
    }
}
