use {super::*, std::vec::Vec};

const FEED: [u8; 32] = [7; 32];

fn update() -> Vec<u8> {
    let mut data = DISCRIMINATOR.to_vec();
    data.extend([9; 32]);
    data.push(FULLY_VERIFIED);
    data.extend(FEED);
    data.extend(793_805_000_000i64.to_le_bytes());
    data.extend(100_000_000u64.to_le_bytes());
    data.extend((-8i32).to_le_bytes());
    data.extend(1_584_000_000i64.to_le_bytes());
    data.extend([0; 40]);
    data
}

#[test]
fn reads_a_full_update() {
    let seen = decode(&update(), &FEED, 6).unwrap();
    let want =
        Observation { price: 7_938_050_000, confidence: 1_000_000, publish_time: 1_584_000_000, slot: 0 };
    assert_eq!(seen, want);
}

#[test]
fn refuses_partial_verification_foreign_feeds_and_truncation() {
    let mut partial = update();
    partial[VERIFICATION_AT] = 0;
    assert_eq!(decode(&partial, &FEED, 6), None);
    assert_eq!(decode(&update(), &[8; 32], 6), None);
    let mut foreign = update();
    foreign[0] ^= 1;
    assert_eq!(decode(&foreign, &FEED, 6), None);
    for length in 0..PUBLISH_TIME_AT + 8 {
        assert_eq!(decode(&update()[..length], &FEED, 6), None, "{length}");
    }
    let mut negative = update();
    negative[PRICE_AT..CONFIDENCE_AT].copy_from_slice(&(-1i64).to_le_bytes());
    assert_eq!(decode(&negative, &FEED, 6), None);
}
