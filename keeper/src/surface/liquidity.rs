//! How wide and how deep the quotes behind a surface are: the chain charges margin for books that are worse than the
//! market's normal one.
//!
//! Both are medians over the quotes within a standard deviation of the money: one wide or huge quote moves neither, and
//! far from the money spreads say little. Of two middle ones, the wider and the thinner count. The depth is that of one
//! series, not of the book, because the chain sets it against the lots of one leg.

use {crate::surface::points::Used, bulkhead_risk::round::PPM_ONE};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Liquidity {
    /// Half-spread, parts per million of the forward.
    pub spread_ppm: u64,
    /// Lots; zero when no quote has a size.
    pub depth_lots: u64,
}

impl Liquidity {
    /// `deviation`: standard deviation of the log price at expiry. Where no quote lies within it, the nearest ones to the
    /// money count.
    #[must_use]
    pub fn of(used: &[Used], deviation: f64, forward: u64, lots_per_unit: u64) -> Self {
        let nearest = used.iter().map(|u| u.point.k.abs()).fold(f64::INFINITY, f64::min);
        let near = || used.iter().filter(|u| u.point.k.abs() <= nearest.max(deviation));
        let sorted = |mut values: Vec<f64>| {
            values.sort_by(f64::total_cmp);
            values
        };
        let spreads = sorted(near().map(|u| u.half_spread).collect());
        let sizes = sorted(near().filter_map(|u| u.quote.size).collect());
        let spread = spreads.get(spreads.len() / 2).copied().unwrap_or(0.0);
        let size = sizes.get(sizes.len().saturating_sub(1) / 2).copied();
        Self {
            spread_ppm: (spread * PPM_ONE as f64 / forward as f64).ceil() as u64,
            // Less than a lot still is a size; zero would mean that none is known.
            depth_lots: size.map_or(0, |size| ((size * lots_per_unit as f64) as u64).max(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use {
        super::*,
        crate::surface::{
            fit::Point,
            quotes::{Quote, QuoteKind},
        },
    };

    fn used(k: f64, half_spread: f64, size: Option<f64>) -> Used {
        Used {
            quote: Quote { strike: 1.0, kind: QuoteKind::Call, bid: 1.0, ask: 1.0, size, at: None },
            strike: 1,
            point: Point { k, vol: 0.5, half_spread: 0.01 },
            call: 1,
            half_spread,
            error: 0.0,
        }
    }

    fn of(used: &[Used]) -> (u64, u64) {
        let Liquidity { spread_ppm, depth_lots } = Liquidity::of(used, 0.1, 1_000_000, 100);
        (spread_ppm, depth_lots)
    }

    #[test]
    fn the_wider_and_the_thinner_middle_near_the_money_count() {
        let near = [
            used(-0.1, 40.0, Some(8.0)),
            used(0.0, 30.0, Some(1.0)),
            used(0.02, 20.0, Some(4.0)),
            used(0.1, 9_000.0, Some(1e6)),
        ];
        assert_eq!(of(&near), (40, 400));
        assert_eq!(of(&near[..3]), (30, 400));
        let far = [used(0.11, 1.0, Some(0.1)), used(-3.0, 1.0, Some(0.1)), used(0.2, 1.0, Some(0.1))];
        assert_eq!(of(&[near.to_vec(), far.to_vec()].concat()), (40, 400));
        // None within a standard deviation: the nearest.
        assert_eq!(of(&far), (1, 10));
    }

    #[test]
    fn sizes_may_be_missing_and_nothing_rounds_to_unknown() {
        assert_eq!(of(&[used(0.0, 0.5, None), used(0.0, 0.5, None)]), (1, 0));
        assert_eq!(of(&[used(0.0, 0.0, None), used(0.0, 0.0, Some(0.001))]), (0, 1));
    }
}
