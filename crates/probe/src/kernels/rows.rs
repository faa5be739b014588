//! The margin tier and the rows of risk arrays. Words: forward, strike, volatility (ppm), seconds to expiry, lots per
//! unit, and one of the kernel's own.

use core::{hint::black_box, num::NonZeroU64};

use bulkhead_risk::{
    black76::{Strike, Tenor, MAX_PRICE, MAX_VOL_PPM, MIN_VOL_PPM},
    margin_tier::{call_per_lot, GridForward, GridStrike, GridTenor, GridVol, Scale},
    math_error::MathError,
    risk_array::{ForwardRisk, StrikeRisk},
    scenario::{Shocks, SCENARIOS},
};

use super::{functions::error_word, Kernel};
use crate::{
    inputs::{hostile_terms, ordinary_terms},
    Answer, Book, Rng, Words, OK,
};

/// What the tier leaves to the precise one: no error, but no price either.
const NOT_ITS_OWN: u64 = 4;
/// Every shock at once, and none of them even.
pub(super) const SHOCKS: Shocks = Shocks {
    range_ppm: 180_000,
    vol_up_ppm: 400_000,
    vol_down_ppm: 250_000,
    fall_vol_ppm: 120_000,
    tail_weight_ppm: 1_100_000,
};

/// The last word is the largest forward of the grid.
fn hostile_grid(rng: &mut Rng) -> Words {
    let [f, k, vol, seconds, ..] = hostile_terms(rng);
    let largest = match rng.word() & 3 {
        0 => f,
        1 => rng.hostile(f.min(MAX_PRICE), MAX_PRICE),
        _ => f.saturating_mul(5).min(MAX_PRICE),
    };
    [f, k, vol, seconds, lots(rng), largest]
}

fn ordinary_grid(rng: &mut Rng) -> Words {
    let [f, k, vol, seconds, ..] = ordinary_terms(rng);
    // A strike of more than eight times the largest forward may be the precise tier's.
    [
        f,
        k.min(f.saturating_mul(8)),
        vol,
        seconds,
        rng.any_size(1, 10_000),
        rng.between(f, f.saturating_mul(2)),
    ]
}

fn lots(rng: &mut Rng) -> u64 {
    if rng.word() & 15 == 0 {
        rng.hostile(0, u64::MAX - 1)
    } else {
        rng.any_size(1, 1_000_000)
    }
}

struct Cell {
    f: GridForward,
    k: GridStrike,
    v: GridVol,
}

impl Cell {
    #[inline(always)]
    fn of(words: &Words) -> Result<Option<Self>, MathError> {
        if !(u64::from(MIN_VOL_PPM)..=u64::from(MAX_VOL_PPM)).contains(&words[2]) {
            return Err(MathError::Domain);
        }
        let lots = NonZeroU64::new(words[4]).ok_or(MathError::DivideByZero)?;
        let scale = Scale::new(words[5], lots)?;
        let f = GridForward::new(words[0], &scale)?;
        let strike = Strike::new(words[1])?;
        let tenor = Tenor::from_seconds(words[3])?;
        let grid = GridStrike::new(&strike, &scale).zip(GridTenor::new(&tenor));
        Ok(grid.map(|(k, tenor)| Self { f, k, v: GridVol::new(words[2], &tenor, &k) }))
    }
}

/// What is prepared once for each forward, strike and volatility of a grid.
pub(super) const GRID_TERMS: Kernel =
    Kernel { name: "grid_terms", hostile: hostile_grid, ordinary: ordinary_grid, call: call_grid_terms };

fn call_grid_terms(words: &Words, answer: &mut Answer, _: &mut Book) {
    match Cell::of(words) {
        Ok(Some(cell)) => {
            black_box(cell);
            answer[0] = OK;
        }
        Ok(None) => answer[0] = NOT_ITS_OWN,
        Err(error) => answer[0] = error_word(error),
    }
}

/// Call per lot, rounded down.
pub(super) const GRID_PRICE: Kernel =
    Kernel { name: "grid_price", hostile: hostile_grid, ordinary: ordinary_grid, call: call_grid_price };

fn call_grid_price(words: &Words, answer: &mut Answer, _: &mut Book) {
    match Cell::of(words) {
        Ok(Some(cell)) => {
            let cell = black_box(cell);
            [answer[0], answer[1]] = [OK, call_per_lot(&cell.k)(&cell.f, &cell.v)];
        }
        Ok(None) => answer[0] = NOT_ITS_OWN,
        Err(error) => answer[0] = error_word(error),
    }
}

