//! The crate `solmath`: money and numbers with twelve decimals in 128 bits.
//!
//! Its amounts are whole quote units where ours are atoms with six decimals, so a forward is multiplied by 10^6 and keeps
//! six decimals more than ours. No rate: undiscounted on a forward, as our kernel.

use core::hint::black_box;

use bulkhead_risk::black76::YEAR_SECONDS;
use solmath::{bs_full, bs_full_hp, BsFull, SolMathError, SCALE};

use crate::{inputs::ordinary_terms, Answer, Book, Kernel, Words, OK};

/// Places cut from theta, which is per year and needs more than 64 bits.
const THETA_PLACES: u32 = 16;
const ERROR: u64 = 1;

type Full = fn(u128, u128, u128, u128, u128) -> Result<BsFull, SolMathError>;

struct Scaled {
    s: u128,
    k: u128,
    sigma: u128,
    t: u128,
}

/// With 128-bit multiplications of the caller's; measured alone so that they do not count against the library.
#[inline(never)]
fn scaled(words: &Words) -> Scaled {
    let micro = |word: u64| u128::from(word).wrapping_mul(1_000_000);
    let t = u128::from(words[3]).wrapping_mul(SCALE) / u128::from(YEAR_SECONDS);
    Scaled { s: micro(words[0]), k: micro(words[1]), sigma: micro(words[2]), t }
}

pub(super) const SOLMATH_TERMS: Kernel = Kernel {
    name: "solmath_terms",
    hostile: ordinary_terms,
    ordinary: ordinary_terms,
    call: |words, _, _| {
        black_box(scaled(words));
    },
};

/// `bs_full`: call, put, call delta, gamma, vega, theta.
pub(super) const SOLMATH: Kernel = Kernel {
    name: "solmath_bs_full",
    hostile: ordinary_terms,
    ordinary: ordinary_terms,
    call: |words, answer, _: &mut Book| full(words, answer, bs_full),
};

/// `bs_full_hp`, its high-precision form.
pub(super) const SOLMATH_PRECISE: Kernel = Kernel {
    name: "solmath_bs_full_hp",
    hostile: ordinary_terms,
    ordinary: ordinary_terms,
    call: |words, answer, _: &mut Book| full(words, answer, bs_full_hp),
};

#[inline(always)]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // of ordinary terms each fits 64 bits
fn full(words: &Words, answer: &mut Answer, of: Full) {
    let Scaled { s, k, sigma, t } = black_box(scaled(words));
    match of(s, k, 0, sigma, t) {
        Ok(all) => {
            *answer = [
                OK,
                all.call as u64,
                all.put as u64,
                all.call_delta as u64,
                all.gamma as u64,
                all.vega as u64,
                (all.call_theta >> THETA_PLACES) as u64,
                0,
                0,
                0,
                0,
                0,
            ];
        }
        Err(_) => answer[0] = ERROR,
    }
}
