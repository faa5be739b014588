//! Integer and float operations. One word per operation, in a fixed order, so that a difference has a number.

mod float;
mod narrow;
mod signed;
mod unsigned;

/// The answer fits the VM's 1,024 bytes of return data.
pub const MAX_WORDS: usize = 64;

pub fn all(a: u128, b: u128) -> Vec<u128> {
    let mut words = Vec::with_capacity(MAX_WORDS);
    unsigned::push(a, b, &mut words);
    signed::push(a as i128, b as i128, &mut words);
    narrow::push(a as u64, b as u64, &mut words);
    float::push(a, b, &mut words);
    words
}
