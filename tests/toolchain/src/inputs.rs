//! Deterministic inputs, so that a failure can be repeated; in the program too, so that one transaction tries many.

use crate::collections::next;

const EDGES: [u128; 12] = [
    0,
    10,
    1 << 31,
    u32::MAX as u128,
    1 << 63,
    u64::MAX as u128,
    1 << 64,
    1 << 96,
    i128::MAX as u128,
    1 << 127,
    u128::MAX,
    u128::MAX << 64,
];

pub struct Inputs(u64);

impl Inputs {
    pub fn seeded(seed: u64) -> Self {
        // Neighbouring seeds must not give neighbouring sequences.
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn word(&mut self) -> u64 {
        self.0 = next(self.0);
        self.0
    }

    /// Random words of random length and sign, and the edges with their neighbours.
    pub fn wide(&mut self) -> u128 {
        let random = u128::from(self.word()) << 64 | u128::from(self.word());
        let edge = EDGES[(self.word() % EDGES.len() as u64) as usize];
        match self.word() % 8 {
            0 => edge,
            1 => edge.wrapping_add(u128::from(self.word() % 7)).wrapping_sub(3),
            2 => random >> (self.word() % 128),
            3 => u128::from(random as u64),
            4 => i128::from(random as i64) as u128,
            5 => i128::from(random as i32) as u128,
            _ => random,
        }
    }
}
