//! How far from the last surface the market lets the next one go: it rations the steps in time.

use {
    bulkhead_risk::{
        round::{mul_div, ppm_of, Round, PPM_ONE},
        surface::{check_steps, StepLimit, SurfaceFault},
    },
    bulkhead_sdk::bulkhead::state::{Expiry, MarketParams},
    std::iter,
};

/// The last surface with the market's limits on the steps from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Volatilities of the last surface; zero where there is none yet.
    pub last_ppm: Vec<u32>,
    /// `None` before the first surface.
    pub last_basis_ppm: Option<i64>,
    /// On each volatility, as a share of it.
    pub vols: StepLimit,
    /// On the basis itself.
    pub basis: StepLimit,
    /// Since the last surface. When an update arrives, it is more.
    pub elapsed_seconds: u64,
}

impl Pace {
    #[must_use]
    pub fn new(params: &MarketParams, expiry: &Expiry, now: i64) -> Self {
        let within =
            |max_step_ppm| StepLimit { max_step_ppm, interval_seconds: params.surface_interval_seconds };
        Self {
            last_ppm: expiry.vols_ppm.iter().take(expiry.listed().len()).copied().collect(),
            last_basis_ppm: (expiry.surface_version > 0).then_some(expiry.basis_ppm),
            vols: within(params.max_vol_step_ppm),
            basis: within(params.max_price_move_ppm),
            elapsed_seconds: u64::try_from(now.saturating_sub(expiry.surface_at)).unwrap_or(0),
        }
    }

    /// The chain's check of a step to `vols_ppm`.
    ///
    /// # Errors
    /// The chain's fault.
    pub fn check(&self, vols_ppm: &[u32]) -> Result<(), SurfaceFault> {
        check_steps(&self.last_ppm, vols_ppm, &self.vols, self.elapsed_seconds)
    }

    /// Where each volatility is and where it is to go.
    pub fn moves<'a>(&'a self, target: &'a [u32]) -> impl Iterator<Item = (u32, u32)> + 'a {
        self.last_ppm.iter().copied().chain(iter::repeat(0)).zip(target.iter().copied())
    }

    /// Each volatility as near to its target as one update may take it now.
    #[must_use]
    pub fn nearest(&self, target: &[u32]) -> Vec<u32> {
        let step_ppm = self.vols.allowed_ppm(self.elapsed_seconds).unwrap_or(0);
        let nearest = |(from, to): (u32, u32)| {
            if from == 0 {
                return to;
            }
            let allowed = ppm_of(u64::from(from), step_ppm, Round::Down).unwrap_or(0);
            let allowed = u32::try_from(allowed).unwrap_or(u32::MAX);
            to.clamp(from.saturating_sub(allowed), from.saturating_add(allowed))
        };
        self.moves(target).map(nearest).collect()
    }

    /// The basis as near to `target` as one update may take it now.
    #[must_use]
    pub fn nearest_basis(&self, target: i64) -> i64 {
        let Some(last) = self.last_basis_ppm else {
            return target;
        };
        let allowed = self.basis.allowed_ppm(self.elapsed_seconds).unwrap_or(0);
        let allowed = i64::try_from(allowed).unwrap_or(i64::MAX);
        target.clamp(last.saturating_sub(allowed), last.saturating_add(allowed))
    }

    /// Seconds until one update may go the whole way; `None` when that is further than any single one may go.
    #[must_use]
    pub fn wait(&self, target: &[u32], target_basis_ppm: i64) -> Option<u64> {
        let share = |(from, to): (u32, u32)| match u64::from(from) {
            0 => 0,
            whole => mul_div(u64::from(from.abs_diff(to)), PPM_ONE, whole, Round::Up).unwrap_or(u64::MAX),
        };
        let vols = self.moves(target).map(share).max().unwrap_or(0);
        let basis = self.last_basis_ppm.map_or(0, |last| last.abs_diff(target_basis_ppm));
        let needed = seconds_for(&self.vols, vols)?.max(seconds_for(&self.basis, basis)?);
        Some(needed.saturating_sub(self.elapsed_seconds))
    }

