//! Names of the program's error codes.

use bulkhead::error::BulkheadError;

/// Offset that Anchor adds to every code.
pub const OFFSET: u32 = 6_000;

/// The code a failed transaction reports for an error.
#[must_use]
pub fn code(error: BulkheadError) -> u32 {
    OFFSET + error as u32
}
