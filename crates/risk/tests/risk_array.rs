//! Rows of a risk array against the precise tier, and what they promise about themselves.

mod cases;

use bulkhead_risk::black76::{price, Forward, Strike, Tenor, TotalVol, MAX_PRICE, MAX_TENOR_SECONDS};
use bulkhead_risk::greeks::price_and_greeks;
use bulkhead_risk::risk_array::{ForwardRisk, Row, StrikeRisk};
use bulkhead_risk::scenario::{Shocks, GRID, PPM, SCENARIOS};
use bulkhead_risk::surface::{MAX_VOL_PPM, MIN_VOL_PPM};
use proptest::prelude::*;

#[derive(Clone, Copy, Debug)]
struct Book {
    forward: u64,
    stable: u64,
    lots_per_unit: u64,
    shocks: Shocks,
    strike: u64,
    vol_ppm: u32,
    seconds: u64,
}

impl Book {
    fn tenor(&self) -> Tenor {
        Tenor::from_seconds(self.seconds).unwrap()
    }

    fn forward_risk(&self) -> ForwardRisk {
        ForwardRisk::new(self.forward, self.stable, self.lots_per_unit, &self.shocks).unwrap()
    }

    fn strike_risk(&self, shared: &ForwardRisk) -> (Row, StrikeRisk) {
        let (mut row, mut risk) = ([i64::MIN; SCENARIOS], StrikeRisk::default());
        let strike = Strike::new(self.strike).unwrap();
        shared.price_strike(&strike, self.vol_ppm, &self.tenor(), &mut row, &mut risk).unwrap();
        (row, risk)
    }

    /// Call and put of one lot after a move, not rounded to atoms.
    fn value(&self, forward: u64, vol_ppm: u32) -> (f64, f64) {
        let vol = TotalVol::new(vol_ppm, &self.tenor()).unwrap();
        let got = price(&Forward::new(forward).unwrap(), &Strike::new(self.strike).unwrap(), &vol);
        (got.call as f64 / self.lots_per_unit as f64, got.put as f64 / self.lots_per_unit as f64)
    }
}

fn any_magnitude(bits: u32) -> impl Strategy<Value = u64> {
    prop_oneof![
        8 => (0..bits).prop_flat_map(|b| (1_u64 << b)..=(1 << (b + 1))),
        1 => Just(1),
        1 => Just(1 << bits),
    ]
}

fn any_shocks() -> impl Strategy<Value = Shocks> {
    (0..=500_000_u64, 0..=2_000_000_u64, 0..=900_000_u64, 0..=1_000_000_u64, 0..=3_000_000_u64).prop_map(
        |(range_ppm, vol_up_ppm, vol_down_ppm, fall_vol_ppm, tail_weight_ppm)| Shocks {
            range_ppm,
            vol_up_ppm,
            vol_down_ppm,
            fall_vol_ppm,
            tail_weight_ppm,
        },
    )
}

fn any_vol() -> impl Strategy<Value = u32> {
    prop_oneof![
        4 => (0_u32..8).prop_flat_map(|n| (MIN_VOL_PPM << n)..=(MIN_VOL_PPM << (n + 1)).min(MAX_VOL_PPM)),
        1 => Just(MIN_VOL_PPM),
        1 => Just(MAX_VOL_PPM),
    ]
}

fn any_seconds() -> impl Strategy<Value = u64> {
    prop_oneof![
        8 => (0_u32..27).prop_flat_map(|b| (1_u64 << b)..=(1 << (b + 1)).min(MAX_TENOR_SECONDS)),
        1 => Just(0),
        1 => Just(1),
        1 => Just(MAX_TENOR_SECONDS),
    ]
}

/// By standard deviations mostly, so that time value matters; else by any factor.
fn strike_near(forward: u64, vol_ppm: u32, seconds: u64, place: f64, anywhere: Option<u64>) -> u64 {
    let v = f64::from(vol_ppm) / 1e6 * (seconds as f64 / 31_536_000.0).sqrt();
    let near = (forward as f64 * (v * place).clamp(-30.0, 30.0).exp()) as u64;
    anywhere.unwrap_or(near).clamp(1, MAX_PRICE)
}

fn any_book() -> impl Strategy<Value = Book> {
    (
        any_magnitude(50),
        prop_oneof![3 => (500_000_u64..1_500_000).prop_map(Some), 1 => Just(None)],
        any_magnitude(50),
        any_magnitude(20),
        any_shocks(),
        (-4.0..4.0, prop_oneof![4 => Just(None), 1 => any_magnitude(50).prop_map(Some)]),
        any_vol(),
        any_seconds(),
    )
        .prop_map(|(forward, near, far, lots_per_unit, shocks, (place, anywhere), vol_ppm, seconds)| {
            let stable = match near {
                Some(ppm) => (u128::from(forward) * u128::from(ppm) / 1_000_000) as u64,
                None => far,
            };
            let strike = strike_near(forward, vol_ppm, seconds, place, anywhere);
            Book {
                forward,
                stable: stable.clamp(1, MAX_PRICE),
                lots_per_unit,
                shocks,
                strike,
                vol_ppm,
                seconds,
            }
        })
}

