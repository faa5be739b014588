//! Every number Bulkhead decides by.
//!
//! Pure functions over integers: no accounts, no clock, no logs, no floats. The program, the keeper, the tests
//! and the web app run this same code, so all of them agree to the last unit.
//!
//! Units: prices are quote atoms per unit of the underlying; marks, rows and payoffs are quote atoms per lot;
//! shares are parts per million; times are Unix seconds.

#![no_std]
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
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::integer_division,
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::panic
    )
)]

#[cfg(test)]
extern crate std;

pub mod aggregate_loss;
pub mod auction;
pub mod averaging;
pub mod black76;
pub mod breaker;
pub mod cover;
pub mod draw_limit;
pub mod exit_queue;
pub mod explog;
pub mod exposure;
pub mod fixed;
pub mod governance;
pub mod grace;
pub mod greek_limits;
pub mod greeks;
pub mod implied;
pub mod limiter;
pub mod liquidation;
pub mod liquidity;
mod lot_greeks;
pub mod margin;
pub mod margin_tier;
pub mod math_error;
pub mod measure;
pub mod normal;
pub mod oracle;
pub mod params;
pub mod pool;
pub mod rebalance;
pub mod regime;
pub mod risk_array;
pub mod round;
pub mod scan;
pub mod scenario;
pub mod series_table;
pub mod settlement;
pub mod surface;
pub mod surface_panel;
pub mod svi;
pub mod tables;
