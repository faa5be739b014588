//! Rows inside the averaging window against simulated paths and against a computation of their own.

mod cases;

use bulkhead_risk::averaging::{Averaged, MovingStrike, Outlook, Window, ROUNDING_UNITS};
use bulkhead_risk::black76::{Strike, Tenor};
use bulkhead_risk::risk_array::{ForwardRisk, Row, StrikeRisk};
use bulkhead_risk::scenario::{Shocks, GRID, PPM, SCENARIOS};
use proptest::prelude::*;

const EXPIRY: u64 = 1_700_092_800;
const BUCKET: u64 = 60;
const LENGTH: u64 = 1_800;
const YEAR: f64 = 31_536_000.0;
const SHOCKS: Shocks = Shocks {
    range_ppm: 180_000,
    vol_up_ppm: 400_000,
    vol_down_ppm: 250_000,
    fall_vol_ppm: 150_000,
    tail_weight_ppm: PPM,
};

/// One option, and how far its window is: seconds left to the expiry, those covered, and the mean over them.
#[derive(Clone, Copy, Debug)]
struct Case {
    forward: u64,
    strike: u64,
    vol_ppm: u32,
    lots_per_unit: u64,
    left: u64,
    averaged: Averaged,
}

struct Priced {
    shared: ForwardRisk,
    row: Row,
    risk: StrikeRisk,
}

impl Case {
    /// Every second of the window so far was covered.
    fn covered(forward: u64, strike: u64, mean: u64, left: u64) -> Self {
        let seconds = LENGTH.saturating_sub(left);
        let averaged = Averaged { price: if seconds == 0 { 0 } else { mean }, seconds };
        Self { forward, strike, vol_ppm: 800_000, lots_per_unit: 1, left, averaged }
    }

    fn outlook(&self) -> Outlook {
        let window = Window::of(EXPIRY, BUCKET).unwrap();
        Outlook::new(&window, &self.averaged, EXPIRY - self.left).unwrap()
    }

    /// As the program does it.
    fn priced(&self) -> Priced {
        let outlook = self.outlook();
        let moving = outlook.moving(self.forward).unwrap();
        let shared = ForwardRisk::new(moving, moving, self.lots_per_unit, &SHOCKS).unwrap();
        let (mut row, mut risk) = ([i64::MIN; SCENARIOS], StrikeRisk::default());
        match outlook.strike(Strike::new(self.strike).unwrap()).unwrap() {
            MovingStrike::Open(strike) => {
                let tenor = Tenor::from_seconds(outlook.tenor_seconds()).unwrap();
                shared.price_strike(&strike, self.vol_ppm, &tenor, &mut row, &mut risk).unwrap();
            }
            MovingStrike::Passed(excess) => shared.price_sure_call(excess, &mut row, &mut risk),
        }
        Priced { shared, row, risk }
    }

    /// Share of the settlement price that is known.
    fn known(&self) -> f64 {
        let left = self.left.min(LENGTH) as f64;
        let seconds = self.averaged.seconds as f64;
        seconds / (seconds + left)
    }

    /// Call and put of a unit, were the forward there and volatility so.
    fn value(&self, forward: f64, vol: f64) -> (f64, f64) {
        let moving = 1.0 - self.known();
        let strike = self.strike as f64 - self.known() * self.averaged.price as f64;
        let v = vol * (self.outlook().tenor_seconds() as f64 / YEAR).sqrt();
        let call = black(moving * forward, strike, v);
        (call, call - moving * forward + strike)
    }
}

fn black(forward: f64, strike: f64, v: f64) -> f64 {
    if strike <= 0.0 || v == 0.0 {
        return (forward - strike).max(0.0);
    }
    let cdf = |x: f64| libm::erfc(-x / std::f64::consts::SQRT_2) / 2.0;
    let d1 = (forward / strike).ln() / v + v / 2.0;
    forward * cdf(d1) - strike * cdf(d1 - v)
}

/// Standard normal deviates of a fixed seed.
struct Dice(u64);

impl Dice {
    fn unit(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        let (radius, turn) = ((-2.0 * self.unit().ln()).sqrt(), self.unit());
        radius * (turn * std::f64::consts::TAU).cos()
    }
}

/// Mean of the prices to come on a path from the forward: by the trapezoid rule over `normals`, after an optional way ahead.
fn path_mean(case: &Case, vol: f64, ahead: f64, normals: &[f64], sign: f64) -> f64 {
    let step = |price: f64, seconds: f64, normal: f64| {
        let v = vol * (seconds / YEAR).sqrt();
        price * (v * normal * sign - v * v / 2.0).exp()
    };
    let (first, rest) = normals.split_first().unwrap();
    let each = case.left.min(LENGTH) as f64 / rest.len() as f64;
    let mut price = step(case.forward as f64, ahead, *first);
    let mut sum = 0.0;
    for normal in rest {
        let next = step(price, each, *normal);
        sum += (price + next) / 2.0;
        price = next;
    }
    sum / rest.len() as f64
}

