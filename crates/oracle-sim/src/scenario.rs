//! The scenarios: a path of the true price, and what goes wrong on it.

use crate::{
    fault::{Fault, Kind},
    path::{Path, CALM_SIGMA},
    source::{Profile, PANEL},
    Span,
};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

const HOUR: i64 = 3_600;
const MINUTE: i64 = 60;
/// Price at the start of made-up paths, dollars.
const START: f64 = 8_000.0;

/// The true price of a scenario.
#[derive(Clone, Debug)]
pub enum Truth {
    /// Lines through points, each a second and a multiple of the first price, with this volatility of a second.
    Through(Vec<(i64, f64)>, f64),
    /// The published crash of March 2020: an hour of 2020-03-12 (UTC), and how many hours from there.
    Recorded(i64, i64),
}

/// A path, its faults and what to show of them.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub name: &'static str,
    pub about: &'static str,
    pub truth: Truth,
    pub panel: Vec<Profile>,
    pub faults: Vec<Fault>,
    /// The chain stands still.
    pub stalls: Vec<Span>,
    /// More sources fail than any minority: no promise is made, and the totals leave it out.
    pub is_beyond: bool,
    /// The seconds that the picture shows.
    pub picture: Span,
}

impl Scenario {
    /// The path of a seed.
    #[must_use]
    pub fn truth(&self, seed: u64) -> Path {
        match &self.truth {
            Truth::Through(points, sigma) => {
                Path::through(START, points, *sigma, &mut ChaCha8Rng::seed_from_u64(seed))
            }
            Truth::Recorded(from_hour, hours) => Path::recorded(*from_hour, *hours),
        }
    }

    fn new(name: &'static str, about: &'static str, truth: Truth, picture: (i64, i64)) -> Self {
        let picture = Span::new(picture.0 * MINUTE, picture.1 * MINUTE);
        let panel = PANEL.to_vec();
        Self { name, about, truth, panel, faults: Vec::new(), stalls: Vec::new(), is_beyond: false, picture }
    }

    fn fault(mut self, kind: Kind, sources: &[usize], from: i64, to: i64) -> Self {
        self.faults.push(Fault::new(kind, sources, from, to));
        self
    }

    fn stall(mut self, from: i64, to: i64) -> Self {
        self.stalls.push(Span::new(from, to));
        self
    }
}

/// An hour and a half that goes nowhere much, then falls by a tenth, so that every policy has something to do.
fn calm_then_down() -> Truth {
    let points = vec![(0, 1.0), (60 * MINUTE, 1.01), (75 * MINUTE, 0.91), (90 * MINUTE, 0.92)];
    Truth::Through(points, CALM_SIGMA)
}

/// Down by a third in twenty minutes.
fn crash() -> Truth {
    let points =
        vec![(0, 1.0), (30 * MINUTE, 0.99), (50 * MINUTE, 0.66), (60 * MINUTE, 0.75), (90 * MINUTE, 0.72)];
    Truth::Through(points, 3.0 * CALM_SIGMA)
}

/// Down from one second to the next, and no way back.
fn gap(to: f64) -> Truth {
    let points = vec![(0, 1.0), (40 * MINUTE, 1.0), (40 * MINUTE + 1, to), (90 * MINUTE, to)];
    Truth::Through(points, CALM_SIGMA)
}

/// Every scenario, in the order of the report.
#[must_use]
pub fn all() -> Vec<Scenario> {
    let mut all = markets();
    all.extend(one_source());
    all.extend(several_sources());
    all.extend(stalls());
    all.extend(beyond());
    all
}

/// The scenario of a name.
#[must_use]
pub fn named(name: &str) -> Option<Scenario> {
    all().into_iter().find(|scenario| scenario.name == name)
}

/// Nothing is wrong but the price.
fn markets() -> Vec<Scenario> {
    vec![
        Scenario::new("calm", "no faults; a quiet market that falls by a tenth", calm_then_down(), (10, 90)),
        Scenario::new("crash", "no faults; down by a third in twenty minutes", crash(), (25, 65)),
        Scenario::new("gap", "no faults; down by 15 % within a second", gap(0.85), (39, 43)),
        Scenario::new("deep-gap", "no faults; down by 55 % within a second", gap(0.45), (38, 55)),
        Scenario::new(
            "march-2020",
            "no faults; the published crash of 2020-03-12 from 22:00 to 06:00 UTC",
            Truth::Recorded(22, 8),
            (0, 480),
        ),
    ]
}

/// The first source, which is the one that policies of one feed read.
fn one_source() -> Vec<Scenario> {
    let (from, to) = (20 * MINUTE, 40 * MINUTE);
    vec![
        Scenario::new("liar", "source 1 says 25 % too little for 20 minutes", calm_then_down(), (15, 45))
            .fault(Kind::Lie(0.75), &[0], from, to),
        Scenario::new(
            "frozen",
            "source 1 republishes one price with fresh times through a crash",
            crash(),
            (25, 65),
        )
        .fault(Kind::Freeze, &[0], 31 * MINUTE, 55 * MINUTE),
        Scenario::new("silent", "source 1 stops publishing through a crash", crash(), (25, 65)).fault(
            Kind::Stop,
            &[0],
            31 * MINUTE,
            55 * MINUTE,
        ),
        Scenario::new("zero-print", "source 1 prints zero for 5 seconds", calm_then_down(), (29, 32)).fault(
            Kind::Zero,
            &[0],
            30 * MINUTE,
            30 * MINUTE + 5,
        ),
        Scenario::new(
            "thin-market",
            "source 1 says thirteen times the price for 10 minutes",
            calm_then_down(),
            (15, 45),
        )
        .fault(Kind::Lie(13.0), &[0], 20 * MINUTE, 30 * MINUTE),
        Scenario::new("wick", "source 1 says 30 % too little for one second", calm_then_down(), (29, 32))
            .fault(Kind::Lie(0.7), &[0], 30 * MINUTE, 30 * MINUTE + 1),
        Scenario::new(
            "drift",
            "source 1 leaves the price by 0.5 % a minute for 40 minutes",
            calm_then_down(),
            (15, 75),
        )
        .fault(Kind::Drift(0.005), &[0], from, 60 * MINUTE),
    ]
}

