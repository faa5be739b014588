//! What an export returns: zero, or which refusal. `app/risk/src/refusal.ts` names them in the same order.

use bulkhead_risk::{math_error::MathError, surface::SurfaceFault};

/// The call succeeded and its results are in the exchange.
pub const DONE: u32 = 0;

/// A refusal by a function of the risk crate, as a number above zero.
pub trait Refusal {
    /// 1 to 3 for arithmetic, from 4 on for surfaces.
    fn code(&self) -> u32;
}

impl Refusal for MathError {
    fn code(&self) -> u32 {
        match self {
            Self::Overflow => 1,
            Self::DivideByZero => 2,
            Self::Domain => 3,
        }
    }
}

impl Refusal for SurfaceFault {
    fn code(&self) -> u32 {
        match self {
            Self::Math(error) => error.code(),
            Self::OutOfDomain => 4,
            Self::StepTooLarge => 5,
            Self::NotMonotone => 6,
            Self::NotConvex => 7,
            Self::Calendar => 8,
        }
    }
}

/// [`DONE`] or the code of the refusal.
pub fn of<E: Refusal>(result: Result<(), E>) -> u32 {
    match result {
        Ok(()) => DONE,
        Err(refusal) => refusal.code(),
    }
}