/// Mean and standard error of what a call of a unit pays.
fn simulated(case: &Case) -> (f64, f64) {
    const PAIRS: u32 = 30_000;
    const STEPS: usize = 30;
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ case.left ^ case.strike);
    let vol = f64::from(case.vol_ppm) / 1e6;
    let ahead = case.left.saturating_sub(LENGTH) as f64;
    let known = case.known();
    let pays = |mean: f64| {
        let price = known * case.averaged.price as f64 + (1.0 - known) * mean;
        (price - case.strike as f64).max(0.0)
    };
    let (mut sum, mut squares) = (0.0, 0.0);
    for _ in 0..PAIRS {
        let normals: Vec<f64> = (0..=STEPS).map(|_| dice.normal()).collect();
        // A path and its mirror image count as one: they are not independent.
        let pair = [1.0, -1.0].map(|sign| pays(path_mean(case, vol, ahead, &normals, sign)));
        let paid = (pair[0] + pair[1]) / 2.0;
        sum += paid;
        squares += paid * paid;
    }
    let n = f64::from(PAIRS);
    let mean = sum / n;
    (mean, ((squares / n - mean * mean).max(0.0) / n).sqrt())
}

const F: u64 = 8_000_000_000;

#[test]
fn marks_are_what_simulated_paths_pay() {
    // Seconds left, mean so far, strike.
    let cases = [
        (5_400, F, F),
        (1_801, F, F + 20_000_000),
        (1_800, F, F),
        (1_200, F + 40_000_000, F + 10_000_000),
        (900, F - 50_000_000, F - 25_000_000),
        (600, F, F),
        (120, F + 7_000_000, F + 6_400_000),
        (30, F, F),
    ];
    for (left, mean, strike) in cases {
        let case = Case::covered(F, strike, mean, left);
        let (paid, error) = simulated(&case);
        let call = case.priced().risk.call as f64;
        // Rounding, and a hundredth of a thousandth for what is not of first order.
        let most = 4.0 * error + 3.0 + call * 1e-5;
        assert!((call - paid).abs() <= most, "{call} for {paid} +- {error}, {case:?}");
    }
}

#[test]
fn the_window_opens_without_a_step() {
    let before = Case::covered(F, F, F, LENGTH + 1).priced().risk;
    let at = Case::covered(F, F, F, LENGTH).priced().risk;
    let after = Case::covered(F, F, F, LENGTH - 1).priced().risk;
    for (earlier, later, most) in [(before, at, 2_000), (at, after, 2_000)] {
        assert!(earlier.call > later.call && earlier.call - later.call < earlier.call / most * 3);
        assert!(earlier.delta.abs_diff(later.delta) < F / 1_000);
    }
}

#[test]
fn what_a_short_may_lose_shrinks_to_nothing_through_the_window() {
    let mut last = Case::covered(F, F, F, LENGTH + 1).priced();
    for left in (1..=LENGTH).rev() {
        let next = Case::covered(F, F, F, left).priced();
        assert!(next.risk.call <= last.risk.call && next.risk.put <= last.risk.put, "{left} s left");
        // What it may have to pay at the worst, up to what both were rounded by.
        let worst = |risk: &StrikeRisk| (risk.call + risk.call_peak, risk.put + risk.put_peak);
        let (now, before) = (worst(&next.risk), worst(&last.risk));
        assert!(now.0 <= before.0 + 20 && now.1 <= before.1 + 20, "{left} s left: {now:?} after {before:?}");
        assert!(next.risk.delta <= last.risk.delta && next.shared.forward_lot <= last.shared.forward_lot);
        last = next;
    }
    // A second of 1,800 is left, of which no scenario moves more than 1.72 times the whole.
    assert!(last.risk.call_peak < F / 1_800 && last.risk.delta < 1 + (F / 3_600) as i64);
    assert_eq!(Case::covered(F, F, F + 77, 0).outlook().price(), Some(F + 77));
}

#[test]
fn a_wick_moves_a_call_by_no_more_than_the_part_that_is_open() {
    for (left, strike) in [(60, F), (60, F - F / 10), (60, F + F / 200), (300, F), (1_800, F)] {
        let value = |forward| Case::covered(forward, strike, F, left).priced().risk;
        let (calm, wick) = (value(F), value(F + F / 5));
        let open = F / 5 * left / LENGTH;
        assert!(wick.call - calm.call <= open + 3, "{left} s left: {}", wick.call - calm.call);
        assert!(calm.put - wick.put <= open + 3);
    }
}

