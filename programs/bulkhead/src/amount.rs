//! Checked sums with the program's error: the books never wrap.

use {crate::error::BulkheadError, anchor_lang::prelude::*};

/// `a + b`.
///
/// # Errors
/// [`BulkheadError::OutOfRange`].
pub fn add(a: u64, b: u64) -> Result<u64> {
    a.checked_add(b).ok_or_else(|| BulkheadError::OutOfRange.into())
}

/// `a - b`.
///
/// # Errors
/// [`BulkheadError::OutOfRange`].
pub fn sub(a: u64, b: u64) -> Result<u64> {
    a.checked_sub(b).ok_or_else(|| BulkheadError::OutOfRange.into())
}

/// `a * b`.
///
/// # Errors
/// [`BulkheadError::OutOfRange`].
pub fn mul(a: u64, b: u64) -> Result<u64> {
    a.checked_mul(b).ok_or_else(|| BulkheadError::OutOfRange.into())
}

/// A signed number of lots or atoms from an unsigned one.
///
/// # Errors
/// [`BulkheadError::OutOfRange`].
pub fn signed(a: u64) -> Result<i64> {
    i64::try_from(a).map_err(|_| BulkheadError::OutOfRange.into())
}
