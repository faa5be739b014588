//! Nanoseconds per call, over inputs as in use.

use std::{hint::black_box, time::Instant};

use bulkhead_probe::{kernel, number_of, Answer, Book, Rng, Words};

const SEED: u64 = 7;
/// Enough that a branch predictor cannot learn the answers by heart.
const CALLS: usize = 8_192;
const RUNS: usize = 51;

/// What is timed, and the preparation that is timed with it and taken off again.
const CASES: [(&str, &str, &str); 15] = [
    ("ln", "ln", "nothing"),
    ("exp_neg", "exp_neg", "nothing"),
    ("sqrt", "sqrt", "nothing"),
    ("density", "density", "nothing"),
    ("mills", "mills", "nothing"),
    ("normal distribution", "cdf", "nothing"),
    ("surface point (SVI)", "svi", "svi_terms"),
    ("margin-tier price, cached terms", "grid_price", "grid_terms"),
    ("price, cached terms", "price", "terms"),
    ("price and Greeks, raw terms", "price_and_greeks_of", "nothing"),
    ("price and Greeks, cached terms", "price_and_greeks", "terms"),
    ("vanna and volga, cached terms", "vol_greeks", "terms"),
    ("solmath bs_full", "solmath_bs_full", "solmath_terms"),
    ("solmath bs_full_hp", "solmath_bs_full_hp", "solmath_terms"),
    ("double precision (libm), price and Greeks", "float", "float_terms"),
];

pub fn calls() {
    for (title, name, base) in CASES {
        let inputs = inputs(name);
        let whole = times(name, &inputs);
        let before = times(base, &inputs);
        let net = |at: usize| (whole[at] - before[RUNS / 2]).max(0.0);
        println!("{title}\t{:.1}\t{:.1}\t{:.1}", net(0), net(RUNS / 2), net(RUNS - 1));
    }
}

fn inputs(name: &str) -> Vec<Words> {
    let kernel = number_of(name).and_then(kernel).expect("a kernel of that name");
    let mut rng = Rng::seeded(SEED);
    (0..CALLS).map(|_| (kernel.ordinary)(&mut rng)).collect()
}

/// Nanoseconds per call of every run, sorted.
fn times(name: &str, inputs: &[Words]) -> Vec<f64> {
    let kernel = number_of(name).and_then(kernel).expect("a kernel of that name");
    let mut book = Book::default();
    let mut runs: Vec<f64> = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            for words in inputs {
                let mut answer = Answer::default();
                (kernel.call)(black_box(words), &mut answer, &mut book);
                black_box(&answer);
            }
            started.elapsed().as_secs_f64() * 1e9 / CALLS as f64
        })
        .collect();
    runs.sort_by(f64::total_cmp);
    runs
}
