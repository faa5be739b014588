//! What some of the sources say together.

use super::{
    sorted::{median, median_distance, within},
    Limits,
};
use crate::{
    math_error::MathError,
    round::{ppm_of, Round},
};

/// Distances from the median, in medians of all distances, at which a source is an outlier where all are far apart.
const OUTLIER_DISTANCES: u64 = 5;

/// What a jury says the price is, and how far its members are from it.
#[derive(Clone, Copy)]
pub struct Opinion {
    pub price: u64,
    pub members: usize,
    /// Median distance from the price.
    pub spread: u64,
    /// Distance of the farthest.
    pub widest: u64,
    /// Beyond this distance a source does not count.
    pub tolerance: u64,
    /// Beyond this one it is wrong, if a majority says so.
    pub wrong: u64,
    /// A majority of all registered sources, the missing ones included, is within the market's own tolerance.
    pub is_backed: bool,
    /// Half of the members are too far away.
    pub is_divided: bool,
}

impl Opinion {
    /// Of members with these prices, in ascending order. Prices are below 2^51, so their sums stay far below 2^64.
    #[inline(always)] // copying it costs as much as forming it
    pub fn of(prices: &[u64], limits: &Limits, registered: u64) -> Result<Self, MathError> {
        let price = median(prices);
        let spread = median_distance(prices, price);
        let widest = match prices {
            [first, .., last] => price.wrapping_sub(*first).max(last.wrapping_sub(price)), // between them
            _ => 0,
        };
        let near = ppm_of(price, limits.outlier_ppm, Round::Down)?;
        let confident = ppm_of(price, limits.max_confidence_ppm, Round::Down)?;
        let far = confident.saturating_add(confident);
        let is_divided = spread > far;
        let scattered = spread.wrapping_mul(OUTLIER_DISTANCES);
        // Never so far that two of three could be a quorum with an honest one that they left behind; of two camps none is astray.
        let tolerance = near.max(if is_divided { scattered } else { scattered.min(far) });
        let agreeing = if widest <= near { prices } else { within(prices, price, near) };
        Ok(Self {
            price,
            members: prices.len(),
            spread,
            widest,
            tolerance,
            wrong: tolerance.max(near.saturating_add(near)),
            is_backed: (agreeing.len() as u64).wrapping_mul(2) > registered, // at most eight
            is_divided,
        })
    }
}
