//! Millions of accounts per second and core: eight legs each over 1,024 series of 33 scenarios.

use std::{hint::black_box, time::Instant};

use bulkhead_probe::Rng;
use bulkhead_risk::{
    exposure::{ExpiryRisk, OptionKind, SeriesRisk},
    greek_limits::MoneyGreeks,
    scan::{outlook, Entry, Position, SeriesRow},
    scenario::SCENARIOS,
};

const SERIES: u64 = 1_024;
const ACCOUNTS: usize = 100_000;
const LEGS: usize = 8;
const RUNS: usize = 21;
/// Of accounts that count as near liquidation.
const LOSS_LIMIT: i64 = 5_000_000_000;

pub fn scan() {
    let mut rng = Rng::seeded(7);
    let legs: Vec<_> = (0..SERIES).map(|_| leg(&mut rng)).collect();
    let positions: Vec<Position> = (0..ACCOUNTS * LEGS)
        .map(|_| Position {
            series: u32::try_from(rng.between(0, SERIES - 1)).expect("a small number"),
            lots: i32::try_from(rng.between(0, 2_000)).expect("a small number") - 1_000,
        })
        .collect();
    time("8 legs x 33 scenarios, 32-bit rows", &rows::<i32>(&legs), &positions);
    time("8 legs x 33 scenarios, 64-bit rows", &rows::<i64>(&legs), &positions);
}

type Row = [i64; SCENARIOS];

fn leg(rng: &mut Rng) -> (Row, Row) {
    let mut entry = || i64::try_from(rng.between(0, 2_000_000)).expect("a small number") - 1_000_000;
    ([0; SCENARIOS].map(|_| entry()), [0; SCENARIOS].map(|_| entry()))
}

fn rows<E: Entry>(legs: &[(Row, Row)]) -> Vec<SeriesRow<E>> {
    let row = |(at, (call_row, forward_row)): (usize, &(Row, Row))| {
        let expiry = ExpiryRisk {
            forward: 800_000_000,
            forward_row,
            forward_stable: 1_000,
            error_atoms: 0,
            ramp_atoms: 0,
            impact_q20: 0,
            quoted_impact_q20: 0,
            open_lots: 0,
            spread_atoms: 0,
        };
        let series = SeriesRisk {
            kind: if at % 2 == 0 { OptionKind::Call } else { OptionKind::Put },
            mark: 1_000_000,
            call_row,
            call_stable: 500,
            peak: 0,
            call_greeks: MoneyGreeks::default(),
        };
        SeriesRow::new(&series, &expiry).expect("the rows fit")
    };
    legs.iter().enumerate().map(row).collect()
}

fn time<E: Entry>(title: &str, rows: &[SeriesRow<E>], positions: &[Position]) {
    let is_near = |account: &&[Position]| {
        let outlook = outlook(account, rows).expect("within the bounds");
        let left = outlook.value.min(outlook.value + outlook.stable) + LOSS_LIMIT;
        left < outlook.worst_loss.cast_signed()
    };
    let mut rates: Vec<f64> = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            let hits = positions.chunks_exact(LEGS).filter(is_near).count();
            black_box(hits);
            ACCOUNTS as f64 / started.elapsed().as_secs_f64() / 1e6
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    println!("{title}\t{:.1}\t{:.1}\t{:.1}", rates[0], rates[RUNS / 2], rates[RUNS - 1]);
}
