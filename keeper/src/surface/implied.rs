//! Implied volatilities that the chain's kernel agrees with.
//!
//! The solver is Jäckel's "Let's Be Rational" (2015) in floats. Its answer counts only when the chain's integer price at
//! that volatility comes back to the quoted one.

use {
    bulkhead_risk::{
        black76::{Forward, Strike, Tenor, TotalVol, YEAR_SECONDS},
        exposure::OptionKind,
        greeks::price_and_greeks,
    },
    implied_vol::{solver::Jaeckel, ImpliedBlackVolatility},
    std::fmt,
};

/// Units by which two correctly rounded prices may differ beside the volatility's own rounding.
const ROUNDING_UNITS: f64 = 2.0;
const PPM: f64 = 1e6;

/// A volatility with what its price says about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Implied {
    /// Fraction per square root of a year.
    pub vol: f64,
    /// Price units per 1.00 of volatility.
    pub vega: f64,
    /// Price of the call that it goes with, price units.
    pub call: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImpliedError {
    /// The price is not above intrinsic value, not below its cap, or needs a volatility outside the chain's domain.
    NoVolatility,
    /// A ten-thousandth of volatility moves the price by less than one unit.
    NoVega,
    /// The chain's price at the volatility found is another one.
    KernelDisagrees { quoted: u64, repriced: u64 },
}

impl fmt::Display for ImpliedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoVolatility => write!(f, "no volatility in the chain's domain makes the price"),
            Self::NoVega => write!(f, "the price says nothing about volatility"),
            Self::KernelDisagrees { quoted, repriced } => {
                write!(f, "the chain prices the volatility of {quoted} at {repriced}")
            }
        }
    }
}

/// Years of the chain's 365 days.
#[must_use]
pub fn years(tenor: &Tenor) -> f64 {
    tenor.seconds() as f64 / YEAR_SECONDS as f64
}

/// A volatility as the chain holds it; `None` outside the kernel's domain.
#[must_use]
pub fn to_ppm(vol: f64) -> Option<u32> {
    let ppm = (vol * PPM).round();
    let fits = ppm >= f64::from(bulkhead_risk::black76::MIN_VOL_PPM)
        && ppm <= f64::from(bulkhead_risk::black76::MAX_VOL_PPM);
    fits.then_some(ppm as u32)
}

/// The volatility that makes `quoted`, in price units, the price of an option.
///
/// # Errors
/// See [`ImpliedError`].
pub fn implied(
    forward: &Forward,
    strike: &Strike,
    kind: OptionKind,
    quoted: u64,
    tenor: &Tenor,
) -> Result<Implied, ImpliedError> {
    let vol = ImpliedBlackVolatility::builder()
        .forward(forward.price() as f64)
        .strike(strike.price() as f64)
        .expiry(years(tenor))
        .is_call(kind == OptionKind::Call)
        .option_price(quoted as f64)
        .build()
        .and_then(|input| input.calculate_with::<Jaeckel>())
        .ok_or(ImpliedError::NoVolatility)?;
    let ppm = to_ppm(vol).ok_or(ImpliedError::NoVolatility)?;
    let total = TotalVol::new(ppm, tenor).map_err(|_| ImpliedError::NoVolatility)?;
    let (at, greeks) = price_and_greeks(forward, strike, &total, tenor);
    let vega = greeks.vega as f64;
    if vega < 1e4 {
        return Err(ImpliedError::NoVega);
    }
    let repriced = if kind == OptionKind::Call { at.call } else { at.put };
    // The volatility was rounded to the nearest millionth.
    let allowed = ROUNDING_UNITS + vega * 0.5 / PPM;
    if repriced.abs_diff(quoted) as f64 > allowed {
        return Err(ImpliedError::KernelDisagrees { quoted, repriced });
    }
    let call = match kind {
        OptionKind::Call => quoted,
        // A put above its intrinsic value is above K - F.
        OptionKind::Put => quoted.saturating_add(forward.price()).saturating_sub(strike.price()),
    };
    Ok(Implied { vol, vega, call })
}

