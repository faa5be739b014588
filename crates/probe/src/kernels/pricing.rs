//! Prices and Greeks in the precise tier. Words: forward, strike, volatility (ppm), seconds to expiry.

use core::hint::black_box;

use bulkhead_risk::{
    black76::{price, Forward, Price, Strike, Tenor, TotalVol},
    greeks::{price_and_greeks, price_and_greeks_of, vol_greeks, Greeks},
    math_error::MathError,
};

use super::{functions::error_word, Kernel};
use crate::{
    inputs::{hostile_terms, ordinary_terms},
    Answer, Book, Words, OK,
};

/// Prepares the terms and hands them over by reference. Nobody may guess what they hold or leave a preparation out.
#[inline(always)]
fn with_terms(
    words: &Words,
    answer: &mut Answer,
    work: impl FnOnce(&Forward, &Strike, &TotalVol, &Tenor, &mut Answer),
) {
    let prepare = || -> Result<(), MathError> {
        let tenor = Tenor::from_seconds(words[3])?;
        let vol = u32::try_from(words[2]).map_err(|_| MathError::Domain)?;
        let f = Forward::new(words[0])?;
        let k = Strike::new(words[1])?;
        let v = TotalVol::new(vol, &tenor)?;
        work(black_box(&f), black_box(&k), black_box(&v), black_box(&tenor), answer);
        Ok(())
    };
    if let Err(error) = prepare() {
        answer[0] = error_word(error);
    }
}

/// What a caller prepares once and keeps: the difference to the next ones is their cost with cached terms.
pub(super) const TERMS: Kernel =
    Kernel { name: "terms", hostile: hostile_terms, ordinary: ordinary_terms, call: call_terms };

fn call_terms(words: &Words, answer: &mut Answer, _: &mut Book) {
    with_terms(words, answer, |_, _, _, _, answer| answer[0] = OK);
}

/// Call and put.
pub(super) const PRICE: Kernel =
    Kernel { name: "price", hostile: hostile_terms, ordinary: ordinary_terms, call: call_price };

fn call_price(words: &Words, answer: &mut Answer, _: &mut Book) {
    with_terms(words, answer, |f, k, v, _, answer| {
        let price = price(f, k, v);
        [answer[0], answer[1], answer[2]] = [OK, price.call, price.put];
    });
}

/// Call, put, call delta (Q62), gamma (ppm), vega, theta per day, rho of call and put.
pub(super) const PRICE_AND_GREEKS: Kernel = Kernel {
    name: "price_and_greeks",
    hostile: hostile_terms,
    ordinary: ordinary_terms,
    call: call_price_and_greeks,
};

fn call_price_and_greeks(words: &Words, answer: &mut Answer, _: &mut Book) {
    with_terms(words, answer, |f, k, v, tenor, answer| {
        write_greeks(price_and_greeks(f, k, v, tenor), answer);
    });
}

/// The same from scratch, in one call.
pub(super) const PRICE_AND_GREEKS_OF: Kernel = Kernel {
    name: "price_and_greeks_of",
    hostile: hostile_terms,
    ordinary: ordinary_terms,
    call: call_price_and_greeks_of,
};

fn call_price_and_greeks_of(words: &Words, answer: &mut Answer, _: &mut Book) {
    let vol = u32::try_from(words[2]).map_err(|_| MathError::Domain);
    match vol.and_then(|vol| price_and_greeks_of(words[0], words[1], vol, words[3])) {
        Ok(found) => write_greeks(found, answer),
        Err(error) => answer[0] = error_word(error),
    }
}

#[inline(always)]
fn write_greeks((price, greeks): (Price, Greeks), answer: &mut Answer) {
    *answer = [
        OK,
        price.call,
        price.put,
        greeks.call_delta_q62.cast_unsigned(),
        greeks.gamma_ppm.cast_unsigned(),
        greeks.vega,
        greeks.theta_per_day.cast_unsigned(),
        greeks.call_rho.cast_unsigned(),
        greeks.put_rho.cast_unsigned(),
        0,
        0,
        0,
    ];
}

/// Vanna (ppm) and volga.
pub(super) const VOL_GREEKS: Kernel =
    Kernel { name: "vol_greeks", hostile: hostile_terms, ordinary: ordinary_terms, call: call_vol_greeks };

fn call_vol_greeks(words: &Words, answer: &mut Answer, _: &mut Book) {
    with_terms(words, answer, |f, k, v, tenor, answer| {
        let greeks = vol_greeks(f, k, v, tenor);
        [answer[0], answer[1], answer[2]] =
            [OK, greeks.vanna_ppm.cast_unsigned(), greeks.volga.cast_unsigned()];
    });
}
