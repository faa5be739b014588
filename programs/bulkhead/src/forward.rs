//! The forward of an expiry: the mark moved by the surface's basis.

use {
    crate::error::BulkheadError,
    anchor_lang::prelude::*,
    bulkhead_risk::round::{ppm_of, Round},
};

/// `mark * (1 + basis)`, rounded down, quote atoms per unit.
///
/// # Errors
/// [`BulkheadError::OutOfRange`] when the basis takes the forward to zero or below.
pub fn forward_price(mark: u64, basis_ppm: i64) -> Result<u64> {
    let factor = basis_ppm.checked_add(1_000_000).and_then(|f| u64::try_from(f).ok());
    let factor = factor.ok_or(BulkheadError::OutOfRange)?;
    ppm_of(mark, factor, Round::Down).map_err(|e| BulkheadError::from(e).into())
}
