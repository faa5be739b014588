//! Other ways to the same figures, for comparison: a published fixed-point library and software floats.

mod float;
mod solmath;

use crate::Kernel;

/// Number of the first one.
pub const FIRST_PEER: u32 = 1_000;

pub(crate) static PEERS: [Kernel; 5] =
    [solmath::SOLMATH_TERMS, solmath::SOLMATH, solmath::SOLMATH_PRECISE, float::FLOAT_TERMS, float::FLOAT];
