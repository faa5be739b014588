//! The scenario grid: which moves of the forward and of volatility every portfolio must survive.
//!
//! Nine forward moves across the range times three volatility moves make the core; six tail moves beyond the
//! range, with volatility up, count by a weight below one. The shape follows the public portfolio-margin grids
//! of the large option venues; the range and the volatility moves are parameters of the market.

use crate::{
    black76::{Forward, MAX_PRICE},
    math_error::MathError,
    round::{ppm_of, Round},
};

/// Number of scenarios in every risk array.
pub const SCENARIOS: usize = 33;
/// Parts per million in one.
pub const PPM: u64 = 1_000_000;
/// A forward never falls below this share of itself, whatever the range times the tail multiple says.
const FLOOR_PPM: i64 = 20_000;
/// Distinct forward moves: nine in the core, six in the tails.
pub const MOVES: usize = 15;

/// Which way volatility moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VolMove {
    Unchanged,
    Up,
    Down,
}

/// One scenario: an index into the forward moves, a volatility move, and the share of the profit or loss that
/// counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scenario {
    pub forward: usize,
    pub vol: VolMove,
    pub weight_ppm: u64,
}

/// Forward moves in quarters of the range; the last six are the tails.
const QUARTERS: [i64; MOVES] = [0, 1, -1, 2, -2, 3, -3, 4, -4, 6, -6, 10, -10, 16, -16];
/// Weight of each pair of tails: 1.5, 2.5 and 4 ranges away.
const TAIL_WEIGHTS: [u64; 3] = [700_000, 400_000, 200_000];
const CORE_MOVES: usize = 9;
const VOL_MOVES: [VolMove; 3] = [VolMove::Unchanged, VolMove::Up, VolMove::Down];

/// The scenarios in the order of the rows of a risk array; scenario 0 is "nothing moves".
pub const GRID: [Scenario; SCENARIOS] = grid();

#[allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::integer_division)] // const: checked by the compiler
const fn grid() -> [Scenario; SCENARIOS] {
    let mut out = [Scenario { forward: 0, vol: VolMove::Unchanged, weight_ppm: PPM }; SCENARIOS];
    let mut at = 0;
    let mut forward = 0;
    while forward < CORE_MOVES {
        let mut vol = 0;
        while vol < VOL_MOVES.len() {
            out[at] = Scenario { forward, vol: VOL_MOVES[vol], weight_ppm: PPM };
            at += 1;
            vol += 1;
        }
        forward += 1;
    }
    while forward < MOVES {
        out[at] =
            Scenario { forward, vol: VolMove::Up, weight_ppm: TAIL_WEIGHTS[(forward - CORE_MOVES) / 2] };
        at += 1;
        forward += 1;
    }
    out
}

/// How far the market's grid reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shocks {
    /// Largest core move of the forward, parts per million.
    pub range_ppm: u64,
    /// Relative rise of volatility, parts per million.
    pub vol_up_ppm: u64,
    /// Relative fall of volatility, parts per million.
    pub vol_down_ppm: u64,
}

impl Shocks {
    /// The forward of every move, in the order of [`Scenario::forward`]; index 0 is the forward itself.
    ///
    /// # Errors
    /// [`MathError::Domain`] when a moved forward leaves `1..=MAX_PRICE`.
    pub fn forwards(&self, forward: u64) -> Result<[Forward; MOVES], MathError> {
        let unmoved = Forward::new(forward)?;
        let mut out = [unmoved; MOVES];
        for (slot, quarters) in out.iter_mut().zip(QUARTERS).skip(1) {
            *slot = Forward::new(self.moved(forward, quarters)?)?;
        }
        Ok(out)
    }

    fn moved(&self, forward: u64, quarters: i64) -> Result<u64, MathError> {
        let range = i64::try_from(self.range_ppm).map_err(|_| MathError::Overflow)?;
        let shift = range.checked_mul(quarters).ok_or(MathError::Overflow)?.checked_div(4);
        let factor = shift.and_then(|s| s.checked_add(1_000_000)).ok_or(MathError::Overflow)?.max(FLOOR_PPM);
        let factor = u64::try_from(factor).map_err(|_| MathError::Domain)?;
        Ok(ppm_of(forward, factor, Round::Down)?.clamp(1, MAX_PRICE))
    }

    /// The volatility after a move, parts per million, kept inside the domain of the pricing kernel.
    ///
    /// # Errors
    /// [`MathError::Overflow`] when the product leaves 64 bits.
    pub fn vol(&self, vol_ppm: u32, change: VolMove) -> Result<u32, MathError> {
        let vol = u64::from(vol_ppm);
        let moved = match change {
            VolMove::Unchanged => vol,
            VolMove::Up => {
                vol.checked_add(ppm_of(vol, self.vol_up_ppm, Round::Up)?).ok_or(MathError::Overflow)?
            }
            VolMove::Down => vol.saturating_sub(ppm_of(vol, self.vol_down_ppm, Round::Up)?),
        };
        let (low, high) = (u64::from(crate::surface::MIN_VOL_PPM), u64::from(crate::surface::MAX_VOL_PPM));
        u32::try_from(moved.clamp(low, high)).map_err(|_| MathError::Overflow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grid_covers_every_core_pair_once_and_every_tail() {
        let core = GRID.iter().filter(|s| s.weight_ppm == PPM).count();
        assert_eq!((core, GRID.len()), (27, 33));
        assert_eq!(GRID[0], Scenario { forward: 0, vol: VolMove::Unchanged, weight_ppm: PPM });
        for forward in 0..MOVES {
            let rows = GRID.iter().filter(|s| s.forward == forward).count();
            assert_eq!(rows, if forward < CORE_MOVES { 3 } else { 1 });
        }
    }

    #[test]
    fn forwards_span_the_range_and_stay_positive() {
        let shocks = Shocks { range_ppm: 180_000, vol_up_ppm: 400_000, vol_down_ppm: 250_000 };
        let f = shocks.forwards(1_000_000).unwrap().map(|f| f.price());
        assert_eq!(&f[..3], &[1_000_000, 1_045_000, 955_000]);
        assert_eq!((f[7], f[8]), (1_180_000, 820_000));
        assert_eq!((f[13], f[14]), (1_720_000, 280_000));
        let wide = Shocks { range_ppm: 500_000, ..shocks };
        assert_eq!(wide.forwards(1_000_000).unwrap()[14].price(), 20_000);
    }

    #[test]
    fn vol_moves_stay_in_the_kernel_domain() {
        let shocks = Shocks { range_ppm: 180_000, vol_up_ppm: 400_000, vol_down_ppm: 250_000 };
        assert_eq!(shocks.vol(800_000, VolMove::Up).unwrap(), 1_120_000);
        assert_eq!(shocks.vol(800_000, VolMove::Down).unwrap(), 600_000);
        assert_eq!(
            shocks.vol(crate::surface::MAX_VOL_PPM, VolMove::Up).unwrap(),
            crate::surface::MAX_VOL_PPM
        );
    }
}
