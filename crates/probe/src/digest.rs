//! Many calls in one word.

use crate::{kernels::kernel, Answer, Book, Rng};

/// Folds `count` calls of a kernel, on inputs that follow from `seed`, into one word: arguments, errors and every bit
/// of every result. An unknown kernel gives zero.
#[must_use]
pub fn digest(number: u32, seed: u64, count: u32) -> u64 {
    let Some(kernel) = kernel(number) else { return 0 };
    let mut rng = Rng::seeded(seed);
    let mut book = Book::default();
    let mut sum = u64::from(number);
    for _ in 0..count {
        let words = (kernel.hostile)(&mut rng);
        let mut answer = Answer::default();
        (kernel.call)(&words, &mut answer, &mut book);
        for word in words.iter().chain(&answer) {
            sum = fold(sum, *word);
        }
    }
    sum
}

/// One-to-one in each argument, so a single wrong bit cannot vanish in the step that takes it in.
#[inline]
fn fold(sum: u64, word: u64) -> u64 {
    let mixed = (sum ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}