    /// Seconds until the longest step that is ever allowed.
    #[must_use]
    pub fn rest(&self) -> u64 {
        self.vols.interval_seconds.saturating_sub(self.elapsed_seconds)
    }
}

/// Time after which `limit` allows a step.
fn seconds_for(limit: &StepLimit, step_ppm: u64) -> Option<u64> {
    match step_ppm {
        0 => Some(0),
        step if step > limit.max_step_ppm => None,
        step => mul_div(step, limit.interval_seconds, limit.max_step_ppm, Round::Up).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace {
        last_ppm: Vec::new(),
        last_basis_ppm: Some(1_000),
        vols: StepLimit { max_step_ppm: 250_000, interval_seconds: 60 },
        basis: StepLimit { max_step_ppm: 10_000, interval_seconds: 60 },
        elapsed_seconds: 30,
    };

    fn pace(last_ppm: &[u32], elapsed_seconds: u64) -> Pace {
        Pace { last_ppm: last_ppm.to_vec(), elapsed_seconds, ..PACE }
    }

    #[test]
    fn steps_grow_with_time_and_the_chain_takes_them() {
        let target = [400_000, 790_000, 2_000_000];
        for (elapsed, want) in [
            (0, [800_000, 800_000, 800_000]),
            (30, [700_000, 790_000, 900_000]),
            (60, [600_000, 790_000, 1_000_000]),
            (600, [600_000, 790_000, 1_000_000]),
        ] {
            let pace = pace(&[800_000; 3], elapsed);
            assert_eq!(pace.nearest(&target), want, "{elapsed}");
            assert_eq!(pace.check(&want), Ok(()));
            let further = want.map(|vol| if vol == 790_000 { vol } else { vol + 1 });
            assert_eq!(pace.check(&further), Err(SurfaceFault::StepTooLarge), "{elapsed}");
        }
    }

    #[test]
    fn the_basis_keeps_to_its_own_limit() {
        for (elapsed, up, down) in [(0, 1_000, 1_000), (30, 6_000, -4_000), (90, 11_000, -9_000)] {
            let pace = pace(&[], elapsed);
            assert_eq!((pace.nearest_basis(50_000), pace.nearest_basis(-50_000)), (up, down));
            assert_eq!(pace.nearest_basis(1_000), 1_000);
        }
        let first = Pace { last_basis_ppm: None, elapsed_seconds: 0, ..PACE };
        assert_eq!(first.nearest_basis(-50_000), -50_000);
    }

    /// The wait is exactly as long as it must be.
    #[test]
    fn says_how_long_to_wait_for_the_whole_way() {
        for (target, basis) in [
            ([720_000, 800_000], 1_000),
            ([800_000, 1_000_000], 1_000),
            ([800_001, 800_000], 1_000),
            ([800_000, 800_000], -3_333),
            ([640_123, 912_345], 9_999),
        ] {
            let whole = |elapsed| {
                let pace = pace(&[800_000; 2], elapsed);
                pace.nearest(&target) == target && pace.nearest_basis(basis) == basis
            };
            let wait = pace(&[800_000; 2], 0).wait(&target, basis).unwrap();
            assert!((1..=60).contains(&wait) && whole(wait) && !whole(wait - 1), "{target:?}: {wait}");
            assert_eq!(pace(&[800_000; 2], 7).wait(&target, basis), Some(wait.saturating_sub(7)));
        }
        assert_eq!(pace(&[800_000], 0).wait(&[800_000], 1_000), Some(0));
        assert_eq!(pace(&[800_000], 0).wait(&[1_000_001], 1_000), None);
        assert_eq!(pace(&[800_000], 0).wait(&[800_000], 11_001), None);
        assert_eq!(Pace { last_basis_ppm: None, ..pace(&[0], 0) }.wait(&[5_000_000], 90_000), Some(0));
        assert_eq!((PACE.rest(), pace(&[], 61).rest()), (30, 0));
    }
}
