use {
    super::*,
    crate::{
        adapters::tests::{hands_on_its_date, verdict, Sample, CONFIDENCE, NOW, PRICE, SLOT},
        state::registry::source_kind,
    },
    bulkhead_risk::oracle::Verdict,
    std::vec,
};

const JOBS: [u8; 32] = [0x5b; 32];
/// Switchboard's eighteen decimals over the six of the quote.
const ATOM: i128 = 1_000_000_000_000;
const SUBMISSION: u8 = 2;

fn date_at(submission: u8) -> usize {
    SUBMISSION_DATES_AT + 8 * usize::from(submission)
}

fn feed(value: i128, deviation: i128, date: i64) -> Sample {
    let data = vec![0; LENGTH];
    Sample { kind: source_kind::SWITCHBOARD, owner: SWITCHBOARD_PROGRAM, feed_id: JOBS, length: LENGTH, data }
        .with(0, &DISCRIMINATOR)
        .with(QUEUE_AT, SWITCHBOARD_QUEUE.as_ref())
        .with(FEED_HASH_AT, &JOBS)
        .with(MIN_SAMPLES_AT, &[3])
        .with(LAST_UPDATE_AT, &date.to_le_bytes())
        .with(VALUE_AT, &value.to_le_bytes())
        .with(DEVIATION_AT, &deviation.to_le_bytes())
        .with(SAMPLES_AT, &[5])
        .with(SUBMISSION_AT, &[SUBMISSION])
        .with(SLOT_AT, &SLOT.to_le_bytes())
        .with(date_at(SUBMISSION), &date.to_le_bytes())
}

fn scaled(atoms: u64) -> i128 {
    i128::from(atoms) * ATOM
}

pub fn sample() -> Sample {
    feed(scaled(PRICE), scaled(CONFIDENCE), NOW)
}

#[test]
fn refuses_a_feed_without_a_result_or_with_too_few_samples() {
    assert_eq!(sample().with(SLOT_AT, &[0; 8]).read(), None);
    for (samples, least, reads) in
        [(0, 0, false), (1, 0, true), (0, 1, false), (3, 3, true), (2, 3, false), (254, 255, false)]
    {
        let read = sample().with(SAMPLES_AT, &[samples]).with(MIN_SAMPLES_AT, &[least]).read();
        assert_eq!(read.is_some(), reads, "{samples} of {least}");
    }
}

#[test]
fn refuses_a_feed_of_a_foreign_queue_or_one_that_its_authority_may_write() {
    assert_eq!(sample().with(QUEUE_AT, &[1; 32]).read(), None);
    assert_eq!(sample().with(QUEUE_AT, &[0; 32]).read(), None);
    for permission in 1..=u8::MAX {
        assert_eq!(sample().with(WRITTEN_BY_AUTHORITY_AT, &[permission]).read(), None);
    }
}

#[test]
fn refuses_negative_and_overflowing_values_and_hands_on_zero() {
    for value in [-1, i128::MIN, i128::MAX, (i128::from(u64::MAX) + 1) * ATOM] {
        assert_eq!(feed(value, 0, NOW).read(), None, "{value}");
        assert_eq!(feed(scaled(PRICE), value, NOW).read(), None, "{value}");
    }
    let largest = feed((i128::from(u64::MAX) + 1) * ATOM - 1, 0, NOW).read();
    assert_eq!(largest.map(|seen| seen.price), Some(u64::MAX));
    assert_eq!(verdict(largest, NOW), Verdict::NotAPrice);
    assert_eq!(verdict(feed(0, 0, NOW).read(), NOW), Verdict::NotAPrice);
    assert_eq!(verdict(feed(ATOM - 1, 0, NOW).read(), NOW), Verdict::NotAPrice);
    assert_eq!(verdict(feed(scaled(PRICE), scaled(PRICE), NOW).read(), NOW), Verdict::Uncertain);
}

#[test]
fn takes_the_earlier_of_the_submission_and_the_last_write() {
    let old = NOW - 3_600;
    let date = |sample: Sample| sample.read().map(|seen| seen.publish_time);
    assert_eq!(date(sample().with(date_at(SUBMISSION), &old.to_le_bytes())), Some(old));
    assert_eq!(date(sample().with(LAST_UPDATE_AT, &old.to_le_bytes())), Some(old));
    // Other submissions do not matter.
    let others = sample().with(date_at(SUBMISSION - 1), &old.to_le_bytes());
    assert_eq!(date(others.with(date_at(SUBMISSION + 1), &old.to_le_bytes())), Some(NOW));
    let undated = sample().with(date_at(SUBMISSION), &[0; 8]);
    assert_eq!(verdict(undated.read(), NOW), Verdict::Stale);
}

#[test]
fn refuses_a_submission_beyond_the_last() {
    let last = sample().with(SUBMISSION_AT, &[31]).with(date_at(31), &NOW.to_le_bytes());
    assert_eq!(last.read(), sample().read());
    for submission in 32..=u8::MAX {
        let mut beyond = sample().with(SUBMISSION_AT, &[submission]);
        beyond.data.resize(LENGTH + 8 * 256, 0x11);
        assert_eq!(beyond.read(), None);
    }
}

#[test]
fn hands_on_a_future_date_and_the_aggregate_refuses_it() {
    hands_on_its_date(|date| feed(scaled(PRICE), scaled(CONFIDENCE), date));
    assert_eq!(sample().with(SLOT_AT, &u64::MAX.to_le_bytes()).read().unwrap().slot, u64::MAX);
}
