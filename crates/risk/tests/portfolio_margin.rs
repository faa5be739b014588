//! Margin of whole portfolios: against an independent floating-point reference, and the shape that margin must have.

use bulkhead_risk::{
    black76::{Strike, Tenor},
    exposure::{ExpiryRisk, Exposure, OptionKind, SeriesRisk},
    greek_limits::{MoneyGreeks, UNLIMITED},
    margin::{requirement, Charges, Requirement},
    params::SPECS,
    risk_array::{ForwardRisk, StrikeRisk},
    scenario::{Shocks, VolMove, GRID, PPM},
};
use proptest::prelude::*;

const YEAR: f64 = 31_536_000.0;
/// Forward moves in quarters of the range, in the order of `Scenario::forward`.
const QUARTERS: [i64; 15] = [0, 1, -1, 2, -2, 3, -3, 4, -4, 6, -6, 10, -10, 16, -16];

fn cdf(x: f64) -> f64 {
    libm::erfc(-x / std::f64::consts::SQRT_2) / 2.0
}

fn value(kind: OptionKind, f: f64, k: f64, vol: f64, years: f64) -> f64 {
    let v = vol * years.sqrt();
    let d1 = (f / k).ln() / v + v / 2.0;
    match kind {
        OptionKind::Call => f * cdf(d1) - k * cdf(d1 - v),
        OptionKind::Put => k * cdf(v - d1) - f * cdf(-d1),
    }
}

#[derive(Clone, Debug)]
struct Leg {
    kind: OptionKind,
    strike: u64,
    vol_ppm: u32,
    lots: i64,
}

#[derive(Clone, Debug)]
struct Book {
    forward: u64,
    seconds: u64,
    lots_per_unit: u64,
    shocks: Shocks,
    legs: Vec<Leg>,
}

fn books() -> impl Strategy<Value = Book> {
    let legs = (any::<bool>(), 30u64..300, 100_000u32..4_000_000, -2_000i64..2_000);
    let shocks = (
        50_000u64..500_000,
        100_000u64..2_000_000,
        50_000u64..900_000,
        0u64..1_000_000,
        500_000u64..1_400_000,
    );
    (1_000_000u64..1 << 44, 60u64..63_072_000, 1u64..10_000, shocks, proptest::collection::vec(legs, 1..12))
        .prop_map(
            |(
                forward,
                seconds,
                lots_per_unit,
                (range_ppm, vol_up_ppm, vol_down_ppm, fall_vol_ppm, tail_weight_ppm),
                legs,
            )| Book {
                forward,
                seconds,
                // Rows must stay below 2^37 atoms a lot.
                lots_per_unit: lots_per_unit.max(forward >> 34),
                shocks: Shocks { range_ppm, vol_up_ppm, vol_down_ppm, fall_vol_ppm, tail_weight_ppm },
                legs: legs
                    .into_iter()
                    .map(|(put, percent, vol_ppm, lots)| Leg {
                        kind: if put { OptionKind::Put } else { OptionKind::Call },
                        strike: (forward / 100 * percent).max(1),
                        vol_ppm,
                        lots,
                    })
                    .collect(),
            },
        )
}

