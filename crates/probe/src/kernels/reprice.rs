//! A whole book priced on the spot, without stored rows: every leg under every scenario. Words: seed, number of legs.

use core::hint::black_box;

use bulkhead_risk::{
    black76::{Strike, Tenor},
    exposure::MAX_LEGS,
    math_error::MathError,
    risk_array::{ForwardRisk, StrikeRisk},
    scenario::SCENARIOS,
};

use super::{functions::error_word, rows::SHOCKS, Kernel};
use crate::{inputs::ordinary_terms, Answer, Book, Rng, Words, OK};

const LOTS_PER_UNIT: u64 = 100;

/// A strike, its volatility and lots.
type Leg = (Strike, u32, i64);

struct Quotes {
    forward: u64,
    tenor: Tenor,
    legs: [Leg; MAX_LEGS],
    count: usize,
}

fn any_book(rng: &mut Rng) -> Words {
    [rng.word(), rng.between(1, MAX_LEGS as u64), 0, 0, 0, 0]
}

fn largest_book(rng: &mut Rng) -> Words {
    [rng.word(), MAX_LEGS as u64, 0, 0, 0, 0]
}

/// Draws the book with the logarithms of its strikes, as accounts of the chain hold them.
pub(super) const REPRICE_TERMS: Kernel = Kernel {
    name: "reprice_terms",
    hostile: any_book,
    ordinary: largest_book,
    call: |words, answer, _| match quotes(words) {
        Ok(quotes) => {
            let quotes = black_box(&quotes);
            [answer[0], answer[1], answer[2]] = [OK, quotes.forward, quotes.tenor.seconds()];
        }
        Err(error) => answer[0] = error_word(error),
    },
};

/// Profit of the book in its worst scenario, and a fold of all scenarios.
pub(super) const REPRICE: Kernel =
    Kernel { name: "reprice", hostile: any_book, ordinary: largest_book, call: call_reprice };

fn call_reprice(words: &Words, answer: &mut Answer, _: &mut Book) {
    let priced = quotes(words).and_then(|quotes| {
        let quotes = black_box(&quotes);
        let mut profit = [0_i64; SCENARIOS];
        reprice(quotes, &mut profit)?;
        Ok((quotes.forward, profit))
    });
    match priced {
        Ok((forward, profit)) => {
            let worst = profit.iter().copied().min().unwrap_or(0);
            let folded = profit.iter().fold(0, |sum: u64, entry| {
                sum.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(entry.cast_unsigned())
            });
            [answer[0], answer[1], answer[2], answer[3]] = [OK, forward, worst.cast_unsigned(), folded];
        }
        Err(error) => answer[0] = error_word(error),
    }
}

#[inline(never)]
fn reprice(quotes: &Quotes, profit: &mut [i64; SCENARIOS]) -> Result<(), MathError> {
    let shared = ForwardRisk::new(quotes.forward, quotes.forward, LOTS_PER_UNIT, &SHOCKS)?;
    let (mut row, mut risk) = ([0; SCENARIOS], StrikeRisk::default());
    for (strike, vol, lots) in quotes.legs.iter().take(quotes.count) {
        shared.price_strike(strike, *vol, &quotes.tenor, &mut row, &mut risk)?;
        for (sum, entry) in profit.iter_mut().zip(&row) {
            *sum = sum.wrapping_add(lots.wrapping_mul(*entry));
        }
    }
    Ok(())
}

#[inline(never)]
fn quotes(words: &Words) -> Result<Quotes, MathError> {
    let mut rng = Rng::seeded(words[0]);
    let [forward, _, vol, seconds, ..] = ordinary_terms(&mut rng);
    let tenor = Tenor::from_seconds(seconds)?;
    let count = usize::try_from(words[1]).unwrap_or(MAX_LEGS).min(MAX_LEGS);
    let mut legs = [(Strike::new(forward)?, 0, 0); MAX_LEGS];
    for leg in legs.iter_mut().take(count) {
        let strike = rng.between(forward / 2, forward.saturating_mul(3) / 2);
        let vol = u32::try_from(rng.between(vol / 2, vol)).map_err(|_| MathError::Domain)?;
        let lots = rng.between(0, 2_000).cast_signed().wrapping_sub(1_000);
        *leg = (Strike::new(strike)?, vol.max(50_000), lots);
    }
    Ok(Quotes { forward, tenor, legs, count })
}
