//! The stack: 64 frames of 4 KiB.

use std::hint::black_box;

/// As much of a frame as one local may take, with room for what the compiler spills. A frame that is too big is a
/// build error.
const NEARLY_FULL: usize = 3_800;

#[inline(never)]
pub fn nearly_full(seed: u64) -> u64 {
    let mut bytes = [0u8; NEARLY_FULL];
    let mut state = seed;
    for at in 0..64u8 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        bytes[(state >> 33) as usize % NEARLY_FULL] = state as u8 ^ at;
    }
    black_box(&bytes).iter().fold(0, |sum: u64, byte| sum.rotate_left(5) ^ u64::from(*byte))
}

/// One frame per level; the result depends on each.
#[inline(never)]
pub fn descend(levels: u64, state: u64) -> u64 {
    let mut scratch = [state; 8];
    let at = (levels % 8) as usize;
    scratch[at] = scratch[at].wrapping_mul(31).wrapping_add(levels);
    let scratch = black_box(scratch);
    if levels == 0 {
        return scratch.iter().fold(0, |sum, word| sum ^ word.rotate_left(3));
    }
    descend(levels - 1, scratch[at]).wrapping_add(scratch[0])
}
