//! The numeric kernels under one roof: the same inputs, the same calls, the same digest on every machine.
//!
//! The program, the keeper and the web app must agree on every bit. So each kernel has a number here, a generator of
//! inputs and a call from words to words; [`digest`] folds any count of calls into one word. Native code, the virtual
//! machine and WebAssembly run this same function and their results are compared. The bench measures the same calls.

#![no_std]

extern crate alloc;

mod book;
mod digest;
pub mod inputs;
mod kernels;
#[cfg(feature = "oracle")]
pub mod oracle;
#[cfg(feature = "peers")]
mod peers;
mod rng;

pub use book::Book;
pub use digest::digest;
pub use kernels::{count, kernel, number_of, Kernel};
#[cfg(feature = "peers")]
pub use peers::FIRST_PEER;
pub use rng::Rng;

/// Arguments of a kernel; each kernel documents which words it reads. The others are zero.
pub type Words = [u64; 6];
/// What a kernel answers: word 0 is [`OK`] or an error's number, the kernel's results follow.
pub type Answer = [u64; 12];

/// First word of an answer without an error.
pub const OK: u64 = 0;
