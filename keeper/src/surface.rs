//! The volatility surface of an expiry, from quotes to the instruction that submits it.
//!
//! ```text
//! quotes file ── screen ──> implied volatilities ── fit ──> smile ── step ──> volatilities at the listed strikes
//! ```
//!
//! The chain does not fit anything: it verifies what arrives here. So floats are fine up to the last step, which
//! rounds to the chain's integers and runs the chain's own checks on them. Everything but [`command`] and the file
//! read in [`quotes`] is a pure function.

pub mod command;
pub mod fit;
pub mod implied;
pub mod plan;
pub mod quotes;
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
