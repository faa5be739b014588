//! Fits a smile to volatilities and takes the arbitrage out of it.
//!
//! The slice is found in units of its own width: moneyness over the standard deviation at the money, variance over the
//! variance at the money. So the optimiser's tolerances and bounds mean the same for an hour as for a year.

use {
    crate::surface::{smile::Smile, ssvi},
    regit_svi::{
        calibration::calibrate_slice_with_config, CalibrationError, ConstraintMode, Quote, RawSvi,
        SliceCalibrationConfig,
    },
    std::fmt,
};

/// Raw SVI has five parameters: fewer strikes do not hold it.
pub const MIN_STRIKES: usize = 5;
/// A spread below this, as a volatility, gives a quote no further weight: one locked quote must not rule the fit.
const LEAST_HALF_SPREAD: f64 = 0.002;
/// Where a smile with arbitrage is pulled to, in standard deviations at the money: every whole one up to this.
const ANCHORS: i32 = 8;
/// The pull as a share of what all quotes weigh, as powers of ten in halves: from 0.00001 to 10.
const HALF_POWERS: std::ops::RangeInclusive<i32> = -10..=2;
/// Largest weighted root mean square of the relative errors.
const MAX_RMS_ERROR: f64 = 0.05;
/// Largest relative error of one quote beyond its own spread.
const MAX_ERROR: f64 = 0.20;

/// A volatility to fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Logarithm of strike over forward.
    pub k: f64,
    /// Fraction per square root of a year.
    pub vol: f64,
    /// Half of bid to ask, as a volatility.
    pub half_spread: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    pub smile: Smile,
    pub repair: Repair,
    /// Root mean square of the relative errors, weighted as the fit was.
    pub rms_error: f64,
    /// Largest relative error of one quote beyond its own spread.
    pub max_error: f64,
}

/// What was done to the best fit because it had arbitrage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Repair {
    None,
    /// Pulled towards a smile that cannot have a butterfly, by this share of what all quotes weigh.
    Pulled(f64),
    /// Replaced by that smile.
    Replaced,
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => write!(f, "the best fit has no arbitrage"),
            Self::Pulled(weight) => {
                write!(f, "the best fit had arbitrage, a pull of {weight:.0e} took it out")
            }
            Self::Replaced => {
                write!(f, "the best fit had arbitrage, a smile of three parameters took its place")
            }
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum FitError {
    /// Quotes at fewer distinct strikes than the smile has parameters.
    TooFewQuotes {
        strikes: usize,
        need: usize,
    },
    Calibration(CalibrationError),
    /// Neither the best fit nor any repair of it passes.
    Arbitrage,
    /// The smile without arbitrage is not what the quotes say.
    PoorFit {
        rms_error: f64,
        max_error: f64,
        repair: Repair,
    },
}

impl fmt::Display for FitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFewQuotes { strikes, need } => {
                write!(f, "usable quotes at {strikes} strikes, a smile needs {need}")
            }
            Self::Calibration(error) => write!(f, "the fit failed: {error}"),
            Self::Arbitrage => write!(f, "no smile near the quotes passes the checks for arbitrage"),
            Self::PoorFit { rms_error, max_error, repair } => write!(
                f,
                "no smile free of arbitrage makes the quotes: the nearest misses them by {:.1} % on average and \
                 {:.1} % beyond the spread at worst ({repair})",
                rms_error * 100.0,
                max_error * 100.0
            ),
        }
    }
}

impl std::error::Error for FitError {}

/// Fits a slice to `points`; `accepts` is what else a smile has to pass beside having no butterfly.
///
/// The best fit is taken when it passes. Otherwise the fit is repeated with anchors on the best smile of three parameters
/// that cannot have a butterfly, which pull harder each time until the result passes; at last that smile itself. What is
/// found must still be what the quotes say.
///
/// # Errors
/// See [`FitError`].
pub fn fit(points: &[Point], years: f64, accepts: impl Fn(&Smile) -> bool) -> Result<Fit, FitError> {
    let strikes = count_strikes(points);
    if strikes < MIN_STRIKES {
        return Err(FitError::TooFewQuotes { strikes, need: MIN_STRIKES });
    }
    let scaled = Scaled::new(points, years).map_err(FitError::Calibration)?;
    let passes = |smile: &Smile| smile.has_no_butterfly() && accepts(smile);
    let best = Smile { svi: scaled.calibrate(&[]).map_err(FitError::Calibration)?, years };
    let (smile, repair) = if passes(&best) {
        (best, Repair::None)
    } else {
        scaled.repairs(years).find(|(smile, _)| passes(smile)).ok_or(FitError::Arbitrage)?
    };
    let (rms_error, max_error) = errors(&smile, points);
    if rms_error > MAX_RMS_ERROR || max_error > MAX_ERROR {
        return Err(FitError::PoorFit { rms_error, max_error, repair });
    }
    Ok(Fit { smile, repair, rms_error, max_error })
}

