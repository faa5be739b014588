//! Why there is no surface to submit.

use {
    super::MAX_REACH,
    crate::surface::{fit::FitError, implied::ImpliedError, step::StepError},
    bulkhead_risk::liquidity::MAX_SPREAD_PPM,
    bulkhead_sdk::bulkhead::constants::MAX_BASIS_PPM,
    std::fmt,
};

#[derive(Clone, Debug, PartialEq)]
pub enum PlanError {
    UnknownExpiry(u16),
    Expired,
    WrongExpiry {
        file: i64,
        chain: i64,
    },
    NoOracleQuorum,
    /// Half of the risk array still stands on the last surface.
    RefreshUnfinished,
    /// The quotes' forward lies further from the mark than a surface may put it.
    BasisTooLarge {
        basis_ppm: i64,
    },
    Kernel(bulkhead_risk::math_error::MathError),
    KernelDisagrees(ImpliedError),
    Fit(FitError),
    /// A listed strike lies too far outside the quoted ones to say anything about it.
    TooFarFromQuotes {
        strike: u64,
    },
    WildWing {
        strike: u64,
        vol: f64,
    },
    SpreadTooWide {
        spread_ppm: u64,
    },
    Step(StepError),
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownExpiry(id) => write!(f, "the market has no expiry {id}"),
            Self::Expired => write!(f, "the expiry has passed"),
            Self::WrongExpiry { file, chain } => {
                write!(f, "the quotes are for the expiry at {file}, this one is at {chain}")
            }
            Self::NoOracleQuorum => write!(f, "no quorum of sources stands behind the mark"),
            Self::RefreshUnfinished => {
                write!(f, "a refresh of the expiry's risk array is under way; run again once it is through")
            }
            Self::BasisTooLarge { basis_ppm } => write!(
                f,
                "the quotes put the forward {:.1} % off the mark, {:.1} % is the most",
                *basis_ppm as f64 / 1e4,
                MAX_BASIS_PPM as f64 / 1e4
            ),
            Self::Kernel(error) => write!(f, "the chain cannot price this expiry: {error:?}"),
            Self::KernelDisagrees(error) => write!(f, "{error}"),
            Self::Fit(error) => write!(f, "{error}"),
            Self::TooFarFromQuotes { strike } => {
                write!(f, "listed strike {strike} is further than {MAX_REACH} standard deviations from any quote")
            }
            Self::WildWing { strike, vol } => {
                write!(f, "at listed strike {strike} the smile says {:.1} %, far from every quote", vol * 100.0)
            }
            Self::SpreadTooWide { spread_ppm } => write!(
                f,
                "the quotes near the money are {:.1} % of the forward to either side of their mids, {:.1} % is the most",
                *spread_ppm as f64 / 1e4,
                MAX_SPREAD_PPM as f64 / 1e4
            ),
            Self::Step(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for PlanError {}
