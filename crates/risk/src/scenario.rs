//! The scenario grid: which moves of the forward and of volatility every portfolio must survive.
//!
//! Nine forward moves across the range times three volatility moves make the core; six tail moves beyond the
//! range, with volatility up, count by a weight below one. The shape follows the public portfolio-margin grids
//! of the large option venues; the range, the volatility moves and the weight of the tails are parameters of the market.

use crate::{
    black76::MAX_PRICE,
    math_error::MathError,
    surface::{MAX_VOL_PPM, MIN_VOL_PPM},
};

/// Number of scenarios in every risk array.
pub const SCENARIOS: usize = 33;
/// Parts per million in one.
pub const PPM: u64 = 1_000_000;
/// A forward never falls below this share of itself, whatever the range times the tail multiple says.
const FLOOR_PPM: u64 = 20_000;
/// Distinct forward moves: nine in the core, six in the tails.
pub const MOVES: usize = 15;
/// Forward moves in the core. Of all moves those with an odd index rise, the others after index 0 fall.
pub const CORE_MOVES: usize = 9;
/// Volatility moves of each core move, in the order of the rows.
pub const CORE_VOLS: usize = 3;
/// Rows before the tails.
pub const CORE_ROWS: usize = CORE_MOVES * CORE_VOLS;

/// Which way volatility moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VolMove {
    Unchanged,
    Up,
    /// Up, and further because the forward falls.
    UpInFall,
    Down,
}

/// One scenario: an index into the forward moves, a volatility move, and the share of the profit or loss that
/// counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scenario {
    pub forward: usize,
    pub vol: VolMove,
    /// Before the market's own factor for tails.
    pub weight_ppm: u64,
}

/// Forward moves in quarters of the range; the last six are the tails.
const QUARTERS: [i64; MOVES] = [0, 1, -1, 2, -2, 3, -3, 4, -4, 6, -6, 10, -10, 16, -16];
/// Weight of each pair of tails: 1.5, 2.5 and 4 ranges away.
pub const TAIL_WEIGHTS_PPM: [u64; 3] = [700_000, 400_000, 200_000];

/// The scenarios in the order of the rows of a risk array; scenario 0 is "nothing moves".
pub const GRID: [Scenario; SCENARIOS] = grid();

#[allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::integer_division)] // const: checked by the compiler
const fn grid() -> [Scenario; SCENARIOS] {
    let mut out = [Scenario { forward: 0, vol: VolMove::Unchanged, weight_ppm: PPM }; SCENARIOS];
    let mut forward = 0;
    while forward < MOVES {
        let up = if QUARTERS[forward] < 0 { VolMove::UpInFall } else { VolMove::Up };
        if forward < CORE_MOVES {
            let at = forward * CORE_VOLS;
            out[at] = Scenario { forward, vol: VolMove::Unchanged, weight_ppm: PPM };
            out[at + 1] = Scenario { forward, vol: up, weight_ppm: PPM };
            out[at + 2] = Scenario { forward, vol: VolMove::Down, weight_ppm: PPM };
        } else {
            let tail = forward - CORE_MOVES;
            out[CORE_ROWS + tail] = Scenario { forward, vol: up, weight_ppm: TAIL_WEIGHTS_PPM[tail / 2] };
        }
        forward += 1;
    }
    out
}

/// How far the market's grid reaches. All values in parts per million.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shocks {
    /// Largest core move of the forward.
    pub range_ppm: u64,
    /// Relative rise of volatility.
    pub vol_up_ppm: u64,
    /// Relative fall of volatility.
    pub vol_down_ppm: u64,
    /// Further relative rise of volatility where it rises while the forward falls, tails included.
    pub fall_vol_ppm: u64,
    /// Factor of the tails' weights; a weight never exceeds one.
    pub tail_weight_ppm: u64,
}

impl Shocks {
    /// Largest value of each field: a forward that moves by all of itself, everything else by a factor of ten.
    pub const MOST: Self = Self {
        range_ppm: PPM,
        vol_up_ppm: 10 * PPM,
        vol_down_ppm: PPM,
        fall_vol_ppm: 10 * PPM,
        tail_weight_ppm: 10 * PPM,
    };

    /// # Errors
    /// [`MathError::Domain`] when a field exceeds that of [`Shocks::MOST`].
    pub fn check(&self) -> Result<(), MathError> {
        let most = Self::MOST;
        let inside = self.range_ppm <= most.range_ppm
            && self.vol_up_ppm <= most.vol_up_ppm
            && self.vol_down_ppm <= most.vol_down_ppm
            && self.fall_vol_ppm <= most.fall_vol_ppm
            && self.tail_weight_ppm <= most.tail_weight_ppm;
        inside.then_some(()).ok_or(MathError::Domain)
    }

