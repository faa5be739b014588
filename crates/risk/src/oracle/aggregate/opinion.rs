//! What some of the sources say together.

use super::{sorted::Sorted, Limits};
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
    pub members: u64,
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
    pub fn of(prices: &Sorted, limits: &Limits, registered: u64) -> Result<Self, MathError> {
        let price = prices.median();
        let distances = prices.distances_from(price);
        let spread = distances.median();
        let near = ppm_of(price, limits.outlier_ppm, Round::Down)?;
        let confident = ppm_of(price, limits.max_confidence_ppm, Round::Down)?;
        let far = confident.saturating_add(confident);
        let is_divided = spread > far;
        let scattered = spread.wrapping_mul(OUTLIER_DISTANCES); // prices are below 2^51
                                                                // Never so far that two of three could be a quorum with an honest one that they left behind; of two camps none is astray.
        let tolerance = near.max(if is_divided { scattered } else { scattered.min(far) });
        let agreeing = distances.up_to(near);
        Ok(Self {
            price,
            members: u64::try_from(prices.count()).unwrap_or(u64::MAX),
            spread,
            widest: distances.largest(),
            tolerance,
            wrong: tolerance.max(near.saturating_add(near)),
            is_backed: agreeing.saturating_add(agreeing) > registered,
            is_divided,
        })
    }
}