fn count_strikes(points: &[Point]) -> usize {
    let mut seen: Vec<f64> = points.iter().map(|p| p.k).collect();
    seen.sort_by(f64::total_cmp);
    seen.dedup();
    seen.len()
}

/// Quotes in units of the smile's own width, weighted by the inverse square of the spread.
struct Scaled {
    quotes: Vec<Quote>,
    /// Standard deviation at the money.
    width: f64,
}

impl Scaled {
    fn new(points: &[Point], years: f64) -> Result<Self, CalibrationError> {
        let at_the_money = points.iter().min_by(|a, b| a.k.abs().total_cmp(&b.k.abs()));
        let width = at_the_money.map_or(0.0, |p| p.vol * years.sqrt());
        let quotes = points
            .iter()
            .map(|p| {
                let variance = p.vol * p.vol * years / (width * width);
                // An error of variance is twice the volatility times that of the volatility.
                let share = LEAST_HALF_SPREAD / p.half_spread.max(LEAST_HALF_SPREAD);
                Quote::new(p.k / width, variance, (share / variance.sqrt()).powi(2))
            })
            .collect::<Result<_, _>>()
            .map_err(CalibrationError::Param)?;
        Ok(Self { quotes, width })
    }

    fn calibrate(&self, anchors: &[Quote]) -> Result<RawSvi, CalibrationError> {
        // Constrained mode refuses a slice with arbitrage instead of repairing it, and would judge it in these units.
        let config = SliceCalibrationConfig::default().with_constraint_mode(ConstraintMode::BestEffort);
        let quotes = [self.quotes.as_slice(), anchors].concat();
        let (a, b, rho, m, sigma) = calibrate_slice_with_config(&quotes, config)?.slice().parameters();
        let width = self.width;
        RawSvi::new(a * width * width, b * width, rho, m * width, sigma * width)
            .map_err(CalibrationError::Param)
    }

    /// Smiles ever nearer to one that cannot have a butterfly.
    fn repairs(&self, years: f64) -> impl Iterator<Item = (Smile, Repair)> + '_ {
        let prior = ssvi::fit(&self.quotes, self.width);
        let total: f64 = self.quotes.iter().map(|q| q.weight()).sum();
        let pulled = HALF_POWERS.filter_map(move |half_power| {
            let pull = 10_f64.powf(f64::from(half_power) / 2.0);
            let anchors = self.anchors(&prior?, pull * total);
            Some((Smile { svi: self.calibrate(&anchors).ok()?, years }, Repair::Pulled(pull)))
        });
        pulled.chain(prior.map(|svi| (Smile { svi, years }, Repair::Replaced)))
    }

    /// Points of `prior` that weigh `total` together.
    fn anchors(&self, prior: &RawSvi, total: f64) -> Vec<Quote> {
        let count = f64::from(2 * ANCHORS + 1);
        let at = |z: f64| {
            let variance = prior.total_variance(z * self.width) / (self.width * self.width);
            Quote::new(z, variance, total / count / variance).ok()
        };
        (-ANCHORS..=ANCHORS).filter_map(|z| at(f64::from(z))).collect()
    }
}

fn errors(smile: &Smile, points: &[Point]) -> (f64, f64) {
    let (mut sum, mut total, mut max) = (0.0, 0.0, 0.0_f64);
    for p in points {
        let error = (smile.vol(p.k) - p.vol).abs();
        let w = p.half_spread.max(LEAST_HALF_SPREAD).powi(-2);
        sum += w * (error / p.vol).powi(2);
        total += w;
        max = max.max((error - p.half_spread).max(0.0) / p.vol);
    }
    ((sum / total).sqrt(), max)
}

#[cfg(test)]
mod tests;
