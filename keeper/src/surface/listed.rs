//! The listed strikes of an expiry, and the chain's own checks of the volatilities there.

use {
    crate::surface::{arrival::Arrival, calendar::Neighbour, implied::to_ppm, smile::Smile},
    bulkhead_risk::{
        black76::Tenor,
        math_error::MathError,
        surface::{check_arbitrage, SurfaceFault, MAX_VOL_PPM, MIN_VOL_PPM},
    },
    std::fmt,
};

/// The listed strikes at the forward and time of an update.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    /// Price units per unit of the underlying, as the strikes are.
    pub forward: u64,
    pub strikes: &'a [u64],
    pub seconds_left: u64,
    /// The surfaces before and after it in time.
    pub neighbours: &'a [Neighbour],
}

/// Why the chain would not take a surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The smile leaves the volatilities that a surface may hold.
    OutOfDomain {
        strike: u64,
    },
    Surface(SurfaceFault),
    /// At this listed strike, total variance would fall in time between the expiry and a neighbour.
    Calendar {
        neighbour: u16,
        strike: u64,
    },
}

impl From<SurfaceFault> for Refusal {
    fn from(fault: SurfaceFault) -> Self {
        Self::Surface(fault)
    }
}

impl From<MathError> for Refusal {
    fn from(error: MathError) -> Self {
        Self::Surface(SurfaceFault::Math(error))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfDomain { strike } => {
                write!(f, "at strike {strike} the smile leaves the volatilities that a surface may hold")
            }
            Self::Surface(fault) => write!(f, "the chain would refuse it with {fault:?}"),
            Self::Calendar { neighbour, strike } => write!(
                f,
                "at strike {strike} total variance would fall in time between this expiry and expiry {neighbour}; \
                 update that one first"
            ),
        }
    }
}

impl std::error::Error for Refusal {}

impl Listed<'_> {
    /// The smile's volatilities at the listed strikes.
    ///
    /// # Errors
    /// [`Refusal::OutOfDomain`].
    pub fn sample(&self, smile: &Smile) -> Result<Vec<u32>, Refusal> {
        let at = |strike: &u64| {
            let vol = to_ppm(smile.vol(self.moneyness(*strike)));
            vol.filter(|v| (MIN_VOL_PPM..=MAX_VOL_PPM).contains(v))
                .ok_or(Refusal::OutOfDomain { strike: *strike })
        };
        self.strikes.iter().map(at).collect()
    }

    /// Logarithm of strike over forward.
    #[must_use]
    pub fn moneyness(&self, strike: u64) -> f64 {
        (strike as f64 / self.forward as f64).ln()
    }

    /// The chain's checks for arbitrage within the expiry and in time, wherever the update may arrive.
    ///
    /// # Errors
    /// What the chain would have against it.
    pub fn check(&self, vols_ppm: &[u32]) -> Result<(), Refusal> {
        Arrival::all().try_for_each(|at| self.check_at(at, vols_ppm))
    }

    /// The same checks in one place. An expiry that is over by then passes: nothing can be set any more.
    ///
    /// # Errors
    /// What the chain would have against it.
    pub fn check_at(&self, at: Arrival, vols_ppm: &[u32]) -> Result<(), Refusal> {
        let Some(seconds_left) = at.seconds_left(self.seconds_left) else {
            return Ok(());
        };
        let tenor = Tenor::from_seconds(seconds_left)?;
        check_arbitrage(at.forward(self.forward)?, self.strikes, vols_ppm, &tenor)?;
        self.neighbours.iter().try_for_each(|neighbour| neighbour.check(self, at, vols_ppm))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smile_outside_the_domain_is_named_by_its_strike() {
        let listed = Listed {
            forward: 8_000_000_000,
            strikes: &[6_000_000_000, 8_000_000_000],
            seconds_left: 30 * 86_400,
            neighbours: &[],
        };
        let svi = regit_svi::RawSvi::new(0.0001, 0.0, 0.0, 0.0, 1.0).unwrap();
        let refused = listed.sample(&Smile { svi, years: 1.0 });
        assert_eq!(refused, Err(Refusal::OutOfDomain { strike: 6_000_000_000 }));
    }

    #[test]
    fn an_expiry_that_is_over_before_the_update_arrives_is_checked_for_now_alone() {
        let strikes = [7_000_000_000, 8_000_000_000, 9_000_000_000];
        let listed = Listed { forward: 8_000_000_000, strikes: &strikes, seconds_left: 60, neighbours: &[] };
        assert_eq!(listed.check(&[800_000; 3]), Ok(()));
    }
}
