//! The form in which a surface travels: raw SVI, which the chain evaluates at the forward and the time of arrival, or a
//! volatility per strike.

use {
    crate::surface::{
        arrival::Arrival,
        listed::{Listed, Refusal},
        pace::Pace,
        smile::Smile,
    },
    bulkhead_risk::{
        black76::{Forward, Strike, Tenor},
        math_error::MathError,
        svi::{Svi, SviFault, SviParams},
    },
    std::fmt,
};

/// Most by which the chain's evaluation may differ from a planned volatility, parts per million.
const MAX_DIFFERENCE_PPM: u32 = 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Slice(SviParams),
    Vols(NoSlice),
}

/// Why a surface does not travel as a slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSlice {
    /// A part of the way to a slice is none.
    Partial,
    Params(SviFault),
    /// In integers it makes another volatility at this strike.
    Inexact {
        strike: u64,
    },
    /// What it makes at the latest moment or the furthest mark, the chain would not take.
    Late(Refusal),
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slice(SviParams { a, b, rho, m, sigma }) => {
                write!(f, "as a slice, times 2^48: a {a}  b {b}  rho {rho}  m {m}  sigma {sigma}")
            }
            Self::Vols(reason) => write!(f, "as volatilities: {reason}"),
        }
    }
}

impl fmt::Display for NoSlice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Partial => write!(f, "this is a part of the way to the smile"),
            Self::Params(fault) => write!(f, "the chain would refuse the slice with {fault:?}"),
            Self::Inexact { strike } => {
                write!(f, "in integers the slice makes another volatility at strike {strike}")
            }
            Self::Late(refusal) => write!(f, "a slice may arrive too late or at another mark: {refusal}"),
        }
    }
}

/// The smile as a slice with the volatilities that the chain makes of it, near the `planned` ones. The chain takes them
/// wherever the update may arrive.
///
/// # Errors
/// See [`NoSlice`].
pub fn slice(
    smile: &Smile,
    listed: &Listed,
    pace: &Pace,
    planned: &[u32],
) -> Result<(SviParams, Vec<u32>), NoSlice> {
    let params = smile.params().ok_or(NoSlice::Params(SviFault::OutOfDomain))?;
    let svi = Svi::new(&params).map_err(NoSlice::Params)?;
    let late = |error: MathError| NoSlice::Late(error.into());
    let made = evaluate(&svi, listed, Arrival::AT_ONCE).map_err(late)?;
    let differs = |(_, (made, planned)): &(&u64, (&u32, &u32))| made.abs_diff(**planned) > MAX_DIFFERENCE_PPM;
    if let Some((strike, _)) = listed.strikes.iter().zip(made.iter().zip(planned)).find(differs) {
        return Err(NoSlice::Inexact { strike: *strike });
    }
    for at in Arrival::all() {
        let vols = evaluate(&svi, listed, at).map_err(late)?;
        pace.check(&vols).map_err(|fault| NoSlice::Late(fault.into()))?;
        listed.check_at(at, &vols).map_err(NoSlice::Late)?;
    }
    Ok((params, made))
}

/// The chain's evaluation at the listed strikes; nothing once the expiry is over.
fn evaluate(svi: &Svi, listed: &Listed, at: Arrival) -> Result<Vec<u32>, MathError> {
    let Some(seconds_left) = at.seconds_left(listed.seconds_left) else {
        return Ok(Vec::new());
    };
    let tenor = Tenor::from_seconds(seconds_left)?;
    let forward = Forward::new(at.forward(listed.forward)?)?;
    listed.strikes.iter().map(|k| svi.vol_ppm_at(&Strike::new(*k)?, &forward, &tenor)).collect()
}

#[cfg(test)]
mod tests {
    use {
        super::*,
        bulkhead_risk::surface::{StepLimit, SurfaceFault},
        regit_svi::RawSvi,
    };

    const STRIKES: [u64; 5] = [70_000_000, 85_000_000, 100_000_000, 115_000_000, 130_000_000];
    const LISTED: Listed<'_> =
        Listed { forward: 100_000_000, strikes: &STRIKES, seconds_left: 30 * 86_400, neighbours: &[] };

    fn smile(b: f64, sigma: f64) -> Smile {
        let svi = RawSvi::new(0.01, b, -0.3, 0.02, sigma).unwrap();
        Smile { svi, years: 30.0 / 365.0 }
    }

    fn pace(last: &[u32], max_step_ppm: u64) -> Pace {
        let limit = StepLimit { max_step_ppm, interval_seconds: 0 };
        let last_ppm = last.to_vec();
        Pace { last_ppm, last_basis_ppm: None, vols: limit, basis: limit, elapsed_seconds: 0 }
    }

    #[test]
    fn the_chain_makes_the_planned_volatilities_of_a_slice() {
        for tenor in [3_600, 86_400, 30 * 86_400, 700 * 86_400] {
            // The same shape in units of its width.
            let years = tenor as f64 / 31_536_000.0;
            let width = 0.6 * years.sqrt();
            let svi = RawSvi::new(0.6 * width * width, 0.3 * width, -0.3, 0.1 * width, 1.2 * width).unwrap();
            let smile = Smile { svi, years };
            let strikes: Vec<u64> =
                (-4..=4).map(|i| (1e8 * (f64::from(i) * width / 2.0).exp()) as u64).collect();
            let listed = Listed { strikes: &strikes, seconds_left: tenor, ..LISTED };
            let planned = listed.sample(&smile).unwrap();
            let (params, made) = slice(&smile, &listed, &pace(&[], 0), &planned).unwrap();
            assert_eq!(Some(params), smile.params());
            for (made, planned) in made.iter().zip(&planned) {
                assert!(made.abs_diff(*planned) <= 1, "{tenor}: {made} {planned}");
            }
        }
    }

    #[test]
    fn other_volatilities_than_the_slice_s_are_named_by_their_strike() {
        let smile = smile(0.1, 0.15);
        let mut planned = LISTED.sample(&smile).unwrap();
        planned[3] += 4;
        let refused = slice(&smile, &LISTED, &pace(&[], 0), &planned);
        assert_eq!(refused, Err(NoSlice::Inexact { strike: 115_000_000 }));
    }

    #[test]
    fn parameters_outside_the_chain_s_domain_travel_as_volatilities() {
        // A parabola nearly: b sigma = 0.005, and sigma is beyond 4.
        let flat = smile(0.001, 5.0);
        let planned = LISTED.sample(&flat).unwrap();
        let refused = slice(&flat, &LISTED, &pace(&[], 0), &planned);
        assert_eq!(refused, Err(NoSlice::Params(SviFault::OutOfDomain)));
    }

    #[test]
    fn a_slice_that_needs_its_whole_step_may_not_arrive_elsewhere() {
        let smile = smile(0.1, 0.15);
        let planned = LISTED.sample(&smile).unwrap();
        let last: Vec<u32> = planned.iter().map(|vol| vol / 3 * 4).collect();
        // A quarter of the last surface is the way.
        let exact = slice(&smile, &LISTED, &pace(&last, 250_000), &planned);
        assert_eq!(exact, Err(NoSlice::Late(Refusal::Surface(SurfaceFault::StepTooLarge))));
        assert!(slice(&smile, &LISTED, &pace(&last, 260_000), &planned).is_ok());
    }
}
