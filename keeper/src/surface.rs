//! The volatility surface of an expiry, from quotes to the instruction that submits it.
//!
//! ```text
//! quotes file ── screen ──> implied volatilities ── fit ──> smile
//!       smile ── step ──> volatilities at the listed strikes ── form ──> raw SVI or volatilities, and call prices
//! ```
//!
//! The chain does not fit anything: it verifies what arrives here. So floats are fine up to the last step, which
//! rounds to the chain's integers and runs the chain's own checks on them. Everything but [`command`] and the file
//! read in [`quotes`] is a pure function.

mod arrival;
pub mod calendar;
pub mod command;
pub mod fit;
pub mod form;
pub mod implied;
pub mod liquidity;
pub mod listed;
pub mod pace;
pub mod plan;
pub mod points;
pub mod prices;
pub mod quotes;
#[cfg(test)]
mod samples;
pub mod smile;
mod ssvi;
pub mod step;
mod submit;
mod table;

pub use {
    fit::{Fit, FitError},
    plan::{plan, PlanError, SurfacePlan},
    quotes::{Quote, QuoteFile},
    smile::Smile,
    step::{Step, StepError},
};
