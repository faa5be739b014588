//! The true price, second by second.

use crate::crash;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Quote atoms per dollar.
pub const DOLLAR: f64 = 1e6;
/// Volatility of one second at 80 % a year.
pub const CALM_SIGMA: f64 = 1.4e-4;

/// One price for each second from 0.
#[derive(Clone, Debug)]
pub struct Path {
    prices: Vec<u64>,
}

impl Path {
    /// A random walk around the lines through `points`, each a second and a price as a multiple of `start` dollars. Two
    /// points a second apart are a gap.
    #[must_use]
    pub fn through(start: f64, points: &[(i64, f64)], sigma: f64, rng: &mut ChaCha8Rng) -> Self {
        let last = points.last().map_or(0, |point| point.0);
        let mut noise = 0.0;
        let price = |second: i64| {
            // Pulled back a little, so that a long path still goes through its points.
            noise = noise * 0.999 + sigma * gaussian(rng);
            (start * DOLLAR * level(points, second) * f64::exp(noise)).round() as u64
        };
        Self { prices: (0..=last).map(price).collect() }
    }

    /// The published crash of 2020-03-12 from an hour of that day (UTC) on.
    #[must_use]
    pub fn recorded(from_hour: i64, hours: i64) -> Self {
        let candles = crash::candles();
        let start = candles[0].unix_time + from_hour * crash::CANDLE_SECONDS;
        let seconds = hours * crash::CANDLE_SECONDS;
        Self { prices: (0..=seconds).map(|s| crash::price_at(&candles, start + s)).collect() }
    }

    /// The price at a second; before the first one the first, after the last one the last.
    #[must_use]
    pub fn at(&self, second: i64) -> u64 {
        let index = usize::try_from(second).unwrap_or(0).min(self.prices.len() - 1);
        self.prices[index]
    }

    #[must_use]
    pub fn seconds(&self) -> i64 {
        self.prices.len() as i64
    }
}

/// The point of the lines at a second.
fn level(points: &[(i64, f64)], second: i64) -> f64 {
    let after = points.partition_point(|point| point.0 <= second);
    match (after.checked_sub(1).map(|i| points[i]), points.get(after)) {
        (Some((from, low)), Some(&(to, high))) => {
            low + (high - low) * (second - from) as f64 / (to - from) as f64
        }
        (Some((_, only)), None) | (None, Some(&(_, only))) => only,
        (None, None) => 1.0,
    }
}

/// A standard normal number, by Box and Muller.
pub fn gaussian(rng: &mut ChaCha8Rng) -> f64 {
    let (a, b): (f64, f64) = (rng.random(), rng.random());
    (-2.0 * (1.0 - a).ln()).sqrt() * (std::f64::consts::TAU * b).cos()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn a_path_without_noise_goes_through_its_points() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let path = Path::through(100.0, &[(0, 1.0), (10, 2.0), (11, 0.5), (20, 0.5)], 0.0, &mut rng);
        assert_eq!(path.seconds(), 21);
        let seen = [-5, 0, 5, 10, 11, 20, 99].map(|second| path.at(second));
        assert_eq!(seen, [100, 100, 150, 200, 50, 50, 50].map(|dollars| dollars * 1_000_000));
    }

    #[test]
    fn the_recorded_path_is_the_published_one() {
        let path = Path::recorded(26, 1);
        assert_eq!(path.at(900), 3_858_030_000);
    }
}
