use {
    super::*,
    crate::{
        adapters::tests::{hands_on_its_date, verdict, Sample, CONFIDENCE, NOW, PRICE, SLOT},
        state::registry::source_kind,
    },
    bulkhead_risk::oracle::Verdict,
    bytemuck::Zeroable,
};

fn feed(price: u64, confidence: u64, publish_time: i64) -> Sample {
    let feed = PublisherFeed {
        version: VERSION,
        market: Address::from([3; 32]),
        publisher: Address::from([4; 32]),
        price,
        confidence,
        publish_time,
        publish_slot: SLOT,
        publications: 9,
        ..PublisherFeed::zeroed()
    };
    let mut data = PublisherFeed::DISCRIMINATOR.to_vec();
    data.extend(bytemuck::bytes_of(&feed));
    Sample { kind: source_kind::PUBLISHER, owner: ID, feed_id: [0; 32], length: data.len(), data }
}

pub fn sample() -> Sample {
    feed(PRICE, CONFIDENCE, NOW)
}

#[test]
fn refuses_a_feed_of_another_version() {
    let version_at = 8 + offset_of!(PublisherFeed, version);
    for version in (0..=u8::MAX).filter(|version| *version != VERSION) {
        assert_eq!(sample().with(version_at, &[version]).read(), None);
    }
}

#[test]
fn hands_on_any_number_for_the_aggregate_to_judge() {
    for price in [0, 1, PRICE, u64::MAX] {
        let seen = feed(price, u64::MAX, NOW).read();
        assert_eq!(seen, Some(Observation { price, confidence: u64::MAX, publish_time: NOW, slot: SLOT }));
    }
    assert_eq!(verdict(feed(0, 0, NOW).read(), NOW), Verdict::NotAPrice);
    assert_eq!(verdict(feed(u64::MAX, 0, NOW).read(), NOW), Verdict::NotAPrice);
    assert_eq!(verdict(feed(PRICE, u64::MAX, NOW).read(), NOW), Verdict::Uncertain);
    // Never published.
    assert_eq!(verdict(feed(0, 0, 0).read(), NOW), Verdict::NotAPrice);
}

#[test]
fn hands_on_a_future_date_and_the_aggregate_refuses_it() {
    hands_on_its_date(|date| feed(PRICE, CONFIDENCE, date));
}
