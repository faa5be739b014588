//! `bulkhead-risk` as a WebAssembly module: what the program decides by, for the app.
//!
//! No arithmetic of its own. An export takes numbers, calls one function of the risk crate and returns a
//! [`status`]; results, and arguments that are lists, pass through the [`exchange`]. The module imports nothing and
//! never allocates. `app/risk` is its other half and the only caller.

#![cfg_attr(target_arch = "wasm32", no_std)]
#![deny(
    clippy::arithmetic_side_effects,
    clippy::integer_division,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

pub mod account;
pub mod black76;
pub mod exchange;
pub mod rows;
pub mod scenario;
pub mod status;
pub mod surface;

/// Nothing here panics. Should it after all, the call ends with a trap, which JavaScript sees as an exception.
#[cfg(target_arch = "wasm32")]
#[panic_handler]
fn trap(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
