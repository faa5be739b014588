//! What the underlying and its volatility do while everybody watches.

use {
    bulkhead_drill::crash::{candles, price_at, CANDLE_SECONDS},
    rand::{Rng, SeedableRng},
    rand_chacha::ChaCha8Rng,
};

/// A point of a path: a minute, and multiples of the first price and of the first volatility.
type Point = (i64, f64, f64);

/// Noise of one minute in a calm market, as a share of the price: 80 % a year.
const CALM_SIGMA: f64 = 0.0011;

/// Where the prices come from.
#[derive(Clone, Debug)]
enum Course {
    /// Straight lines through points, with noise.
    Through(Vec<Point>),
    /// The published crash of 2020-03-12 from an hour of that day (UTC) on, scaled to the first price; volatility by the points.
    Recorded(i64, Vec<Point>),
}

/// One crash.
#[derive(Clone, Debug)]
pub struct Path {
    pub name: &'static str,
    pub about: &'static str,
    /// Seconds between two looks at the market.
    pub step_seconds: i64,
    /// How far whoever takes positions over pushes the price by hedging them: share of the price per share of all
    /// collateral that changes hands as delta.
    pub impact: f64,
    course: Course,
}

/// What sources and surface say at a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// Seconds since the start.
    pub second: i64,
    /// Multiples of the first price and of the first volatility.
    pub price: f64,
    pub vol: f64,
}

impl Path {
    fn through(name: &'static str, about: &'static str, points: &[Point]) -> Self {
        Self { name, about, step_seconds: 60, impact: 0.0, course: Course::Through(points.to_vec()) }
    }

    /// Every step, the first one calm.
    #[must_use]
    pub fn moments(&self, seed: u64) -> Vec<Moment> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x005e_ed0f_0a7a_7a7a);
        let points = match &self.course {
            Course::Through(points) | Course::Recorded(_, points) => points,
        };
        let last = points.last().map_or(0, |point| point.0 * 60);
        let mut noise = 0.0;
        let seconds = (0..=last / self.step_seconds).map(|step| step * self.step_seconds);
        seconds
            .map(|second| {
                let (line, vol) = level(points, second);
                let price = match &self.course {
                    Course::Through(_) => {
                        // Pulled back a little, so that the path still goes through its points.
                        noise = noise * 0.9 + CALM_SIGMA * vol * gaussian(&mut rng);
                        line * f64::exp(noise)
                    }
                    Course::Recorded(hour, _) => recorded(*hour, second),
                };
                Moment { second, price, vol }
            })
            .collect()
    }
}

fn recorded(hour: i64, second: i64) -> f64 {
    let candles = candles();
    let start = candles.first().map_or(0, |first| first.unix_time) + hour * CANDLE_SECONDS;
    price_at(&candles, start + second) as f64 / price_at(&candles, start) as f64
}

/// The point of the lines at a second.
fn level(points: &[Point], second: i64) -> (f64, f64) {
    let minute = second as f64 / 60.0;
    let after = points.partition_point(|point| point.0 as f64 <= minute);
    match (after.checked_sub(1).map(|i| points[i]), points.get(after)) {
        (Some((from, price, vol)), Some(&(to, next_price, next_vol))) => {
            let share = (minute - from as f64) / (to - from) as f64;
            (price + (next_price - price) * share, vol + (next_vol - vol) * share)
        }
        (Some((_, price, vol)), None) | (None, Some(&(_, price, vol))) => (price, vol),
        (None, None) => (1.0, 1.0),
    }
}

/// A standard normal number, by Box and Muller.
pub fn gaussian(rng: &mut ChaCha8Rng) -> f64 {
    let (a, b): (f64, f64) = (rng.random(), rng.random());
    (-2.0 * (1.0 - a).ln()).sqrt() * (std::f64::consts::TAU * b).cos()
}

/// Every path, in the order of the report.
#[must_use]
pub fn all() -> Vec<Path> {
    let cascade = Path::through(
        "cascade",
        "down 12 %, then 12 % more, and hedging what was liquidated pushes the price",
        &[(0, 1.0, 1.0), (10, 1.0, 1.0), (15, 0.88, 1.5), (35, 0.88, 1.5), (40, 0.77, 2.0), (60, 0.77, 1.9)],
    );
    let recorded = [(0, 1.0, 1.0), (60, 1.0, 1.8), (720, 1.0, 1.5), (960, 1.0, 2.8), (1020, 1.0, 2.6)];
    vec![
        Path::through(
            "gap",
            "down 30 % within a minute, and no way back",
            &[(0, 1.0, 1.0), (10, 1.0, 1.0), (11, 0.7, 1.2), (14, 0.7, 1.9), (40, 0.7, 1.7)],
        ),
        Path::through(
            "abyss",
            "down 55 % within a minute, and no way back",
            &[(0, 1.0, 1.0), (10, 1.0, 1.0), (11, 0.45, 1.2), (15, 0.45, 2.4), (40, 0.45, 2.2)],
        ),
        Path::through(
            "slow",
            "down 50 % in an hour",
            &[(0, 1.0, 1.0), (5, 1.0, 1.0), (65, 0.5, 2.2), (75, 0.5, 2.2)],
        ),
        Path::through(
            "flash",
            "down 34 % in three minutes, and back within ten",
            &[
                (0, 1.0, 1.0),
                (10, 1.0, 1.0),
                (13, 0.66, 1.7),
                (15, 0.68, 1.8),
                (22, 0.96, 1.3),
                (40, 0.97, 1.1),
            ],
        ),
        Path::through(
            "vol-spike",
            "volatility triples in six minutes, the price falls by 8 %",
            &[(0, 1.0, 1.0), (10, 1.0, 1.0), (16, 0.92, 3.0), (40, 0.93, 2.8)],
        ),
        Path { impact: 0.25, ..cascade },
        Path::through(
            "pump",
            "up by a half in twenty minutes",
            &[(0, 1.0, 1.0), (10, 1.0, 1.0), (30, 1.5, 1.7), (45, 1.5, 1.6)],
        ),
        Path {
            name: "march-2020",
            about:
                "the published crash of 2020-03-12 from 10:00 for 17 hours, scaled to the same first price",
            step_seconds: 300,
            impact: 0.0,
            course: Course::Recorded(10, recorded.to_vec()),
        },
    ]
}

/// The path of a name.
#[must_use]
pub fn named(name: &str) -> Option<Path> {
    all().into_iter().find(|path| path.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_begins_calm_and_repeats_with_its_seed() {
        for path in all() {
            let moments = path.moments(7);
            assert_eq!(moments, path.moments(7), "{}", path.name);
            assert!((moments[0].price - 1.0).abs() < 0.01 && moments[0].vol == 1.0, "{}", path.name);
            assert!(moments.iter().all(|m| m.price > 0.3 && m.price < 2.0), "{}", path.name);
        }
    }

    #[test]
    fn the_recorded_path_is_the_published_one() {
        let moments = named("march-2020").unwrap().moments(1);
        let low = moments.iter().map(|m| m.price).fold(1.0, f64::min);
        assert!((low - 3_858.03 / 7_346.44).abs() < 1e-9, "{low}");
    }
}
