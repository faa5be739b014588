//! Functions of one variable. Word 0 is the argument; answers follow the kernels' own formats.

use bulkhead_risk::{
    explog::{exp_neg, ln, sqrt, EXP_ZERO_FROM_Q57},
    math_error::MathError,
    normal::{cdf, density, mills, TAIL_Q57},
};

use super::Kernel;
use crate::{Answer, Book, Rng, Words, OK};

/// The word that stands for an error, never [`OK`].
pub(super) fn error_word(error: MathError) -> u64 {
    match error {
        MathError::Overflow => 1,
        MathError::DivideByZero => 2,
        MathError::Domain => 3,
    }
}

fn one(word: u64) -> Words {
    [word, 0, 0, 0, 0, 0]
}

/// Reads nothing and answers nothing: what a call costs by itself.
pub(super) const NOTHING: Kernel = Kernel {
    name: "nothing",
    hostile: |rng| one(rng.word()),
    ordinary: |rng| one(rng.word()),
    call: |_, _, _| {},
};

/// ln(n), Q57.
pub(super) const LN: Kernel = Kernel {
    name: "ln",
    hostile: |rng| one(rng.hostile(0, u64::MAX - 1)),
    ordinary: |rng| one(rng.any_size(1, 1 << 50)),
    call: call_ln,
};

fn call_ln(words: &Words, answer: &mut Answer, _: &mut Book) {
    match ln(words[0]) {
        Ok(value) => [answer[0], answer[1]] = [OK, value.cast_unsigned()],
        Err(error) => answer[0] = error_word(error),
    }
}

/// exp(-y), y in Q57, Q63.
pub(super) const EXP_NEG: Kernel = Kernel {
    name: "exp_neg",
    hostile: |rng| one(rng.hostile(0, EXP_ZERO_FROM_Q57 + 1)),
    ordinary: |rng| one(rng.between(0, EXP_ZERO_FROM_Q57 - 1)),
    call: |words, answer, _| answer[1] = exp_neg(words[0]),
};

/// Square root as mantissa and exponent.
pub(super) const SQRT: Kernel = Kernel {
    name: "sqrt",
    hostile: |rng| one(rng.hostile(0, u64::MAX - 1)),
    ordinary: |rng| one(rng.any_size(1, 1 << 50)),
    call: call_sqrt,
};

fn call_sqrt(words: &Words, answer: &mut Answer, _: &mut Book) {
    match sqrt(words[0]) {
        Ok(root) => [answer[0], answer[1], answer[2]] = [OK, root.mantissa, root.exponent.into()],
        Err(error) => answer[0] = error_word(error),
    }
}

/// n(x), x in Q57, Q63.
pub(super) const DENSITY: Kernel = Kernel {
    name: "density",
    hostile: |rng| one(distance(rng)),
    ordinary: |rng| one(rng.between(0, TAIL_Q57 - 1)),
    call: |words, answer, _| answer[1] = density(words[0]),
};

/// (1 - N(x)) / n(x), x in Q57, Q62.
pub(super) const MILLS: Kernel = Kernel {
    name: "mills",
    hostile: |rng| one(distance(rng)),
    ordinary: |rng| one(rng.between(0, TAIL_Q57 - 1)),
    call: call_mills,
};

fn call_mills(words: &Words, answer: &mut Answer, _: &mut Book) {
    match mills(words[0]) {
        Ok(value) => [answer[0], answer[1]] = [OK, value],
        Err(error) => answer[0] = error_word(error),
    }
}

/// N(x), x in Q57 and signed, Q63.
pub(super) const CDF: Kernel = Kernel {
    name: "cdf",
    hostile: |rng| one(either_side(distance(rng), rng)),
    ordinary: |rng| one(either_side(rng.between(0, TAIL_Q57 - 1), rng)),
    call: |words, answer, _| answer[1] = cdf(words[0].cast_signed()),
};

fn either_side(distance: u64, rng: &mut Rng) -> u64 {
    if rng.word() & 1 == 1 {
        distance.wrapping_neg()
    } else {
        distance
    }
}

/// Distances from the mean, half of them within a few units of where one piece of a table meets the next.
fn distance(rng: &mut Rng) -> u64 {
    if rng.word() & 1 == 0 {
        return rng.hostile(0, TAIL_Q57 + 1);
    }
    let seam = rng.between(0, 144) << 53;
    seam.saturating_add(rng.word() & 7).saturating_sub(4)
}
