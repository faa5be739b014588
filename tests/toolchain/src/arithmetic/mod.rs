//! Integer and float operations. One word per operation, in a fixed order, so that a difference has a number.

mod float;
mod narrow;
mod signed;
mod unsigned;

use crate::inputs::Inputs;

/// The answer fits the VM's 1,024 bytes of return data.
pub const MAX_WORDS: usize = 64;

pub fn all(a: u128, b: u128) -> Vec<u128> {
    let mut words = Vec::with_capacity(MAX_WORDS);
    push_all(a, b, &mut words);
    words
}

/// One word that depends on every result over many inputs: a transaction has overhead, arithmetic has little.
pub fn digest(seed: u64, pairs: u32) -> u64 {
    let mut inputs = Inputs::seeded(seed);
    let mut words = Vec::with_capacity(MAX_WORDS);
    let mut digest = seed;
    for _ in 0..pairs {
        // One buffer for all: the VM's heap is 32 KiB and never freed.
        words.clear();
        push_all(inputs.wide(), inputs.wide(), &mut words);
        for word in &words {
            digest = (digest.rotate_left(7) ^ *word as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
                ^ (word >> 64) as u64;
        }
    }
    digest
}

fn push_all(a: u128, b: u128, words: &mut Vec<u128>) {
    unsigned::push(a, b, words);
    signed::push(a as i128, b as i128, words);
    narrow::push(a as u64, b as u64, words);
    float::push(a, b, words);
}
