//! The mark: a price that a minority of lying sources cannot move, with a grade that says how far to trust it.
//!
//! A round reads all sources ([`observation`]), takes the median of those that are fresh and confident ([`aggregate`]), keeps a
//! record of how each one behaves ([`health`]) and decides whether the median becomes the mark ([`mark`]). What a grade
//! allows is one table ([`reliance`]).
//!
//! Of `m` valid sources fewer than half may lie without moving the median outside the range of the honest ones. A source that
//! is silent or late counts as faulty too, so `n` sources bear `f` faults of any kind when `n >= 2f + 1`. When no more than `f`
//! lie, but others are silent on top, and the honest agree within the outlier tolerance among themselves: the mark of a quorum
//! is near an honest price (within 2 % by default), and no honest source loses its vote.

pub mod aggregate;
pub mod clock;
pub mod grade;
pub mod health;
pub mod mark;
pub mod observation;
pub mod reliance;
pub mod signed_price;

pub use {
    aggregate::{aggregate, Aggregated, Limits, SourceInput},
    clock::Moment,
    grade::{Grade, Reason},
    health::{Health, Standing, State},
    mark::{Mark, Terms},
    observation::{Observation, Verdict},
    reliance::{Answer, Reliance},
    signed_price::SignedPrice,
};

/// Most sources of one market.
pub const MAX_SOURCES: usize = 8;

#[cfg(test)]
mod tests;