/// What a volatility quoted as such makes.
///
/// # Errors
/// [`ImpliedError::NoVolatility`] outside the chain's domain.
pub fn at_vol(forward: &Forward, strike: &Strike, vol: f64, tenor: &Tenor) -> Result<Implied, ImpliedError> {
    let ppm = to_ppm(vol).ok_or(ImpliedError::NoVolatility)?;
    let total = TotalVol::new(ppm, tenor).map_err(|_| ImpliedError::NoVolatility)?;
    let (at, greeks) = price_and_greeks(forward, strike, &total, tenor);
    Ok(Implied { vol, vega: greeks.vega as f64, call: at.call })
}

#[cfg(test)]
mod tests {
    use {super::*, bulkhead_risk::black76::price};

    const DAY: u64 = 86_400;

    /// Every price of a grid that carries a volatility leads back to it.
    #[test]
    fn leads_back_to_the_volatility_that_made_the_price() {
        let (mut solved, mut worst) = (0, 0.0_f64);
        for forward in [100_000_000, 8_000_000_000, 95_000_000_000_u64] {
            for moneyness_percent in [40, 60, 80, 95, 100, 105, 130, 180, 250] {
                for vol_ppm in [50_000, 200_000, 600_000, 1_500_000, 4_000_000] {
                    for seconds in [3_600, DAY, 7 * DAY, 90 * DAY, 730 * DAY] {
                        let f = Forward::new(forward).unwrap();
                        let k = Strike::new(forward / 100 * moneyness_percent).unwrap();
                        let tenor = Tenor::from_seconds(seconds).unwrap();
                        let total = TotalVol::new(vol_ppm, &tenor).unwrap();
                        let made = price(&f, &k, &total);
                        for (kind, quoted) in [(OptionKind::Call, made.call), (OptionKind::Put, made.put)] {
                            match implied(&f, &k, kind, quoted, &tenor) {
                                Ok(found) => {
                                    // Half a unit of the price is all that was lost.
                                    let lost = 1.0 / found.vega + 1e-9;
                                    let error = (found.vol - f64::from(vol_ppm) / PPM).abs();
                                    assert!(
                                        error <= lost,
                                        "{vol_ppm} {seconds} {moneyness_percent}: {error}"
                                    );
                                    // The kernel's parity is exact.
                                    assert_eq!(found.call, made.call);
                                    solved += 1;
                                    worst = worst.max(error);
                                }
                                Err(ImpliedError::NoVolatility | ImpliedError::NoVega) => {
                                    let vega = price_and_greeks(&f, &k, &total, &tenor).1.vega;
                                    assert!(vega < 20_000, "{vol_ppm} {seconds} {moneyness_percent}: {vega}");
                                }
                                Err(e) => panic!("{e}"),
                            }
                        }
                    }
                }
            }
        }
        println!("{solved} prices solved, worst error {worst:.1e}");
        // The rest lie so far out that a price unit hides them.
        assert!(solved > 1_350 / 2, "{solved}");
    }

    #[test]
    fn refuses_prices_that_no_volatility_makes() {
        let (f, k) = (Forward::new(100_000_000).unwrap(), Strike::new(90_000_000).unwrap());
        let month = Tenor::from_seconds(30 * DAY).unwrap();
        for (kind, quoted) in [
            (OptionKind::Call, 9_999_999),
            (OptionKind::Call, 10_000_000),
            (OptionKind::Call, 100_000_000),
            (OptionKind::Put, 90_000_000),
            (OptionKind::Put, 0),
        ] {
            let refused = implied(&f, &k, kind, quoted, &month);
            assert_eq!(refused, Err(ImpliedError::NoVolatility), "{kind:?} {quoted}");
        }
        let expired = Tenor::from_seconds(0).unwrap();
        assert_eq!(implied(&f, &k, OptionKind::Call, 11_000_000, &expired), Err(ImpliedError::NoVolatility));
    }
}
