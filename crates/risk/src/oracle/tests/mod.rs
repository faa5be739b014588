use super::*;
use crate::settlement::{Bucket, RING_BUCKETS};
use std::vec::Vec;

mod health;
mod mark;
mod reliance;
mod round;

const NOW: Moment = Moment { unix: 1_000_000, slot: 2_500_000 };
const LIMITS: Limits = Limits {
    max_age_seconds: 30,
    max_confidence_ppm: 10_000,
    outlier_ppm: 10_000,
    quorum: 3,
    min_groups: 2,
    removed: 0,
};
const TERMS: Terms = Terms {
    max_mark_age_seconds: 60,
    resume_rounds: 10,
    stable_speed_ppm_per_minute: 5_000,
    bucket_seconds: 60,
};

fn said(price: u64) -> Observation {
    Observation { price, confidence: price / 1_000, publish_time: NOW.unix, slot: NOW.slot }
}

/// Voting sources in groups of two.
fn voting(prices: &[u64]) -> Vec<SourceInput> {
    let source = |(i, price): (usize, &u64)| SourceInput {
        standing: Standing::Voting,
        group: u8::try_from(i / 2).unwrap(),
        is_new: true,
        observation: Some(said(*price)),
    };
    prices.iter().enumerate().map(source).collect()
}

fn round(sources: &[SourceInput]) -> Aggregated {
    aggregate(sources, &LIMITS, NOW).unwrap()
}
