//! From a smile to the volatilities of the listed strikes, and how far towards them one update may go.

use {
    crate::surface::{implied::to_ppm, smile::Smile},
    bulkhead_risk::{
        black76::Tenor,
        round::{ppm_of, Round},
        surface::{check_arbitrage, check_steps, SurfaceFault, MAX_VOL_PPM, MIN_VOL_PPM},
    },
    std::fmt,
};

/// Shares of the longest even step that are tried.
const EVEN_STEPS: u32 = 64;
/// A transaction arrives up to this many seconds after it was planned,
const ARRIVAL_SECONDS: u64 = 60;
/// when the mark may have moved by this much, parts per million: what passes now must pass then.
const DRIFT_PPM: u64 = 2_000;

/// The listed strikes at the forward and time of an update.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    /// Price units per unit of the underlying, as the strikes are.
    pub forward: u64,
    pub strikes: &'a [u64],
    pub seconds_left: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepError {
    /// The smile leaves the volatilities that a surface may hold.
    OutOfDomain { strike: u64 },
    /// Neither the longest step nor any shorter one passes the chain's checks.
    NoAdmissibleStep(SurfaceFault),
}

impl fmt::Display for StepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfDomain { strike } => {
                write!(f, "at strike {strike} the smile leaves the volatilities that a surface may hold")
            }
            Self::NoAdmissibleStep(fault) => {
                write!(f, "the chain would refuse every step towards the smile: {fault:?}")
            }
        }
    }
}

impl std::error::Error for StepError {}

/// What to submit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Parts per million, one per listed strike.
    pub vols_ppm: Vec<u32>,
    /// The smile's own, which a later update may reach.
    pub target_ppm: Vec<u32>,
}

impl Step {
    /// True when the whole way fits into one update.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.vols_ppm == self.target_ppm
    }
}

impl Listed<'_> {
    /// The smile's volatilities at the listed strikes.
    ///
    /// # Errors
    /// [`StepError::OutOfDomain`].
    pub fn sample(&self, smile: &Smile) -> Result<Vec<u32>, StepError> {
        let at = |strike: &u64| {
            let vol = to_ppm(smile.vol(self.moneyness(*strike)));
            vol.filter(|v| (MIN_VOL_PPM..=MAX_VOL_PPM).contains(v))
                .ok_or(StepError::OutOfDomain { strike: *strike })
        };
        self.strikes.iter().map(at).collect()
    }

    /// Logarithm of strike over forward.
    #[must_use]
    pub fn moneyness(&self, strike: u64) -> f64 {
        (strike as f64 / self.forward as f64).ln()
    }

    /// The chain's check for arbitrage, now and after the mark moved a little and a minute went by.
    ///
    /// # Errors
    /// The chain's fault.
    pub fn check(&self, vols_ppm: &[u32]) -> Result<(), SurfaceFault> {
        let drift = ppm_of(self.forward, DRIFT_PPM, Round::Up)?;
        for seconds in [self.seconds_left, self.seconds_left.saturating_sub(ARRIVAL_SECONDS).max(1)] {
            let tenor = Tenor::from_seconds(seconds)?;
            for forward in
                [self.forward, self.forward.saturating_sub(drift), self.forward.saturating_add(drift)]
            {
                check_arbitrage(forward, self.strikes, vols_ppm, &tenor)?;
            }
        }
        Ok(())
    }

    /// The longest step from `last` (zero: none yet) to `target` that the chain takes: each strike as far as the market
    /// allows it; if that bends the smile into arbitrage, all strikes the same share of their way.
    ///
    /// # Errors
    /// [`StepError::NoAdmissibleStep`] with what the chain has against the longest one.
    pub fn step(&self, last: &[u32], target: Vec<u32>, max_step_ppm: u64) -> Result<Step, StepError> {
        let passes = |vols: &[u32]| {
            check_steps(last, vols, max_step_ppm)?;
            self.check(vols)
        };
        let pairs: Vec<(u32, u32)> =
            target.iter().enumerate().map(|(i, to)| (last.get(i).copied().unwrap_or(0), *to)).collect();
        let longest: Vec<u32> = pairs.iter().map(|(from, to)| nearest(*from, *to, max_step_ppm)).collect();
        let fault = match passes(&longest) {
            Ok(()) => return Ok(Step { vols_ppm: longest, target_ppm: target }),
            Err(fault) => fault,
        };
        let share = |(&(from, to), &reached): (&(u32, u32), &u32)| match from.abs_diff(to) {
            0 => 1.0,
            whole => f64::from(from.abs_diff(reached)) / f64::from(whole),
        };
        let even = pairs.iter().zip(&longest).map(share).fold(1.0_f64, f64::min);
        (1..=EVEN_STEPS)
            .rev()
            .map(|i| even * f64::from(i) / f64::from(EVEN_STEPS))
            .map(|share| pairs.iter().map(|(from, to)| part_way(*from, *to, share)).collect::<Vec<u32>>())
            .find(|vols| passes(vols).is_ok())
            .map(|vols_ppm| Step { vols_ppm, target_ppm: target })
            .ok_or(StepError::NoAdmissibleStep(fault))
    }
}

