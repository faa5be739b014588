//! The three ways arithmetic can refuse.
//!
//! Callers that need to say *which* operation refused map these to their own error codes: the crate reports what was
//! mathematically wrong and nothing about the protocol.

use core::fmt;

/// Why a function of this crate has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MathError {
    /// The exact result does not fit the result type.
    Overflow,
    /// A divisor was zero.
    DivideByZero,
    /// An argument lies outside the function's documented domain.
    Domain,
}

impl fmt::Display for MathError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Overflow => "the exact result does not fit its type",
            Self::DivideByZero => "division by zero",
            Self::Domain => "an argument lies outside its documented domain",
        })
    }
}

impl core::error::Error for MathError {}