    /// The forward of every move, in the order of [`Scenario::forward`], rounded down and kept in `1..=MAX_PRICE`;
    /// index 0 is the forward itself.
    ///
    /// # Errors
    /// [`MathError::Domain`] unless the forward is in `1..=MAX_PRICE` and the shocks are in their bounds.
    pub fn forwards(&self, forward: u64) -> Result<[u64; MOVES], MathError> {
        self.check()?;
        if !(1..=MAX_PRICE).contains(&forward) {
            return Err(MathError::Domain);
        }
        // By whole millions and the rest, which keeps the products in 64 bits and the quotient exact.
        let (millions, rest) = (forward.wrapping_div(PPM), forward.wrapping_rem(PPM)); // < 2^30.1, < 2^20
        let mut out = [forward; MOVES];
        for (slot, quarters) in out.iter_mut().zip(QUARTERS).skip(1) {
            let shift = self.range_ppm.wrapping_mul(quarters.unsigned_abs()) >> 2; // <= 4,000,000
            let factor = if quarters < 0 {
                PPM.saturating_sub(shift).max(FLOOR_PPM)
            } else {
                PPM.wrapping_add(shift) // <= 5,000,000
            };
            let moved =
                millions.wrapping_mul(factor).wrapping_add(rest.wrapping_mul(factor).wrapping_div(PPM));
            *slot = moved.clamp(1, MAX_PRICE); // < 2^53
        }
        Ok(out)
    }

    /// The volatility after a move, parts per million, kept between the limits of a surface. Moves are rounded away from
    /// where they start.
    ///
    /// # Errors
    /// [`MathError::Domain`] when volatility or shocks exceed their bounds.
    #[inline]
    pub fn vol(&self, vol_ppm: u32, change: VolMove) -> Result<u64, MathError> {
        if vol_ppm > MAX_VOL_PPM {
            return Err(MathError::Domain);
        }
        self.check()?;
        Ok(self.moved_vol(u64::from(vol_ppm), change))
    }

    /// [`Shocks::vol`] inside the bounds, where no product reaches 10^7 * 2.1 * 10^7.
    #[inline]
    pub(crate) fn moved_vol(&self, vol: u64, change: VolMove) -> u64 {
        let rise = |ppm: u64| vol.wrapping_add(vol.wrapping_mul(ppm).wrapping_add(PPM - 1).wrapping_div(PPM));
        let moved = match change {
            VolMove::Unchanged => vol,
            VolMove::Up => rise(self.vol_up_ppm),
            VolMove::UpInFall => rise(self.vol_up_ppm.wrapping_add(self.fall_vol_ppm)),
            // Falls by at most the whole.
            VolMove::Down => {
                vol.wrapping_sub(vol.wrapping_mul(self.vol_down_ppm).wrapping_add(PPM - 1).wrapping_div(PPM))
            }
        };
        moved.clamp(u64::from(MIN_VOL_PPM), u64::from(MAX_VOL_PPM))
    }

    /// Weights of the three pairs of tails, at most one. Domain: shocks in their bounds.
    pub(crate) fn tail_weights(&self) -> [Weight; 3] {
        TAIL_WEIGHTS_PPM.map(|weight| {
            let ppm = weight.wrapping_mul(self.tail_weight_ppm).wrapping_div(PPM).min(PPM);
            Weight((ppm << 32).wrapping_add(PPM >> 1).wrapping_div(PPM).cast_signed())
        })
    }
}

/// The share of a profit that counts, at most one, Q32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Weight(i64);