/// As near to `to` as one update takes `from`.
fn nearest(from: u32, to: u32, max_step_ppm: u64) -> u32 {
    if from == 0 {
        return to;
    }
    let allowed = ppm_of(u64::from(from), max_step_ppm, Round::Down).unwrap_or(0);
    let allowed = u32::try_from(allowed).unwrap_or(u32::MAX);
    to.clamp(from.saturating_sub(allowed), from.saturating_add(allowed))
}

fn part_way(from: u32, to: u32, share: f64) -> u32 {
    if from == 0 {
        return to;
    }
    // Towards zero, so that no rounding passes the bound.
    let move_by = ((f64::from(to) - f64::from(from)) * share).trunc();
    (f64::from(from) + move_by) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRIKES: [u64; 5] = [6_000_000_000, 7_000_000_000, 8_000_000_000, 9_000_000_000, 10_000_000_000];
    const LISTED: Listed<'_> =
        Listed { forward: 8_000_000_000, strikes: &STRIKES, seconds_left: 30 * 86_400 };

    #[test]
    fn the_first_surface_goes_the_whole_way() {
        let target = vec![950_000, 850_000, 800_000, 820_000, 870_000];
        let step = LISTED.step(&[0; 5], target.clone(), 1).unwrap();
        assert!(step.is_whole());
        assert_eq!(step.vols_ppm, target);
    }

    #[test]
    fn each_strike_goes_as_far_as_the_market_allows() {
        let last = [800_000, 800_000, 800_000, 800_000, 800_000];
        let target = vec![950_000, 850_000, 800_000, 790_000, 870_000];
        let step = LISTED.step(&last, target, 50_000).unwrap();
        assert!(!step.is_whole());
        assert_eq!(step.vols_ppm, [840_000, 840_000, 800_000, 790_000, 840_000]);
    }

    #[test]
    fn steps_end_at_the_target() {
        let target = vec![520_000, 430_000, 400_000, 420_000, 480_000];
        let mut last = vec![1_000_000; 5];
        let mut updates = 0;
        while last != target {
            let step = LISTED.step(&last, target.clone(), 100_000).unwrap();
            assert_eq!(check_steps(&last, &step.vols_ppm, 100_000), Ok(()));
            assert_eq!(LISTED.check(&step.vols_ppm), Ok(()));
            last = step.vols_ppm;
            updates += 1;
            assert!(updates < 20);
        }
        // 0.9^9 is the first power below 0.4.
        assert_eq!(updates, 9);
    }

    #[test]
    fn an_even_step_is_taken_where_the_longest_would_bend() {
        let listed = Listed { seconds_left: 20 * 86_400, ..LISTED };
        let last = [300_000, 600_000, 400_000, 500_000, 600_000];
        let target = vec![1_100_000, 800_000, 400_000, 600_000, 700_000];
        let longest = [360_000, 720_000, 400_000, 600_000, 700_000];
        assert_eq!(listed.check(&last), Ok(()));
        assert_eq!(listed.check(&target), Ok(()));
        assert!(listed.check(&longest).is_err());
        // The first strike may go 60,000 of its 800,000: so goes every other.
        let step = listed.step(&last, target, 200_000).unwrap();
        assert_eq!(step.vols_ppm, [360_000, 615_000, 400_000, 507_500, 607_500]);
    }

    #[test]
    fn says_what_the_chain_has_against_every_step() {
        let arbitrage = vec![800_000, 800_000, 1_100_000, 800_000, 800_000];
        let refused = LISTED.step(&[0; 5], arbitrage.clone(), 100_000);
        assert_eq!(refused, Err(StepError::NoAdmissibleStep(SurfaceFault::NotConvex)));
        let stuck = LISTED.step(&arbitrage, vec![800_000; 5], 1_000);
        assert_eq!(stuck, Err(StepError::NoAdmissibleStep(SurfaceFault::NotConvex)));
    }

    #[test]
    fn a_smile_outside_the_domain_is_named_by_its_strike() {
        let svi = regit_svi::RawSvi::new(0.0001, 0.0, 0.0, 0.0, 1.0).unwrap();
        let refused = LISTED.sample(&Smile { svi, years: 1.0 });
        assert_eq!(refused, Err(StepError::OutOfDomain { strike: 6_000_000_000 }));
    }
}
