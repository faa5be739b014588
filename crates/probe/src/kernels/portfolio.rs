//! Many legs at once. Words: seed of the book, number of legs, whether there are puts.

use core::hint::black_box;

use super::{functions::error_word, Kernel};
use crate::{Answer, Book, Rng, Words, OK};

fn any_book(rng: &mut Rng) -> Words {
    [rng.word(), rng.between(0, 32), rng.word() & 1, 0, 0, 0]
}

fn calls(rng: &mut Rng) -> Words {
    [rng.word(), 32, 0, 0, 0, 0]
}

/// Fills the book: the difference to the next ones is their cost.
pub(super) const BOOK: Kernel = Kernel {
    name: "book",
    hostile: any_book,
    ordinary: calls,
    call: |words, _, book| {
        book.fill(words[0], words[1], words[2]);
        black_box(book);
    },
};

/// The totals of a book alone, without a look at the rows.
pub(super) const TOTALS: Kernel = Kernel {
    name: "totals",
    hostile: any_book,
    ordinary: any_book,
    call: |words, answer, book| call_exposure(words, answer, book, false),
};

/// Exposure over all scenarios, the totals and the worst loss.
pub(super) const EXPOSURE: Kernel = Kernel {
    name: "exposure",
    hostile: any_book,
    ordinary: any_book,
    call: |words, answer, book| call_exposure(words, answer, book, true),
};

#[inline(always)]
fn call_exposure(words: &Words, answer: &mut Answer, book: &mut Book, with_rows: bool) {
    book.fill(words[0], words[1], words[2]);
    let book = black_box(book);
    match book.exposure(with_rows) {
        Ok(exposure) => {
            let worst = if with_rows { exposure.worst_loss() } else { 0 };
            let totals = black_box(&exposure.totals);
            *answer = [
                OK,
                worst,
                totals.value.cast_unsigned(),
                totals.stable.cast_unsigned(),
                totals.bound,
                totals.short_floor.cast_unsigned(),
                totals.short_notional,
                totals.gross_notional,
                totals.impact,
                totals.greeks.delta.cast_unsigned(),
                totals.error ^ totals.ramp.rotate_left(21) ^ totals.spread.rotate_left(42),
                totals.gross_lots ^ totals.scarcity.rotate_left(32),
            ];
        }
        Err(error) => answer[0] = error_word(error),
    }
}