fn assert_within_error(book: &Book) {
    let shared = book.forward_risk();
    let (row, risk) = book.strike_risk(&shared);
    let bound = shared.error_atoms as f64;
    let (call, put) = book.value(book.forward, book.vol_ppm);
    let forwards = book.shocks.forwards(book.forward).unwrap();
    assert_eq!(row[0], 0);
    for (s, scenario) in GRID.iter().enumerate() {
        let vol = book.shocks.vol(book.vol_ppm, scenario.vol).unwrap() as u32;
        let tail = scenario.weight_ppm < PPM;
        let weight = if tail {
            (scenario.weight_ppm * book.shocks.tail_weight_ppm / PPM).min(PPM) as f64 / 1e6
        } else {
            1.0
        };
        let (moved_call, moved_put) = book.value(forwards[scenario.forward], vol);
        let off = row[s] as f64 - (moved_call - call) * weight;
        assert!(off.abs() <= bound, "call, scenario {s}: {off} beyond {bound}");
        let put_row = row[s] - shared.profit[s];
        let off = put_row as f64 - (moved_put - put) * weight;
        assert!(off.abs() <= bound, "put, scenario {s}: {off} beyond {bound}");
        assert!(row[s] <= risk.call_peak as i64);
        assert!(put_row <= risk.put_peak as i64);
    }
    let (stable_call, _) = book.value(book.stable, book.vol_ppm);
    let off = risk.stable_profit as f64 - (stable_call - call);
    assert!(off.abs() <= bound, "stable: {off} beyond {bound}");
}

proptest! {
    #![proptest_config(cases::usually(4_000))]

    #[test]
    fn rows_are_within_their_error_of_the_precise_tier(book in any_book()) {
        assert_within_error(&book);
    }

    #[test]
    fn strikes_far_above_are_within_the_same_error(book in any_book(), times in 8_u64..2_000) {
        let strike = book.forward.saturating_mul(times).min(MAX_PRICE);
        assert_within_error(&Book { strike, ..book });
    }

    #[test]
    fn lots_have_the_greeks_of_the_precise_tier(book in any_book(), lots_per_unit in any_magnitude(50)) {
        assert_greeks(&book);
        assert_greeks(&Book { lots_per_unit, ..book });
    }
}

#[test]
fn a_lot_of_a_few_atoms_has_greeks_a_second_before_expiry() {
    let shocks = Shocks {
        range_ppm: 180_000,
        vol_up_ppm: 400_000,
        vol_down_ppm: 250_000,
        fall_vol_ppm: 100_000,
        tail_weight_ppm: PPM,
    };
    let (forward, vol_ppm) = (624_665_925_082_706, MIN_VOL_PPM);
    for (seconds, lots_per_unit) in [(65, 104_029_161_441_411), (1, 1 << 43), (1, 1 << 47), (1, 1 << 50)] {
        let strike = forward + 1;
        assert_greeks(&Book { forward, stable: forward, lots_per_unit, shocks, strike, vol_ppm, seconds });
    }
}

/// Against those of a whole unit: two atoms and 1e-8 of the value at the money, and what the others may be off by.
fn assert_greeks(book: &Book) {
    let shared = book.forward_risk();
    let (_, risk) = book.strike_risk(&shared);
    let tenor = book.tenor();
    let vol = TotalVol::new(book.vol_ppm, &tenor).unwrap();
    let (f, k) = (Forward::new(book.forward).unwrap(), Strike::new(book.strike).unwrap());
    let (quoted, greeks) = price_and_greeks(&f, &k, &vol, &tenor);
    let lots = book.lots_per_unit;
    assert_eq!((risk.call, risk.put), (quoted.call / lots, quoted.put / lots));
    assert_eq!(shared.forward_lot, book.forward / lots);
    let lot = book.forward as f64 / lots as f64;
    let near = |got: f64, want: f64, most: f64, reference: f64| {
        let off = (got - want).abs();
        assert!(off <= 2.0 + (1e-8 + reference) * most, "{got} for {want}, {book:?}");
    };
    near(risk.delta as f64, greeks.call_delta_q62 as f64 / 2_f64.powi(62) * lot, lot, 0.0);
    if book.seconds == 0 {
        assert_eq!((risk.gamma, risk.vega, risk.theta), (0, 0, 0));
        return;
    }
    let years = book.seconds as f64 / 31_536_000.0;
    let v = f64::from(book.vol_ppm) / 1e6 * years.sqrt();
    let unit = 1e-8 * lot; // of the precise gamma
    near(
        risk.gamma as f64,
        greeks.gamma_ppm as f64 / 1e8 * lot,
        0.004 * lot / v,
        3e-9 + unit / (0.004 * lot / v),
    );
    near(risk.vega as f64, greeks.vega as f64 / 100.0 / lots as f64, 0.004 * lot * years.sqrt(), 1e-9);
    near(risk.theta as f64, greeks.theta_per_day as f64 / lots as f64, 0.4 * lot * v / years / 730.0, 5e-9);
}
