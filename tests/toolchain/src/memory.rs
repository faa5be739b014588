//! memcpy, memmove, memset and memcmp, around the length at which they become syscalls, overlapping both ways.

use std::hint::black_box;

use crate::collections::{digest, next};

const SIZE: usize = 700;
/// Lengths run over this range: the inline limit is 32 bytes.
const MAX_LENGTH: u64 = 90;

pub fn all(seed: u64) -> Vec<u64> {
    let length = (seed % MAX_LENGTH) as usize;
    let mut bytes = filled(seed);
    // The order matters: overlapping downwards, upwards, set, then copied across.
    bytes.copy_within(5..5 + length, 0);
    bytes.copy_within(100..100 + length, 107);
    bytes[200..200 + length].fill(seed as u8);
    let (left, right) = bytes.split_at_mut(SIZE / 2);
    left[10..10 + length].copy_from_slice(&right[20..20 + length]);
    let same = left[10..10 + length] == right[20..20 + length];
    let order = left[10..10 + length].cmp(&right[19..19 + length]);
    vec![
        length as u64,
        u64::from(same),
        order as i8 as u8 as u64,
        digest(bytes),
        moved_in_vector(bytes.to_vec()),
        words_set(seed),
    ]
}

fn filled(seed: u64) -> [u8; SIZE] {
    let mut state = seed | 1;
    std::array::from_fn(|_| {
        state = next(state);
        state as u8
    })
}

/// `Vec::remove` and `insert` are memmove with every distance.
#[inline(never)]
fn moved_in_vector(mut bytes: Vec<u8>) -> u64 {
    for at in 0..4 {
        let byte = bytes.remove(at);
        bytes.insert(40 - at, byte);
        bytes.insert(600, !byte);
    }
    bytes.drain(3..60);
    bytes.rotate_left(33);
    digest(bytes)
}

/// A whole array zeroed and partly set, which the compiler turns into memset.
#[inline(never)]
fn words_set(seed: u64) -> u64 {
    let mut words = black_box([0u64; 128]);
    for word in words.iter_mut().skip(1).step_by(2) {
        *word = seed;
    }
    black_box(words).iter().fold(0, |sum: u64, word| sum.rotate_left(1) ^ word)
}