#[test]
fn without_an_average_nothing_changes() {
    let case = Case::covered(F, F + F / 20, 0, 90_000);
    let tenor = Tenor::from_seconds(90_000 - LENGTH + LENGTH / 3).unwrap();
    let shared = ForwardRisk::new(F, F, 1, &SHOCKS).unwrap();
    let (mut row, mut risk) = ([0; SCENARIOS], StrikeRisk::default());
    let strike = Strike::new(case.strike).unwrap();
    shared.price_strike(&strike, case.vol_ppm, &tenor, &mut row, &mut risk).unwrap();
    let priced = case.priced();
    assert_eq!((priced.row, priced.risk), (row, risk));
}

fn any_case() -> impl Strategy<Value = Case> {
    (
        (10_u32..44).prop_flat_map(|bits| (1_u64 << bits)..(2 << bits)),
        700_000_u64..1_300_000,
        prop_oneof![4 => -6.0..6.0_f64, 1 => -2_000.0..2_000.0_f64],
        (0_u32..8).prop_flat_map(|n| (50_000_u32 << n)..=(100_000_u32 << n).min(10_000_000)),
        (0_u32..16).prop_flat_map(|bits| (1_u64 << bits)..(2 << bits)),
        prop_oneof![4 => 1..LENGTH, 1 => 1_u64..30],
        0_u64..400,
    )
        .prop_map(|(forward, mean_ppm, place, vol_ppm, lots_per_unit, left, missing)| {
            let seconds = (LENGTH - left).saturating_sub(missing);
            let mean = (u128::from(forward) * u128::from(mean_ppm) / 1_000_000) as u64;
            let averaged = Averaged { price: if seconds == 0 { 0 } else { mean }, seconds };
            let mut case = Case { forward, strike: 1, vol_ppm, lots_per_unit, left, averaged };
            // By standard deviations from where it settles if nothing moves.
            let settles = case.outlook().settlement(forward).unwrap() as f64;
            let v = f64::from(vol_ppm) / 1e6 * (left as f64 / 3.0 / YEAR).sqrt();
            case.strike = (settles * (1.0 + place * v * (1.0 - case.known()))).max(1.0) as u64;
            case
        })
        .prop_filter("a price comes of it", |case| case.averaged.seconds + case.left >= 1_080)
}

proptest! {
    #![proptest_config(cases::usually(2_000))]

    #[test]
    fn rows_are_within_their_error_of_a_computation_of_their_own(case in any_case()) {
        let Priced { shared, row, risk } = case.priced();
        let lots = case.lots_per_unit as f64;
        // The other one's own error: a few units of 53 bits.
        let bound = (shared.error_atoms + ROUNDING_UNITS.div_ceil(case.lots_per_unit)) as f64
            + case.forward as f64 * 1e-14 / lots;
        let vol = f64::from(case.vol_ppm) / 1e6;
        let (call, put) = case.value(case.forward as f64, vol);
        prop_assert!((risk.call as f64 - call / lots).abs() <= bound, "{} for {}", risk.call, call / lots);
        prop_assert!((risk.put as f64 - put / lots).abs() <= bound, "{} for {}", risk.put, put / lots);
        let forwards = SHOCKS.forwards(case.forward).unwrap();
        for (s, scenario) in GRID.iter().enumerate() {
            let moved_vol = SHOCKS.vol(case.vol_ppm, scenario.vol).unwrap() as f64 / 1e6;
            let weight = scenario.weight_ppm as f64 / 1e6;
            let (moved_call, moved_put) = case.value(forwards[scenario.forward] as f64, moved_vol);
            let off = row[s] as f64 - (moved_call - call) / lots * weight;
            prop_assert!(off.abs() <= bound, "call, scenario {s}: {off} beyond {bound}");
            let put_row = row[s] - shared.profit[s];
            let off = put_row as f64 - (moved_put - put) / lots * weight;
            prop_assert!(off.abs() <= bound, "put, scenario {s}: {off} beyond {bound}");
            prop_assert!(row[s] <= risk.call_peak as i64 && put_row <= risk.put_peak as i64);
        }
    }

    #[test]
    fn parity_holds_at_every_share_of_the_average(case in any_case()) {
        let case = Case { lots_per_unit: 1, ..case };
        let Priced { shared, risk, .. } = case.priced();
        let settles = case.outlook().settlement(case.forward).unwrap();
        let moving = case.outlook().moving(case.forward).unwrap();
        let parity = risk.call.cast_signed() - risk.put.cast_signed();
        // Where less than a unit moves, the kernels are given a whole one.
        let known = Outlook::settlement(&case.outlook(), 0).unwrap();
        prop_assert!(known + moving == settles || (known == settles && moving == 1));
        prop_assert_eq!(parity, (known + moving).cast_signed() - case.strike.cast_signed());
        prop_assert_eq!(shared.forward_lot, moving);
        prop_assert!(risk.delta >= 0 && risk.delta <= moving.cast_signed());
    }
}