/// The last word is a place in the row.
fn hostile_entry(rng: &mut Rng) -> Words {
    let [f, k, vol, seconds, ..] = hostile_terms(rng);
    [f, k, vol, seconds, lots(rng), rng.between(0, SCENARIOS as u64 - 1)]
}

fn ordinary_entry(rng: &mut Rng) -> Words {
    let [f, k, vol, seconds, ..] = ordinary_terms(rng);
    [
        f,
        k.min(f.saturating_mul(8)),
        vol,
        seconds,
        rng.any_size(1, 10_000),
        rng.between(0, SCENARIOS as u64 - 1),
    ]
}

/// What all strikes of an expiry share.
pub(super) const FORWARD_RISK: Kernel = Kernel {
    name: "forward_risk",
    hostile: hostile_entry,
    ordinary: ordinary_entry,
    call: call_forward_risk,
};

fn call_forward_risk(words: &Words, answer: &mut Answer, _: &mut Book) {
    match prepared(words) {
        Ok(prepared) => {
            let (shared, ..) = black_box(&prepared);
            *answer = [
                OK,
                folded(&shared.profit),
                shared.stable_profit.cast_unsigned(),
                shared.error_atoms,
                shared.forward_lot,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
            ];
        }
        Err(error) => answer[0] = error_word(error),
    }
}

/// One strike under every scenario: one entry, the bound of its error, marks, profit at the stable price, peaks, delta,
/// gamma, vega and theta.
pub(super) const STRIKE_RISK: Kernel = Kernel {
    name: "strike_risk",
    hostile: hostile_entry,
    ordinary: ordinary_entry,
    call: |words, answer, _| {
        let entry = |row: &[i64; SCENARIOS]| {
            let place = usize::try_from(words[5]).unwrap_or(0);
            row.get(place).copied().unwrap_or(0).cast_unsigned()
        };
        strike_risk(words, answer, entry);
    },
};

/// As [`STRIKE_RISK`], with a fold of the whole row in the place of one entry.
pub(super) const STRIKE_ROW: Kernel = Kernel {
    name: "strike_row",
    hostile: hostile_entry,
    ordinary: ordinary_entry,
    call: |words, answer, _| strike_risk(words, answer, folded),
};

#[inline(always)]
fn strike_risk(words: &Words, answer: &mut Answer, of_row: impl Fn(&[i64; SCENARIOS]) -> u64) {
    let priced = prepared(words).and_then(|prepared| {
        let (shared, strike, vol, tenor) = black_box(&prepared);
        let (mut row, mut risk) = ([0; SCENARIOS], StrikeRisk::default());
        shared.price_strike(strike, *vol, tenor, &mut row, &mut risk)?;
        Ok((risk, shared.error_atoms, of_row(&row)))
    });
    match priced {
        Ok((risk, error_atoms, entry)) => {
            let StrikeRisk { call, put, stable_profit, call_peak, put_peak, delta, gamma, vega, theta } =
                risk;
            *answer = [
                OK,
                entry,
                error_atoms,
                call,
                put,
                stable_profit.cast_unsigned(),
                call_peak,
                put_peak,
                delta.cast_unsigned(),
                gamma,
                vega,
                theta.cast_unsigned(),
            ];
        }
        Err(error) => answer[0] = error_word(error),
    }
}

type Prepared = (ForwardRisk, Strike, u32, Tenor);

/// The stable forward lies 3 % above the other, cut to the largest price.
#[inline(never)]
fn prepared(words: &Words) -> Result<Prepared, MathError> {
    let stable = words[0].saturating_add(words[0] / 33).min(MAX_PRICE);
    let shared = ForwardRisk::new(words[0], stable, words[4], &SHOCKS)?;
    let vol = u32::try_from(words[2]).map_err(|_| MathError::Domain)?;
    Ok((shared, Strike::new(words[1])?, vol, Tenor::from_seconds(words[3])?))
}

/// Different for every order of the entries.
fn folded(row: &[i64; SCENARIOS]) -> u64 {
    row.iter().fold(0, |sum: u64, entry| {
        sum.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(entry.cast_unsigned())
    })
}