/// Worst loss over the grid in floating point, quote atoms. The scenarios are those of the design page: a moved volatility
/// is a whole part per million away from the unmoved one; a forward's move and a weight are whole parts per million.
fn reference(book: &Book) -> f64 {
    let years = book.seconds as f64 / YEAR;
    let (f, per_unit) = (book.forward as f64, book.lots_per_unit as f64);
    let ppm = |x: u64| x as f64 / 1e6;
    let loss = |s: &bulkhead_risk::scenario::Scenario| {
        let range = i64::try_from(book.shocks.range_ppm).unwrap();
        let moved_ppm = (1_000_000 + range * QUARTERS[s.forward] / 4).max(20_000);
        let moved = (f * moved_ppm as f64 / 1e6).max(1.0);
        let weight = match s.weight_ppm {
            PPM => 1.0,
            tail => ppm((tail * book.shocks.tail_weight_ppm / PPM).min(PPM)),
        };
        let profit: f64 = book
            .legs
            .iter()
            .map(|leg| {
                let vol = f64::from(leg.vol_ppm);
                let part = |shock: u64| (u64::from(leg.vol_ppm) * shock).div_ceil(PPM) as f64;
                let shocked = match s.vol {
                    VolMove::Unchanged => vol,
                    VolMove::Up => vol + part(book.shocks.vol_up_ppm),
                    VolMove::UpInFall => vol + part(book.shocks.vol_up_ppm + book.shocks.fall_vol_ppm),
                    VolMove::Down => vol - part(book.shocks.vol_down_ppm),
                };
                let (vol, shocked) = (vol / 1e6, shocked.clamp(50_000.0, 10_000_000.0) / 1e6);
                let k = leg.strike as f64;
                let change = value(leg.kind, moved, k, shocked, years) - value(leg.kind, f, k, vol, years);
                leg.lots as f64 * change / per_unit * weight
            })
            .sum();
        -profit
    };
    GRID.iter().map(loss).fold(0.0, f64::max)
}

fn exposure(book: &Book) -> Exposure {
    let tenor = Tenor::from_seconds(book.seconds).unwrap();
    let shared = ForwardRisk::new(book.forward, book.forward, book.lots_per_unit, &book.shocks).unwrap();
    let mut exposure = Exposure::default();
    let mut part = exposure
        .expiry(ExpiryRisk {
            forward: shared.forward_lot,
            forward_row: &shared.profit,
            forward_stable: shared.stable_profit,
            error_atoms: shared.error_atoms,
            ramp_atoms: 0,
            impact_q20: 0,
            quoted_impact_q20: 0,
            open_lots: 1,
            spread_atoms: 0,
        })
        .unwrap();
    for leg in &book.legs {
        let mut row = [0; 33];
        let strike = Strike::new(leg.strike).unwrap();
        let mut risk = StrikeRisk::default();
        shared.price_strike(&strike, leg.vol_ppm, &tenor, &mut row, &mut risk).unwrap();
        let StrikeRisk { call, put, call_peak, put_peak, stable_profit, .. } = risk;
        let (mark, peak) = match leg.kind {
            OptionKind::Call => (call, call_peak),
            OptionKind::Put => (put, put_peak),
        };
        let call_greeks = MoneyGreeks::default();
        let series = SeriesRisk {
            kind: leg.kind,
            mark,
            call_row: &row,
            call_stable: stable_profit,
            peak,
            call_greeks,
        };
        part.add(leg.lots, &series).unwrap();
    }
    part.close();
    exposure
}

/// Only what hedges: no charge by size, no minimum.
const PLAIN: Charges = Charges {
    short_minimum_ppm: 0,
    maintenance_ppm: 800_000,
    confidence_ppm: 0,
    initial_factor_ppm: PPM,
    regime_ppm: PPM,
    cover_ppm: PPM,
    greek_limits: UNLIMITED,
};

