use {
    super::*,
    crate::{
        adapters::tests::{hands_on_its_date, verdict, Sample, CONFIDENCE, NOW, PRICE, SLOT},
        state::registry::source_kind,
    },
    bulkhead_risk::oracle::Verdict,
    std::vec::Vec,
};

const FEED: [u8; 32] = [7; 32];
/// Pyth's eight decimals over the six of the quote.
const ATOM: u64 = 100;

fn update(price: i64, confidence: u64, exponent: i32, publish_time: i64) -> Sample {
    let mut data = DISCRIMINATOR.to_vec();
    data.extend([9; 32]);
    data.push(FULLY_VERIFIED);
    data.extend(FEED);
    data.extend(price.to_le_bytes());
    data.extend(confidence.to_le_bytes());
    data.extend(exponent.to_le_bytes());
    data.extend(publish_time.to_le_bytes());
    data.extend((publish_time - 1).to_le_bytes());
    data.extend([0xee; 16]);
    data.extend(SLOT.to_le_bytes());
    let length = data.len();
    data.push(0);
    Sample { kind: source_kind::PYTH_PULL, owner: PYTH_RECEIVER_PROGRAM, feed_id: FEED, length, data }
}

fn scaled(atoms: u64) -> i64 {
    i64::try_from(atoms * ATOM).unwrap()
}

pub fn sample() -> Sample {
    update(scaled(PRICE), CONFIDENCE * ATOM, -8, NOW)
}

fn price_of(sample: &Sample) -> Option<u64> {
    sample.read().map(|seen| seen.price)
}

#[test]
fn refuses_every_verification_level_but_full() {
    for level in (0..=u8::MAX).filter(|level| *level != FULLY_VERIFIED) {
        assert_eq!(sample().with(VERIFICATION_AT, &[level]).read(), None);
    }
    // As the receiver writes it: the signature count moves the rest by a byte. No count makes it full.
    for signatures in 0..=u8::MAX {
        let mut partial = sample();
        partial.data.splice(VERIFICATION_AT..=VERIFICATION_AT, [0, signatures]);
        assert_eq!(partial.read(), None);
    }
}

#[test]
fn refuses_a_full_level_over_a_partial_layout() {
    let mut shifted = sample();
    shifted.data.insert(FEED_ID_AT, FULLY_VERIFIED);
    assert_eq!(shifted.read(), None);
}

#[test]
fn refuses_negative_and_overflowing_prices_and_hands_on_zero() {
    for price in [-1, i64::MIN] {
        assert_eq!(update(price, 0, -8, NOW).read(), None);
    }
    assert_eq!(price_of(&update(i64::MAX, 0, -6, NOW)), Some(i64::MAX.unsigned_abs()));
    assert_eq!(price_of(&update(i64::MAX, 0, -5, NOW)), None);
    assert_eq!(verdict(update(i64::MAX, 0, -6, NOW).read(), NOW), Verdict::NotAPrice);
    assert_eq!(verdict(update(0, 0, -8, NOW).read(), NOW), Verdict::NotAPrice);
    // Less than an atom.
    assert_eq!(price_of(&update(99, 0, -8, NOW)), Some(0));
}

#[test]
fn refuses_a_confidence_that_does_not_fit_and_hands_on_a_wide_one() {
    assert_eq!(update(scaled(PRICE), 1 << 63, -8, NOW).read(), None);
    assert_eq!(update(scaled(PRICE), u64::MAX, -8, NOW).read(), None);
    assert_eq!(verdict(update(scaled(PRICE), (1 << 63) - 1, -8, NOW).read(), NOW), Verdict::Uncertain);
}

#[test]
fn reads_any_exponent_that_fits() {
    let exponents: Vec<i32> = (-40..40).filter(|e| update(5, 0, *e, NOW).read().is_some()).collect();
    assert_eq!(exponents, (-25..=12).collect::<Vec<_>>());
    assert_eq!(price_of(&update(5, 0, 0, NOW)), Some(5_000_000));
    assert_eq!(price_of(&update(5, 0, 3, NOW)), Some(5_000_000_000));
    for exponent in [i32::MIN, i32::MAX] {
        assert_eq!(update(5, 0, exponent, NOW).read(), None);
    }
}

#[test]
fn hands_on_a_future_date_and_the_aggregate_refuses_it() {
    hands_on_its_date(|date| update(scaled(PRICE), CONFIDENCE * ATOM, -8, date));
    assert_eq!(sample().with(POSTED_SLOT_AT, &u64::MAX.to_le_bytes()).read().unwrap().slot, u64::MAX);
}
