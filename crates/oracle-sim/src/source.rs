//! Honest sources: what each one's account says when nothing is wrong.

use crate::{
    moment,
    path::{gaussian, Path},
};
use bulkhead_risk::oracle::Observation;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// How an honest source works.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    /// Sources of one group share an upstream.
    pub group: u8,
    /// Seconds from the price to its publication.
    pub latency: i64,
    /// Seconds from one publication to the next.
    pub interval: i64,
    /// Standard deviation from the true price.
    pub noise: f64,
    /// Half-width of the confidence interval as a share of the price.
    pub confidence: f64,
}

const fn profile(group: u8, latency: i64, interval: i64, noise: f64, confidence: f64) -> Profile {
    Profile { group, latency, interval, noise, confidence }
}

/// The panel of a market: two quick feeds, two publishers, and a slow feed.
pub const PANEL: [Profile; 5] = [
    profile(0, 1, 1, 2e-4, 5e-4),
    profile(1, 1, 1, 2e-4, 5e-4),
    profile(1, 1, 2, 3e-4, 8e-4),
    profile(2, 2, 3, 3e-4, 8e-4),
    profile(3, 3, 6, 4e-4, 1e-3),
];

/// A source and its own stream of noise.
pub struct Source {
    pub profile: Profile,
    phase: i64,
    rng: ChaCha8Rng,
}

impl Source {
    /// Noise depends on the seed and the position alone, so a fault of one source leaves the others as they were.
    #[must_use]
    pub fn new(position: usize, profile: Profile, seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(position as u64 + 1);
        Self { profile, phase: position as i64, rng }
    }

    /// What it would publish at a second, and whether it is its turn to.
    pub fn honest(&mut self, second: i64, truth: &Path) -> (Observation, bool) {
        let Profile { latency, interval, noise, confidence, .. } = self.profile;
        let price = truth.at(second - latency) as f64 * (1.0 + noise * gaussian(&mut self.rng));
        let now = moment(second);
        let observation = Observation {
            price: price.round() as u64,
            confidence: (price * confidence).round() as u64,
            publish_time: now.unix - latency,
            slot: now.slot,
        };
        (observation, (second + self.phase).rem_euclid(interval) == 0)
    }
}
