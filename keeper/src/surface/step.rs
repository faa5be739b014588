//! How far towards a smile one update may go.

use {
    crate::surface::{
        listed::{Listed, Refusal},
        pace::Pace,
    },
    std::fmt,
};

/// Shares of the longest even step that are tried.
const EVEN_STEPS: u32 = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepError {
    /// Neither the longest step nor any shorter one passes the chain's checks.
    Refused(Refusal),
    /// The last surface is so young that no volatility may move yet.
    TooSoon { wait_seconds: u64 },
}

impl From<Refusal> for StepError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl fmt::Display for StepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => write!(f, "there is no step towards the smile: {refusal}"),
            Self::TooSoon { wait_seconds } => write!(
                f,
                "no volatility may move yet after the last surface; the longest step is allowed in {wait_seconds} s"
            ),
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
    /// What the chain has against the longest step that the market allows, if this one is shorter.
    pub held_by: Option<Refusal>,
}

impl Step {
    /// True when the whole way fits into one update.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.vols_ppm == self.target_ppm
    }
}

impl Listed<'_> {
    /// The longest step to `target` that the chain takes: each strike as far as the market allows it by now; if that makes
    /// arbitrage within the expiry or in time, all strikes the same share of their way.
    ///
    /// # Errors
    /// [`StepError::TooSoon`], or [`StepError::Refused`] with what the chain has against the longest step.
    pub fn step(&self, pace: &Pace, target: Vec<u32>) -> Result<Step, StepError> {
        let passes = |vols: &[u32]| -> Result<(), Refusal> {
            pace.check(vols)?;
            self.check(vols)
        };
        let pairs: Vec<(u32, u32)> = pace.moves(&target).collect();
        let longest = pace.nearest(&target);
        let moves = |vols: &[u32]| pairs.iter().zip(vols).any(|((from, _), vol)| from != vol);
        if !moves(&longest) && moves(&target) {
            return Err(StepError::TooSoon { wait_seconds: pace.rest() });
        }
        let refusal = match passes(&longest) {
            Ok(()) => return Ok(Step { vols_ppm: longest, target_ppm: target, held_by: None }),
            Err(refusal) => refusal,
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
            .find(|vols| moves(vols) && passes(vols).is_ok())
            .map(|vols_ppm| Step { vols_ppm, target_ppm: target, held_by: Some(refusal) })
            .ok_or(StepError::Refused(refusal))
    }
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
    use {
        super::*,
        crate::surface::calendar::Neighbour,
        bulkhead_risk::{
            black76::Strike,
            surface::{StepLimit, SurfaceFault},
        },
    };

    const STRIKES: [u64; 5] = [6_000_000_000, 7_000_000_000, 8_000_000_000, 9_000_000_000, 10_000_000_000];
    const LISTED: Listed<'_> =
        Listed { forward: 8_000_000_000, strikes: &STRIKES, seconds_left: 30 * 86_400, neighbours: &[] };

    /// The whole of `max_step_ppm` at any time.
    fn pace(last: &[u32], max_step_ppm: u64) -> Pace {
        let limit = StepLimit { max_step_ppm, interval_seconds: 0 };
        let last_ppm = last.to_vec();
        Pace { last_ppm, last_basis_ppm: None, vols: limit, basis: limit, elapsed_seconds: 0 }
    }

    #[test]
    fn the_first_surface_goes_the_whole_way() {
        let target = vec![950_000, 850_000, 800_000, 820_000, 870_000];
        let step = LISTED.step(&pace(&[0; 5], 1), target.clone()).unwrap();
        assert!(step.is_whole());
        assert_eq!(step.vols_ppm, target);
    }

    #[test]
    fn each_strike_goes_as_far_as_the_market_allows() {
        let last = [800_000, 800_000, 800_000, 800_000, 800_000];
        let target = vec![950_000, 850_000, 800_000, 790_000, 870_000];
        let step = LISTED.step(&pace(&last, 50_000), target).unwrap();
        assert!(!step.is_whole());
        assert_eq!(step.vols_ppm, [840_000, 840_000, 800_000, 790_000, 840_000]);
        assert_eq!(step.held_by, None);
    }

    #[test]
    fn a_young_surface_allows_its_share_of_a_step_or_none() {
        let limit = StepLimit { max_step_ppm: 100_000, interval_seconds: 60 };
        let at = |elapsed_seconds| Pace { vols: limit, elapsed_seconds, ..pace(&[800_000; 5], 0) };
        let target = vec![950_000, 850_000, 800_000, 790_000, 870_000];
        let half = LISTED.step(&at(30), target.clone()).unwrap();
        assert_eq!(half.vols_ppm, [840_000, 840_000, 800_000, 790_000, 840_000]);
        assert_eq!(LISTED.step(&at(0), target), Err(StepError::TooSoon { wait_seconds: 60 }));
        // Standing still needs no time.
        assert!(LISTED.step(&at(0), vec![800_000; 5]).unwrap().is_whole());
    }

    #[test]
    fn steps_end_at_the_target() {
        let target = vec![520_000, 430_000, 400_000, 420_000, 480_000];
        let mut last = vec![1_000_000; 5];
        let mut updates = 0;
        while last != target {
            let pace = pace(&last, 100_000);
            let step = LISTED.step(&pace, target.clone()).unwrap();
            assert_eq!(pace.check(&step.vols_ppm), Ok(()));
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
        let refusal = listed.check(&longest).unwrap_err();
        // The first strike may go 60,000 of its 800,000: so goes every other.
        let step = listed.step(&pace(&last, 200_000), target).unwrap();
        assert_eq!(step.vols_ppm, [360_000, 615_000, 400_000, 507_500, 607_500]);
        assert_eq!(step.held_by, Some(refusal));
    }

    #[test]
    fn a_neighbour_in_time_holds_a_step_at_its_total_variance() {
        let neighbour = Neighbour {
            id: 4,
            forward: 8_000_000_000,
            strikes: STRIKES.map(|k| Strike::new(k).unwrap()).to_vec(),
            vols_ppm: vec![900_000; 5],
            seconds_left: 15 * 86_400,
        };
        let neighbours = [neighbour];
        let listed = Listed { neighbours: &neighbours, ..LISTED };
        let refusal = Refusal::Calendar { neighbour: 4, strike: 6_000_000_000 };
        // 0.9 / sqrt(2) = 0.6364: of the way from 0.7 to 0.6, 41 of 64 parts are too many.
        let step = listed.step(&pace(&[700_000; 5], 200_000), vec![600_000; 5]).unwrap();
        assert_eq!((step.vols_ppm, step.held_by), (vec![637_500; 5], Some(refusal)));
        let stuck = listed.step(&pace(&[636_400; 5], 200_000), vec![600_000; 5]);
        assert_eq!(stuck, Err(StepError::Refused(refusal)));
        assert!(stuck.unwrap_err().to_string().contains("expiry 4; update that one first"));
    }

    #[test]
    fn says_what_the_chain_has_against_every_step() {
        let refused = |last: &[u32], target: Vec<u32>, max_step_ppm| {
            LISTED.step(&pace(last, max_step_ppm), target).unwrap_err()
        };
        let arbitrage = vec![800_000, 800_000, 1_100_000, 800_000, 800_000];
        let fault = StepError::Refused(Refusal::Surface(SurfaceFault::NotConvex));
        assert_eq!(refused(&[0; 5], arbitrage.clone(), 100_000), fault);
        assert_eq!(refused(&arbitrage, vec![800_000; 5], 1_000), fault);
    }
}
