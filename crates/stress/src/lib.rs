//! The stress simulator: thousands of accounts go through crashes on the real program with the keepers' own logic, and the
//! same books go through the same crashes under models of other rules for liquidations and losses.

pub mod arena;
pub mod document;
pub mod market;
pub mod path;
pub mod plot;
pub mod policy;
pub mod population;
pub mod progress;
pub mod report;
pub mod run;
pub mod sight;
pub mod staging;
pub mod tally;