fn several_sources() -> Vec<Scenario> {
    let fall = Truth::Through(
        vec![(0, 1.0), (20 * MINUTE, 1.0), (45 * MINUTE, 0.8), (80 * MINUTE, 0.93), (100 * MINUTE, 0.9)],
        CALM_SIGMA,
    );
    let fast = [0, 1, 2];
    vec![
        Scenario::new(
            "wick-majority",
            "sources 1, 2 and 3, a bare majority, say 30 % too little for one second",
            calm_then_down(),
            (29, 32),
        )
        .fault(Kind::Lie(0.7), &fast, 30 * MINUTE, 30 * MINUTE + 1),
        Scenario::new("collusion", "sources 1 and 2 say 20 % too little together", calm_then_down(), (15, 60))
            .fault(Kind::Lie(0.8), &[0, 1], 20 * MINUTE, 50 * MINUTE),
        Scenario::new(
            "flapping",
            "sources 1 and 2 lie by 20 % and tell the truth by turns of 5 seconds through a crash",
            crash(),
            (25, 65),
        )
        .fault(Kind::Flap { factor: 0.8, turn: 5 }, &[0, 1], 25 * MINUTE, 60 * MINUTE),
        Scenario::new(
            "two-stale",
            "sources 1 and 2 stop for an hour while the price falls by a fifth and recovers",
            fall.clone(),
            (15, 100),
        )
        .fault(Kind::Stop, &[0, 1], 20 * MINUTE, 80 * MINUTE),
        Scenario::new(
            "outage",
            "sources 1, 2 and 3 stop for 10 minutes in a fall: no quorum is left",
            fall,
            (15, 100),
        )
        .fault(Kind::Stop, &fast, 30 * MINUTE, 40 * MINUTE),
        Scenario::new(
            "outage-liars",
            "sources 3, 4 and 5 stop; then 1 and 2 say 20 % too little, while the others come back one by one",
            calm_then_down(),
            (15, 60),
        )
        // Not before the others are stale, or these would have lost their votes by then.
        .fault(Kind::Lie(0.8), &[0, 1], 24 * MINUTE, 50 * MINUTE)
        .fault(Kind::Stop, &[2], 22 * MINUTE, 32 * MINUTE)
        .fault(Kind::Stop, &[3], 22 * MINUTE, 34 * MINUTE)
        .fault(Kind::Stop, &[4], 22 * MINUTE, 36 * MINUTE),
    ]
}

/// The chain stands still for eight hours, in which the price falls by a third and recovers.
fn stalls() -> Vec<Scenario> {
    let (down, up) = (30 * MINUTE, 30 * MINUTE + 8 * HOUR);
    let low = down + 4 * HOUR;
    let truth = Truth::Through(
        vec![
            (0, 1.0),
            (down, 1.0),
            (low, 0.66),
            (up, 0.97),
            (up + 20 * MINUTE, 0.98),
            (up + 40 * MINUTE, 0.86),
        ],
        CALM_SIGMA,
    );
    let mut stall = Scenario::new(
        "stall",
        "the chain stands still for 8 hours; sources come back with prices of half-way, and catch up one by one",
        truth,
        (up / MINUTE - 1, up / MINUTE + 45),
    )
    .stall(down, up);
    for (source, until) in [(3, 20), (4, 40), (2, 60), (1, 90), (0, 120)] {
        stall = stall.fault(Kind::Backlog { of: low }, &[source], up, up + until);
    }
    let mut fresh = Scenario { name: "stall-replay", ..stall.clone() };
    fresh.about = "as stall, and sources 1 and 2 give their old prices fresh times for ten minutes";
    fresh.faults.retain(|fault| fault.sources[0] > 1);
    fresh.faults.push(Fault::new(Kind::Replay { of: low }, &[0, 1], up, up + 10 * MINUTE));
    vec![stall, fresh]
}

/// More lies than any policy of these five sources could tell from the truth.
fn beyond() -> Vec<Scenario> {
    let mut all = vec![
        Scenario::new(
            "majority",
            "sources 1, 2 and 3 say 20 % too little for a minute: more than half lie",
            calm_then_down(),
            (28, 34),
        )
        .fault(Kind::Lie(0.8), &[0, 1, 2], 30 * MINUTE, 31 * MINUTE),
        Scenario::new(
            "wick-four",
            "sources 1 to 4 say 30 % too little for one second: four fifths lie",
            calm_then_down(),
            (29, 32),
        )
        .fault(Kind::Lie(0.7), &[0, 1, 2, 3], 30 * MINUTE, 30 * MINUTE + 1),
    ];
    for scenario in &mut all {
        scenario.is_beyond = true;
    }
    all
}