impl Weight {
    /// A loss is rounded up, a gain down. Domain: `|profit| < 2^51`.
    #[inline]
    pub fn of(self, profit: i64) -> i64 {
        // Both halves are rounded down, towards the loss: 2^31 * 2^32 and 2^20 * 2^32 at most.
        let high = (profit >> 20).wrapping_mul(self.0);
        let low = (profit & 0xf_ffff).wrapping_mul(self.0) >> 20;
        high.wrapping_add(low) >> 12
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOCKS: Shocks = Shocks {
        range_ppm: 180_000,
        vol_up_ppm: 400_000,
        vol_down_ppm: 250_000,
        fall_vol_ppm: 100_000,
        tail_weight_ppm: PPM,
    };

    #[test]
    fn grid_covers_every_core_pair_once_and_every_tail() {
        let core = GRID.iter().filter(|s| s.weight_ppm == PPM).count();
        assert_eq!((core, GRID.len()), (CORE_ROWS, SCENARIOS));
        assert_eq!(GRID[0], Scenario { forward: 0, vol: VolMove::Unchanged, weight_ppm: PPM });
        for (forward, quarters) in QUARTERS.iter().enumerate() {
            let rows = GRID.iter().filter(|s| s.forward == forward).count();
            assert_eq!(rows, if forward < CORE_MOVES { 3 } else { 1 });
            assert_eq!(*quarters < 0, forward > 0 && forward % 2 == 0, "falls have even indices");
        }
        for scenario in GRID {
            let falls = QUARTERS[scenario.forward] < 0;
            assert_ne!(scenario.vol, if falls { VolMove::Up } else { VolMove::UpInFall });
        }
    }

    #[test]
    fn forwards_span_the_range_and_stay_positive() {
        let f = SHOCKS.forwards(1_000_000).unwrap();
        assert_eq!(&f[..3], &[1_000_000, 1_045_000, 955_000]);
        assert_eq!((f[7], f[8]), (1_180_000, 820_000));
        assert_eq!((f[13], f[14]), (1_720_000, 280_000));
        let wide = Shocks { range_ppm: 500_000, ..SHOCKS };
        assert_eq!(wide.forwards(1_000_000).unwrap()[14], 20_000);
        assert_eq!(wide.forwards(1).unwrap(), [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 3, 1]);
        assert_eq!(Shocks::MOST.forwards(MAX_PRICE).unwrap()[13], MAX_PRICE);
        assert_eq!(SHOCKS.forwards(0), Err(MathError::Domain));
        assert_eq!(SHOCKS.forwards(MAX_PRICE + 1), Err(MathError::Domain));
        let too_wide = Shocks { range_ppm: PPM + 1, ..SHOCKS };
        assert_eq!(too_wide.forwards(1), Err(MathError::Domain));
    }

    #[test]
    fn moved_forwards_are_exact() {
        for forward in [1, 999_999, 1_000_001, 123_456_789_012_345, MAX_PRICE] {
            let got = SHOCKS.forwards(forward).unwrap();
            for (quarters, got) in QUARTERS.iter().zip(got) {
                let factor = u128::try_from(1_000_000 + 180_000 * quarters / 4).unwrap();
                let want = (u128::from(forward) * factor / 1_000_000).clamp(1, u128::from(MAX_PRICE));
                assert_eq!(u128::from(got), want);
            }
        }
    }

    #[test]
    fn vol_moves_stay_in_the_kernel_domain() {
        assert_eq!(SHOCKS.vol(800_000, VolMove::Unchanged), Ok(800_000));
        assert_eq!(SHOCKS.vol(800_000, VolMove::Up), Ok(1_120_000));
        assert_eq!(SHOCKS.vol(800_000, VolMove::UpInFall), Ok(1_200_000));
        assert_eq!(SHOCKS.vol(800_000, VolMove::Down), Ok(600_000));
        assert_eq!(SHOCKS.vol(800_001, VolMove::Up), Ok(1_120_002));
        assert_eq!(SHOCKS.vol(MAX_VOL_PPM, VolMove::Up), Ok(MAX_VOL_PPM.into()));
        assert_eq!(SHOCKS.vol(MIN_VOL_PPM, VolMove::Down), Ok(MIN_VOL_PPM.into()));
        assert_eq!(SHOCKS.vol(MAX_VOL_PPM + 1, VolMove::Up), Err(MathError::Domain));
    }

    #[test]
    fn weights_round_against_the_account() {
        let q32 = |ppm: i64| Weight(((ppm << 32) + 500_000) / 1_000_000);
        assert_eq!(SHOCKS.tail_weights(), [q32(700_000), q32(400_000), q32(200_000)]);
        let half = Shocks { tail_weight_ppm: PPM / 2, ..SHOCKS };
        assert_eq!(half.tail_weights(), [q32(350_000), q32(200_000), q32(100_000)]);
        assert_eq!(Shocks::MOST.tail_weights(), [Weight(1 << 32); 3]);
        for profit in [0, 1, 9, 999_999, 1_000_001, 123_456_789_012, (1 << 51) - 1] {
            for ppm in [0, 1, 200_000, 333_333, 1_000_000] {
                let weight = q32(ppm);
                for profit in [profit, -profit] {
                    let want = (i128::from(profit) * i128::from(weight.0)) >> 32;
                    assert_eq!(i128::from(weight.of(profit)), want, "{profit} {ppm}");
                }
            }
        }
    }
}
