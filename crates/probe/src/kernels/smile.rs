//! SVI slices. Words: a, b, rho, m, sigma (Q48) and log-moneyness (Q57).

use core::hint::black_box;

use bulkhead_risk::{
    black76::{Forward, Strike, Tenor},
    svi::{Svi, SviFault, SviParams, ONE_Q48},
};

use super::{functions::error_word, Kernel};
use crate::{inputs::ordinary_terms, Answer, Book, Rng, Words, OK};

const ONE: u64 = ONE_Q48.unsigned_abs();

fn params(words: &Words) -> SviParams {
    let [a, b, rho, m, sigma, _] = words.map(u64::cast_signed);
    SviParams { a, b, rho, m, sigma }
}

fn fault_word(fault: SviFault) -> u64 {
    match fault {
        SviFault::OutOfDomain => 16,
        SviFault::WingTooSteep => 17,
        SviFault::NegativeVariance => 18,
    }
}

fn either_sign(rng: &mut Rng, size: u64) -> u64 {
    if rng.word() & 1 == 1 {
        size.wrapping_neg()
    } else {
        size
    }
}

fn hostile_slice(rng: &mut Rng) -> Words {
    let mut signed = |most: u64| {
        let size = rng.hostile(0, most);
        either_sign(rng, size)
    };
    let (a, rho, m, k) = (signed(512 * ONE + 1), signed(ONE), signed(4 * ONE + 1), signed(9 << 57));
    let b = rng.hostile(0, 2 * ONE);
    // Mostly a slope that the tilt allows, and a floor that stays above zero.
    let b = if rng.word() & 7 == 0 { b } else { b / 2 };
    let a = if rng.word() & 7 == 0 { a } else { a.cast_signed().unsigned_abs() };
    [a, b, rho, m, rng.hostile(0, 4 * ONE + 1), k]
}

/// Level up to 0.1, wings up to 0.3, tilt up to 0.9, centre up to 0.2, width 0.01 to 0.31, strikes within e^2.
fn ordinary_slice(rng: &mut Rng) -> Words {
    let a = rng.between(ONE / 1_000, ONE / 10);
    let b = rng.between(ONE / 50, ONE / 10 * 3);
    let rho = rng.between(0, ONE / 10 * 9);
    let m = rng.between(0, ONE / 5);
    let sigma = rng.between(ONE / 100, ONE / 100 * 31);
    let k = rng.between(0, 2 << 57);
    [a, b, either_sign(rng, rho), either_sign(rng, m), sigma, either_sign(rng, k)]
}

/// Checks the parameters, as once for each submission.
pub(super) const SVI_TERMS: Kernel =
    Kernel { name: "svi_terms", hostile: hostile_slice, ordinary: ordinary_slice, call: call_svi_terms };

fn call_svi_terms(words: &Words, answer: &mut Answer, _: &mut Book) {
    match Svi::new(&params(words)) {
        Ok(slice) => {
            black_box(&slice);
            answer[0] = OK;
        }
        Err(fault) => answer[0] = fault_word(fault),
    }
}

/// Total variance, Q52.
pub(super) const SVI: Kernel =
    Kernel { name: "svi", hostile: hostile_slice, ordinary: ordinary_slice, call: call_svi };

fn call_svi(words: &Words, answer: &mut Answer, _: &mut Book) {
    match Svi::new(&params(words)) {
        Ok(slice) => match black_box(&slice).total_variance_q52(words[5].cast_signed()) {
            Ok(variance) => [answer[0], answer[1]] = [OK, variance],
            Err(error) => answer[0] = error_word(error),
        },
        Err(fault) => answer[0] = fault_word(fault),
    }
}

/// Forward, strike, seconds, and the seed of an ordinary slice.
fn option_on_slice(rng: &mut Rng) -> Words {
    let [f, k, _, seconds, ..] = ordinary_terms(rng);
    [f, k, seconds, rng.word(), 0, 0]
}

/// The same with a month at least, within days such a variance would be more volatility than any kernel takes, and
/// strikes up to seven times away.
fn month_on_slice(rng: &mut Rng) -> Words {
    let [f, k, seconds, seed, ..] = option_on_slice(rng);
    [f, k.clamp(f / 7, f.saturating_mul(7)), seconds.max(30 * 86_400), seed, 0, 0]
}

/// Volatility of a strike, parts per million, then the parameters of the slice and what they were made from.
pub(super) const SVI_VOL: Kernel =
    Kernel { name: "svi_vol", hostile: option_on_slice, ordinary: month_on_slice, call: call_svi_vol };

fn call_svi_vol(words: &Words, answer: &mut Answer, _: &mut Book) {
    let slice_words = ordinary_slice(&mut Rng::seeded(words[3]));
    let vol = || {
        let (f, k) = (Forward::new(words[0])?, Strike::new(words[1])?);
        let tenor = Tenor::from_seconds(words[2])?;
        let slice =
            Svi::new(&params(&slice_words)).map_err(|_| bulkhead_risk::math_error::MathError::Domain)?;
        slice.vol_ppm_at(&k, &f, &tenor)
    };
    match vol() {
        Ok(vol) => {
            let [a, b, rho, m, sigma, _] = slice_words;
            [answer[0], answer[1], answer[2], answer[3], answer[4], answer[5], answer[6]] =
                [OK, vol.into(), a, b, rho, m, sigma];
        }
        Err(error) => answer[0] = error_word(error),
    }
}
