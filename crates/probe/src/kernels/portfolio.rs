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

/// Exposure over all scenarios and the worst loss.
pub(super) const EXPOSURE: Kernel =
    Kernel { name: "exposure", hostile: any_book, ordinary: any_book, call: call_exposure };

/// As [`EXPOSURE`], of calls only: the plain dot product.
pub(super) const EXPOSURE_OF_CALLS: Kernel =
    Kernel { name: "exposure_of_calls", hostile: calls, ordinary: calls, call: call_exposure };

fn call_exposure(words: &Words, answer: &mut Answer, book: &mut Book) {
    book.fill(words[0], words[1], words[2]);
    let book = black_box(book);
    match book.exposure().and_then(|exposure| Ok((exposure.worst_loss()?, exposure))) {
        Ok((worst, exposure)) => {
            *answer = [
                OK,
                worst,
                exposure.value.cast_unsigned(),
                exposure.short_floor.cast_unsigned(),
                exposure.short_notional,
                exposure.gross_notional,
                exposure.gross_lots,
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
