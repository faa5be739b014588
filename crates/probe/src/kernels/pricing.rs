//! Prices and Greeks. Words: forward, strike, volatility (ppm), seconds to expiry.

use core::hint::black_box;

use bulkhead_risk::{
    black76::{greeks, price, Forward, Strike, Tenor, TotalVol},
    math_error::MathError,
    scenario::{Shocks, SCENARIOS},
    surface::ForwardRisk,
};

use super::{functions::error_word, Kernel};
use crate::{
    inputs::{hostile_terms, ordinary_terms},
    Answer, Book, Words, OK,
};

struct Terms {
    f: Forward,
    k: Strike,
    v: TotalVol,
    tenor: Tenor,
}

impl Terms {
    #[inline(always)]
    fn of(words: &Words) -> Result<Self, MathError> {
        let tenor = Tenor::from_seconds(words[3])?;
        let vol = u32::try_from(words[2]).map_err(|_| MathError::Domain)?;
        Ok(Self {
            f: Forward::new(words[0])?,
            k: Strike::new(words[1])?,
            v: TotalVol::new(vol, &tenor)?,
            tenor,
        })
    }
}

/// What a caller prepares once and keeps: the difference to the next ones is their cost with cached terms.
pub(super) const TERMS: Kernel =
    Kernel { name: "terms", hostile: hostile_terms, ordinary: ordinary_terms, call: call_terms };

fn call_terms(words: &Words, answer: &mut Answer, _: &mut Book) {
    match Terms::of(words) {
        Ok(terms) => {
            let terms = black_box(terms);
            [answer[0], answer[1], answer[2], answer[3]] =
                [OK, terms.f.price(), terms.k.price(), terms.tenor.seconds()];
        }
        Err(error) => answer[0] = error_word(error),
    }
}

/// Call and put.
pub(super) const PRICE: Kernel =
    Kernel { name: "price", hostile: hostile_terms, ordinary: ordinary_terms, call: call_price };

fn call_price(words: &Words, answer: &mut Answer, _: &mut Book) {
    match Terms::of(words) {
        Ok(terms) => {
            let terms = black_box(terms);
            let price = price(&terms.f, &terms.k, &terms.v);
            [answer[0], answer[1], answer[2]] = [OK, price.call, price.put];
        }
        Err(error) => answer[0] = error_word(error),
    }
}

/// Call, put, call delta (ppm), gamma (ppm), vega, theta per day.
pub(super) const PRICE_AND_GREEKS: Kernel = Kernel {
    name: "price_and_greeks",
    hostile: hostile_terms,
    ordinary: ordinary_terms,
    call: call_price_and_greeks,
};

fn call_price_and_greeks(words: &Words, answer: &mut Answer, _: &mut Book) {
    match Terms::of(words) {
        Ok(terms) => {
            let terms = black_box(terms);
            let price = price(&terms.f, &terms.k, &terms.v);
            let greeks = greeks(&terms.f, &terms.k, &terms.v, &terms.tenor);
            *answer = [
                OK,
                price.call,
                price.put,
                greeks.call_delta_ppm.cast_unsigned(),
                greeks.gamma_ppm.cast_unsigned(),
                greeks.vega,
                greeks.theta_per_day.cast_unsigned(),
                0,
            ];
        }
        Err(error) => answer[0] = error_word(error),
    }
}

/// One strike under every scenario: marks, then the row's sum and its two folds that tell entries apart.
pub(super) const STRIKE_ROW: Kernel =
    Kernel { name: "strike_row", hostile: hostile_terms, ordinary: ordinary_terms, call: call_strike_row };

fn call_strike_row(words: &Words, answer: &mut Answer, _: &mut Book) {
    match strike_row(words) {
        Ok(values) => *answer = values,
        Err(error) => answer[0] = error_word(error),
    }
}

fn strike_row(words: &Words) -> Result<Answer, MathError> {
    const SHOCKS: Shocks = Shocks { range_ppm: 180_000, vol_up_ppm: 400_000, vol_down_ppm: 250_000 };
    let tenor = Tenor::from_seconds(words[3])?;
    let vol = u32::try_from(words[2]).map_err(|_| MathError::Domain)?;
    let shared = ForwardRisk::new(words[0], 100, &SHOCKS)?;
    let mut row = [0; SCENARIOS];
    let marks = shared.price_strike(words[1], vol, &tenor, &SHOCKS, &mut row)?;
    let mut sum = 0_u64;
    let mut mixed = 0_u64;
    for (entry, shared) in row.iter().zip(&shared.profit) {
        sum = sum.wrapping_add(entry.cast_unsigned());
        mixed = mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(entry.cast_unsigned());
        mixed = mixed.wrapping_mul(0x94d0_49bb_1331_11eb).wrapping_add(shared.cast_unsigned());
    }
    Ok([OK, marks.call, marks.put, sum, mixed, 0, 0, 0])
}
