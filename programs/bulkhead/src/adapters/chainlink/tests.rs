use {
    super::*,
    crate::{
        adapters::tests::{hands_on_its_date, verdict, Sample, NOW, PRICE, SLOT},
        state::registry::source_kind,
    },
    bulkhead_risk::oracle::Verdict,
    std::{vec, vec::Vec},
};

const PAIR: [u8; 32] = *b"BTC / USD\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
/// Chainlink's eight decimals over the six of the quote.
const ATOM: i128 = 100;

fn round(slot: u64, date: u32, answer: i128) -> Vec<u8> {
    let mut data = slot.to_le_bytes().to_vec();
    data.extend(date.to_le_bytes());
    data.extend([0xaa; 4]);
    data.extend(answer.to_le_bytes());
    data.extend([0xbb; 16]);
    data
}

/// A feed with a live ring of these rounds.
fn ring(cursor: u32, rounds: &[Vec<u8>]) -> Sample {
    let mut data = DISCRIMINATOR.to_vec();
    data.extend([FEED_VERSION, 0]);
    data.extend([0x77; 96]);
    data.extend(PAIR);
    data.push(8);
    data.extend(0u32.to_le_bytes());
    data.extend(1_000u32.to_le_bytes());
    data.push(30);
    data.extend(u32::try_from(rounds.len()).unwrap().to_le_bytes());
    data.extend(cursor.to_le_bytes());
    data.extend(0u32.to_le_bytes());
    data.resize(ROUNDS_AT, 0);
    data.extend(rounds.concat());
    let length = data.len();
    // A historical ring follows.
    data.extend(round(1, 2, 3).repeat(2));
    Sample { kind: source_kind::CHAINLINK, owner: CHAINLINK_STORE_PROGRAM, feed_id: PAIR, length, data }
}

fn feed(answer: i128, date: i64) -> Sample {
    ring(0, &[round(SLOT, u32::try_from(date).unwrap(), answer)])
}

fn scaled(atoms: u64) -> i128 {
    i128::from(atoms) * ATOM
}

pub fn sample() -> Sample {
    feed(scaled(PRICE), NOW)
}

fn price_of(sample: &Sample) -> Option<u64> {
    sample.read().map(|seen| seen.price)
}

#[test]
fn reads_the_round_before_the_cursor() {
    let rounds: Vec<_> = (1..=5).map(|i| round(SLOT + i, 9, 100 * i128::from(i))).collect();
    for (cursor, latest) in [(0u32, 5), (1, 1), (2, 2), (3, 3), (4, 4)] {
        let seen = ring(cursor, &rounds).read().unwrap();
        assert_eq!((seen.price, seen.slot, seen.publish_time), (latest, SLOT + latest, 9));
    }
}

#[test]
fn refuses_a_cursor_outside_the_ring_and_a_ring_outside_the_account() {
    let rounds = vec![round(SLOT, 9, 100); 3];
    for cursor in [3, 4, u32::MAX] {
        assert_eq!(ring(cursor, &rounds).read(), None);
    }
    assert_eq!(ring(0, &[]).read(), None);
    for length in [6u32, u32::MAX] {
        for cursor in [0, 1, 5] {
            assert_eq!(ring(cursor, &rounds).with(LIVE_LENGTH_AT, &length.to_le_bytes()).read(), None);
        }
    }
    // Every byte of the ring must be there, wherever the latest round is.
    let mut short = ring(1, &rounds);
    short.data.truncate(short.length - 1);
    assert_eq!(short.read(), None);
}

#[test]
fn refuses_a_feed_without_rounds_and_other_versions() {
    assert_eq!(sample().with(LATEST_ROUND_AT, &[0; 4]).read(), None);
    for version in (0..=u8::MAX).filter(|version| *version != FEED_VERSION) {
        assert_eq!(sample().with(VERSION_AT, &[version]).read(), None);
    }
}

#[test]
fn reads_a_flagged_feed() {
    assert_eq!(sample().with(VERSION_AT + 1, &[1]).read(), sample().read());
}

#[test]
fn reads_any_decimals_that_fit() {
    let price = |decimals: u8, answer| price_of(&feed(answer, NOW).with(DECIMALS_AT, &[decimals]));
    assert_eq!(price(0, 97_000), Some(97_000_000_000));
    assert_eq!(price(6, 97_000), Some(97_000));
    assert_eq!(price(18, 97_000 * 10i128.pow(18) + 1), Some(97_000_000_000));
    assert_eq!(price(25, i128::MAX), Some(17_014_118_346_046_923_173));
    for decimals in 26..=u8::MAX {
        assert_eq!(price(decimals, i128::MAX), None);
    }
}

#[test]
fn refuses_negative_and_overflowing_answers_and_hands_on_zero() {
    for answer in [-1, i128::MIN, i128::MAX, (i128::from(u64::MAX) + 1) * ATOM] {
        assert_eq!(feed(answer, NOW).read(), None, "{answer}");
    }
    assert_eq!(price_of(&feed(i128::from(u64::MAX) * ATOM, NOW)), Some(u64::MAX));
    assert_eq!(verdict(feed(i128::from(u64::MAX) * ATOM, NOW).read(), NOW), Verdict::NotAPrice);
    assert_eq!(verdict(feed(0, NOW).read(), NOW), Verdict::NotAPrice);
    assert_eq!(verdict(feed(ATOM - 1, NOW).read(), NOW), Verdict::NotAPrice);
}

#[test]
fn hands_on_a_future_date_and_the_aggregate_refuses_it() {
    hands_on_its_date(|date| feed(scaled(PRICE), date));
    assert_eq!(sample().with(ROUNDS_AT, &u64::MAX.to_le_bytes()).read().unwrap().slot, u64::MAX);
}
