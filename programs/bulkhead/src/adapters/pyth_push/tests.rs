use {
    super::*,
    crate::{
        adapters::tests::{hands_on_its_date, verdict, Sample, CONFIDENCE, NOW, PRICE, SLOT},
        state::registry::source_kind,
    },
    bulkhead_risk::oracle::Verdict,
};

/// Pyth's eight decimals over the six of the quote.
const ATOM: u64 = 100;

fn account(price: i64, conf: u64, expo: i32, timestamp: i64) -> Sample {
    let agg = PriceInfo { price, conf, status: PriceStatus::Trading, pub_slot: SLOT, ..PriceInfo::default() };
    // What is not read says something else.
    let feed = SolanaPriceAccount {
        magic: MAGIC,
        ver: VERSION_2,
        atype: PRICE_ACCOUNT,
        expo,
        timestamp,
        last_slot: SLOT - 1,
        valid_slot: SLOT - 2,
        prev_slot: SLOT - 3,
        prev_price: 1,
        prev_conf: 2,
        prev_timestamp: 3,
        agg,
        ..SolanaPriceAccount::default()
    };
    let data = bytemuck::bytes_of(&feed).to_vec();
    let length = data.len();
    Sample { kind: source_kind::PYTH_PUSH, owner: PYTH_PUSH_PROGRAM, feed_id: [0; 32], length, data }
}

fn scaled(atoms: u64) -> i64 {
    i64::try_from(atoms * ATOM).unwrap()
}

pub fn sample() -> Sample {
    account(scaled(PRICE), CONFIDENCE * ATOM, -8, NOW)
}

fn price_of(sample: &Sample) -> Option<u64> {
    sample.read().map(|seen| seen.price)
}

#[test]
fn reads_where_the_deployed_program_writes() {
    let offsets = [
        offset_of!(SolanaPriceAccount, magic),
        offset_of!(SolanaPriceAccount, ver),
        offset_of!(SolanaPriceAccount, atype),
        offset_of!(SolanaPriceAccount, expo),
        offset_of!(SolanaPriceAccount, timestamp),
        AGGREGATE_AT + offset_of!(PriceInfo, price),
        AGGREGATE_AT + offset_of!(PriceInfo, conf),
        AGGREGATE_AT + offset_of!(PriceInfo, status),
        AGGREGATE_AT + offset_of!(PriceInfo, pub_slot),
        size_of::<SolanaPriceAccount>(),
    ];
    // `pc_price_t` in `oracle.h` of `pyth-network/pyth-client`.
    assert_eq!(offsets, [0, 4, 8, 20, 96, 208, 216, 224, 232, 3_312]);
}

#[test]
fn refuses_every_status_but_trading() {
    let status_at = AGGREGATE_AT + offset_of!(PriceInfo, status);
    for status in (0..=u8::MAX).filter(|status| *status != TRADING) {
        assert_eq!(sample().with(status_at, &[status]).read(), None);
    }
}

#[test]
fn refuses_other_magic_versions_and_types() {
    for word in [0u32, 1, 4, 5, u32::MAX] {
        for at in [0, 4, 8] {
            assert_eq!(sample().with(at, &word.to_le_bytes()).read(), None, "{at} {word}");
        }
    }
    for version in [1u32, 3] {
        assert_eq!(sample().with(4, &version.to_le_bytes()).read(), None);
    }
    for other in [AccountType::Unknown, AccountType::Mapping, AccountType::Product] {
        assert_eq!(sample().with(8, &(other as u32).to_le_bytes()).read(), None);
    }
}

#[test]
fn refuses_negative_and_overflowing_prices_and_hands_on_zero() {
    for price in [-1, i64::MIN] {
        assert_eq!(account(price, 0, -8, NOW).read(), None);
    }
    assert_eq!(price_of(&account(i64::MAX, 0, -6, NOW)), Some(i64::MAX.unsigned_abs()));
    assert_eq!(price_of(&account(i64::MAX, 0, -5, NOW)), None);
    assert_eq!(verdict(account(i64::MAX, 0, -6, NOW).read(), NOW), Verdict::NotAPrice);
    assert_eq!(verdict(account(0, 0, -8, NOW).read(), NOW), Verdict::NotAPrice);
    for exponent in [i32::MIN, -26, 13, i32::MAX] {
        assert_eq!(account(scaled(PRICE), 0, exponent, NOW).read(), None);
    }
}

#[test]
fn refuses_a_confidence_that_does_not_fit_and_hands_on_a_wide_one() {
    assert_eq!(account(scaled(PRICE), 1 << 63, -8, NOW).read(), None);
    assert_eq!(verdict(account(scaled(PRICE), (1 << 63) - 1, -8, NOW).read(), NOW), Verdict::Uncertain);
}

#[test]
fn hands_on_a_future_date_and_the_aggregate_refuses_it() {
    hands_on_its_date(|date| account(scaled(PRICE), CONFIDENCE * ATOM, -8, date));
    let slot_at = AGGREGATE_AT + offset_of!(PriceInfo, pub_slot);
    assert_eq!(sample().with(slot_at, &u64::MAX.to_le_bytes()).read().unwrap().slot, u64::MAX);
}