fn required(exposure: &Exposure) -> Requirement {
    requirement(&exposure.totals, exposure.worst_loss(), &PLAIN).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn margin_is_at_least_the_floating_point_reference(book in books()) {
        let seen = exposure(&book);
        let charged = (seen.worst_loss() + seen.totals.error) as f64;
        let want = reference(&book);
        // The reference itself is good to 2^-50 of what it adds up.
        let own_error = seen.totals.gross_notional as f64 * 64.0 * f64::EPSILON;
        prop_assert!(charged >= want - 1.0 - own_error, "{charged} {want} {own_error}");
        // And no more than the errors above it.
        prop_assert!(
            charged <= want + 2.0 * seen.totals.error as f64 + 1.0 + own_error,
            "{charged} {want} {} {own_error}",
            seen.totals.error
        );
    }

    #[test]
    fn two_books_together_need_no_more_than_apart(book in books(), split in 0usize..12) {
        let split = split.min(book.legs.len());
        let part = |legs: &[Leg]| exposure(&Book { legs: legs.to_vec(), ..book.clone() });
        let (left, right) = (part(&book.legs[..split]), part(&book.legs[split..]));
        let whole = exposure(&book);
        prop_assert!(whole.worst_loss() <= left.worst_loss() + right.worst_loss());
        // What is capped at the value of a book without shorts was less to begin with; apart, both may be capped.
        if left.totals.short_notional > 0 && right.totals.short_notional > 0 {
            let (w, l, r) = (required(&whole), required(&left), required(&right));
            prop_assert!(w.initial <= l.initial + r.initial && w.maintenance <= l.maintenance + r.maintenance + 1);
        }
    }

    #[test]
    fn more_of_the_same_needs_more(book in books()) {
        let double = Book { legs: book.legs.iter().map(|l| Leg { lots: 2 * l.lots, ..l.clone() }).collect(), ..book.clone() };
        let (once, twice) = (required(&exposure(&book)), required(&exposure(&double)));
        prop_assert!(twice.initial >= once.initial && twice.maintenance >= once.maintenance);
    }

    #[test]
    fn the_quick_bound_never_lies_below_the_scan(book in books()) {
        let seen = exposure(&book);
        prop_assert!(seen.totals.bound + seen.totals.error >= seen.worst_loss());
    }
}

/// Every hard bound of every parameter that enters a requirement, with the largest book that fits: an answer or the named
/// error, never a wrapped sum. The build checks overflow, so a wrap would end the test.
#[test]
fn no_bound_of_a_parameter_overflows_the_requirement() {
    let bound = |name: &str| SPECS.iter().find(|s| s.name == name).map(|s| (s.min, s.max)).unwrap();
    let largest = bulkhead_risk::exposure::Totals {
        legs: 32,
        value: -(1 << 62),
        stable: -(1 << 62),
        bound: 1 << 62,
        short_floor: i64::MIN,
        short_notional: 1 << 62,
        gross_notional: 1 << 62,
        gross_lots: 1 << 25,
        error: 1 << 62,
        ramp: 1 << 62,
        impact: 1 << 62,
        scarcity: 1 << 62,
        spread: 1 << 62,
        greeks: MoneyGreeks { delta: i64::MIN, gamma: i64::MAX, vega: i64::MIN, theta: i64::MAX },
    };
    // A book a thousandth as large, still far beyond any real one, has an answer at every bound.
    let large = bulkhead_risk::exposure::Totals {
        value: -(1 << 52),
        stable: 0,
        bound: 1 << 52,
        short_floor: -(1 << 53),
        short_notional: 1 << 52,
        gross_notional: 1 << 52,
        error: 1 << 40,
        ramp: 1 << 50,
        impact: 1 << 50,
        scarcity: 1 << 50,
        spread: 1 << 50,
        greeks: MoneyGreeks { delta: 1 << 52, gamma: -(1 << 52), vega: 1 << 50, theta: -(1 << 50) },
        ..largest
    };
    let (short, maintenance, cover) =
        (bound("short_minimum_ppm"), bound("maintenance_ppm"), bound("cover_ppm"));
    let limits = bound("account_delta_limit");
    for pick in 0..16u32 {
        let end = |bit: u32, (min, max): (u64, u64)| if pick >> bit & 1 == 0 { min } else { max };
        let limit = end(3, limits);
        let charges = Charges {
            short_minimum_ppm: end(0, short),
            maintenance_ppm: end(1, maintenance),
            confidence_ppm: 1_000_000,
            initial_factor_ppm: 1_500_000,
            regime_ppm: 3_000_000,
            cover_ppm: end(2, cover),
            greek_limits: bulkhead_risk::greek_limits::GreekLimits {
                delta: limit,
                gamma: limit,
                vega: limit,
                theta: limit,
            },
        };
        let seen = requirement(&large, 1 << 52, &charges).unwrap();
        assert!(seen.initial >= seen.maintenance && seen.maintenance > 0);
        assert!(requirement(&largest, 1 << 62, &charges).is_err());
    }
}
