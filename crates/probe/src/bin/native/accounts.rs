//! Millions of accounts per second and core: eight legs each over 1,024 series of 33 scenarios.

use std::{hint::black_box, time::Instant};

use bulkhead_probe::Rng;
use bulkhead_risk::{
    margin::{equity, health, requirement, Charges, LegRisk, OptionKind},
    scan::{exposure, Entry, Position, SeriesRow},
    scenario::SCENARIOS,
};

const SERIES: u64 = 1_024;
const ACCOUNTS: usize = 100_000;
const LEGS: usize = 8;
const RUNS: usize = 21;
const CHARGES: Charges = Charges {
    short_minimum_ppm: 10_000,
    maintenance_ppm: 750_000,
    confidence_ppm: 1_000,
    initial_factor_ppm: 1_000_000,
};

pub fn scan() {
    let mut rng = Rng::seeded(7);
    let legs: Vec<_> = (0..SERIES).map(|_| leg(&mut rng)).collect();
    let positions: Vec<Position> = (0..ACCOUNTS * LEGS)
        .map(|_| Position {
            series: u32::try_from(rng.between(0, SERIES - 1)).expect("a small number"),
            lots: i32::try_from(rng.between(0, 2_000)).expect("a small number") - 1_000,
        })
        .collect();
    worst("8 legs x 33 scenarios, worst loss, 32-bit rows", &rows::<i32>(&legs), &positions);
    worst("8 legs x 33 scenarios, worst loss, 64-bit rows", &rows::<i64>(&legs), &positions);
    below_maintenance("8 legs x 33 scenarios, health, 32-bit rows", &rows::<i32>(&legs), &positions);
}

type Row = [i64; SCENARIOS];

fn leg(rng: &mut Rng) -> (Row, Row) {
    let mut entry = || i64::try_from(rng.between(0, 2_000_000)).expect("a small number") - 1_000_000;
    ([0; SCENARIOS].map(|_| entry()), [0; SCENARIOS].map(|_| entry()))
}

fn rows<E: Entry>(legs: &[(Row, Row)]) -> Vec<SeriesRow<E>> {
    let row = |(at, (call_row, forward_row)): (usize, &(Row, Row))| {
        let kind = if at % 2 == 0 { OptionKind::Call } else { OptionKind::Put };
        let leg = LegRisk { kind, lots: 0, mark: 1_000_000, call_row, forward_row, forward: 800_000_000 };
        SeriesRow::new(&leg).expect("the rows fit")
    };
    legs.iter().enumerate().map(row).collect()
}

fn worst<E: Entry>(title: &str, rows: &[SeriesRow<E>], positions: &[Position]) {
    time(title, positions, |account| {
        let exposure = exposure(account, rows).expect("within the bounds");
        exposure.worst_loss().expect("a small loss") > 5_000_000_000
    });
}

fn below_maintenance<E: Entry>(title: &str, rows: &[SeriesRow<E>], positions: &[Position]) {
    time(title, positions, |account| {
        let exposure = exposure(account, rows).expect("within the bounds");
        let needed = requirement(&exposure, &CHARGES).expect("a small requirement");
        let equity = equity(5_000_000_000, 0, exposure.value).expect("a small equity");
        health(equity, needed.maintenance).expect("a small health") < 0
    });
}

fn time(title: &str, positions: &[Position], is_hit: impl Fn(&[Position]) -> bool) {
    let mut rates: Vec<f64> = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            let hits = positions.chunks_exact(LEGS).filter(|account| is_hit(account)).count();
            black_box(hits);
            ACCOUNTS as f64 / started.elapsed().as_secs_f64() / 1e6
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    println!("{title}\t{:.1}\t{:.1}\t{:.1}", rates[0], rates[RUNS / 2], rates[RUNS - 1]);
}
