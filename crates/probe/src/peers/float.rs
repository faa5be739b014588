//! The textbook formulas in double precision, as one would write them off chain. On chain every operation is a call
//! into software floats.

use core::hint::black_box;

use bulkhead_risk::black76::YEAR_SECONDS;
use libm::{erfc, exp, log, sqrt};

use crate::{inputs::ordinary_terms, Answer, Kernel, Words, OK};

/// 1 / sqrt(2 pi)
const INV_SQRT_2PI: f64 = 0.398_942_280_401_432_7;

struct Terms {
    f: f64,
    k: f64,
    sigma: f64,
    t: f64,
}

#[inline(never)]
#[allow(clippy::cast_precision_loss)] // prices below 2^50
fn terms(words: &Words) -> Terms {
    Terms {
        f: words[0] as f64,
        k: words[1] as f64,
        sigma: words[2] as f64 / 1e6,
        t: words[3] as f64 / YEAR_SECONDS as f64,
    }
}

pub(super) const FLOAT_TERMS: Kernel = Kernel {
    name: "float_terms",
    hostile: ordinary_terms,
    ordinary: ordinary_terms,
    call: |words, _, _| {
        black_box(terms(words));
    },
};

/// Call, put, call delta, F * gamma, vega, theta per day, as the bits of doubles.
pub(super) const FLOAT: Kernel = Kernel {
    name: "float",
    hostile: ordinary_terms,
    ordinary: ordinary_terms,
    call: |words, answer, _| price_and_greeks(words, answer),
};

fn price_and_greeks(words: &Words, answer: &mut Answer) {
    let Terms { f, k, sigma, t } = black_box(terms(words));
    let root = sqrt(t);
    let v = sigma * root;
    let d1 = log(f / k) / v + v / 2.0;
    let d2 = d1 - v;
    let (n1, n2) = (cdf(d1), cdf(d2));
    let density = exp(-d1 * d1 / 2.0) * INV_SQRT_2PI;
    let call = f * n1 - k * n2;
    let put = call - f + k;
    let vega = f * density * root;
    let theta = -f * density * sigma / (2.0 * root) / 365.0;
    *answer = [
        OK,
        call.to_bits(),
        put.to_bits(),
        n1.to_bits(),
        (density / v).to_bits(),
        vega.to_bits(),
        theta.to_bits(),
        0,
        0,
        0,
        0,
        0,
    ];
}

fn cdf(x: f64) -> f64 {
    erfc(-x * core::f64::consts::FRAC_1_SQRT_2) / 2.0
}
