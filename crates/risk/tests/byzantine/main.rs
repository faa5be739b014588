//! The promise of the mark: of `n = 2f + 1` sources any `f` may do what they like, and the mark stays within what the others say.

#[path = "../cases/mod.rs"]
mod cases;

mod many_rounds;
mod one_round;
mod outage;
mod panel;
mod random;
mod recovery;
mod subsets;
