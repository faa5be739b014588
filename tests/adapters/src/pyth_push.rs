//! `pyth-sdk-solana`.

use {
    crate::{atoms, readable},
    bulkhead::{adapters::decode, constants::PYTH_PUSH_PROGRAM, state::registry::source_kind},
    bulkhead_risk::oracle::Observation,
    proptest::{prelude::*, sample::select},
    pyth_sdk_solana::state::{
        load_price_account, PriceInfo, PriceStatus, SolanaPriceAccount, MAGIC, VERSION_2,
    },
};

/// What the SDK's loader finds. It asks for the alignment that an account has on chain.
fn theirs(data: &[u8], decimals: u8) -> Option<Observation> {
    let mut words = vec![0u64; data.len().div_ceil(8)];
    let aligned = &mut bytemuck::cast_slice_mut(&mut words)[..data.len()];
    aligned.copy_from_slice(data);
    let feed = load_price_account::<32, ()>(aligned).ok()?;
    if feed.agg.status != PriceStatus::Trading {
        return None;
    }
    Some(Observation {
        price: atoms(feed.agg.price.into(), feed.expo, decimals)?,
        confidence: atoms(i64::try_from(feed.agg.conf).ok()?.into(), feed.expo, decimals)?,
        publish_time: feed.get_publish_time(),
        slot: feed.agg.pub_slot,
    })
}

fn ours(data: &[u8], decimals: u8) -> Option<Observation> {
    decode(source_kind::PYTH_PUSH, &PYTH_PUSH_PROGRAM, data, &[0; 32], decimals)
}

fn nearly(value: u32) -> impl Strategy<Value = u32> {
    prop_oneof![12 => Just(value), 1 => 0u32..8, 1 => any::<u32>()]
}

prop_compose! {
    fn account()(
        magic in nearly(MAGIC), ver in nearly(VERSION_2), atype in nearly(3),
        status in prop_oneof![
            4 => Just(PriceStatus::Trading),
            1 => select(vec![
                PriceStatus::Unknown, PriceStatus::Halted, PriceStatus::Auction, PriceStatus::Ignored,
            ]),
        ],
        price in prop_oneof![1 => any::<i64>(), 6 => 0i64..1 << 50],
        conf in prop_oneof![1 => any::<u64>(), 6 => 0u64..1 << 40],
        expo in prop_oneof![1 => any::<i32>(), 8 => -14i32..3],
        slots: [u64; 4], times: [i64; 2], others: (i64, u64, u32, u32),
    ) -> SolanaPriceAccount {
        SolanaPriceAccount {
            magic, ver, atype, expo,
            size: others.2,
            num: others.3,
            timestamp: times[0],
            prev_timestamp: times[1],
            last_slot: slots[0],
            valid_slot: slots[1],
            prev_slot: slots[2],
            prev_price: others.0,
            prev_conf: others.1,
            agg: PriceInfo { price, conf, status, pub_slot: slots[3], ..PriceInfo::default() },
            ..SolanaPriceAccount::default()
        }
    }
}

#[test]
fn compares_accounts_of_which_many_can_be_read() {
    assert!(readable(account(), |account| theirs(bytemuck::bytes_of(&account), 6).is_some()) > 20);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn reads_what_the_sdk_reads(account in account(), decimals in 6u8..=9, length in 0usize..=3_312) {
        let mut data = bytemuck::bytes_of(&account).to_vec();
        prop_assert_eq!(ours(&data, decimals), theirs(&data, decimals));
        prop_assert_eq!(ours(&data[..length], decimals), theirs(&data[..length], decimals));
        // Accounts on chain are longer than the struct.
        data.resize(12_576, 0x55);
        prop_assert_eq!(ours(&data, decimals), theirs(&data, decimals));
    }
}
