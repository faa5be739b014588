//! The call prices that a surface claims to explain. The chain checks each within the quoted half-spread and records how
//! many it checked; a surface without them is taken, too.

use {
    crate::surface::{arrival::Arrival, listed::Listed, points::Used},
    bulkhead_risk::{
        black76::{price, Forward, Strike, Tenor, TotalVol},
        math_error::MathError,
        round::{ppm_of, Round},
    },
    std::fmt,
};

/// Why none are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPrices {
    /// A part of the way explains the prices in part.
    Partial,
    Unquoted {
        strike: u64,
    },
    /// The volatility at this strike makes another price than its quote.
    Unexplained {
        strike: u64,
        quoted: u64,
        made: u64,
    },
    Kernel(MathError),
}

impl From<MathError> for NoPrices {
    fn from(error: MathError) -> Self {
        Self::Kernel(error)
    }
}

impl fmt::Display for NoPrices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Partial => write!(f, "this is a part of the way to the smile"),
            Self::Unquoted { strike } => write!(f, "listed strike {strike} has no usable quote"),
            Self::Unexplained { strike, quoted, made } => write!(
                f,
                "at strike {strike} the smile makes a call worth {made}, its quote says {quoted}: more than the \
                 half-spread apart"
            ),
            Self::Kernel(error) => write!(f, "the chain cannot price this expiry: {error:?}"),
        }
    }
}

/// One call price per listed strike, price units: the mid of its tighter quote, a put's by parity. Each passes the chain's
/// check now and when the update arrives late; a mark that moves further than the half-spread meanwhile spoils it, though.
///
/// # Errors
/// See [`NoPrices`].
pub fn call_prices(
    used: &[Used],
    listed: &Listed,
    vols_ppm: &[u32],
    spread_ppm: u64,
) -> Result<Vec<u64>, NoPrices> {
    let quoted = |strike: &u64| {
        let quotes = used.iter().filter(|u| u.strike == *strike);
        let tightest = quotes.min_by(|a, b| a.half_spread.total_cmp(&b.half_spread));
        tightest.map(|u| u.call).ok_or(NoPrices::Unquoted { strike: *strike })
    };
    let calls = listed.strikes.iter().map(quoted).collect::<Result<Vec<u64>, NoPrices>>()?;
    let tolerance = ppm_of(listed.forward, spread_ppm, Round::Down)?.max(1);
    let forward = Forward::new(listed.forward)?;
    for at in Arrival::all().filter(|at| at.drift_ppm == 0) {
        let Some(seconds_left) = at.seconds_left(listed.seconds_left) else { continue };
        let tenor = Tenor::from_seconds(seconds_left)?;
        for ((strike, quoted), vol) in listed.strikes.iter().zip(&calls).zip(vols_ppm) {
            let made = price(&forward, &Strike::new(*strike)?, &TotalVol::new(*vol, &tenor)?).call;
            if made.abs_diff(*quoted) > tolerance {
                return Err(NoPrices::Unexplained { strike: *strike, quoted: *quoted, made });
            }
        }
    }
    Ok(calls)
}

#[cfg(test)]
mod tests {
    use {
        super::*,
        crate::surface::{
            points,
            quotes::{Quote, QuoteKind},
        },
        bulkhead_risk::implied::verify,
    };

    const STRIKES: [u64; 3] = [90_000_000, 100_000_000, 110_000_000];
    const LISTED: Listed<'_> =
        Listed { forward: 100_000_000, strikes: &STRIKES, seconds_left: 30 * 86_400, neighbours: &[] };

    fn used(strike: f64, kind: QuoteKind, bid: f64, ask: f64) -> Used {
        let quote = Quote { strike, kind, bid, ask, size: None, at: None };
        let tenor = Tenor::from_seconds(LISTED.seconds_left).unwrap();
        points::read(&quote, &Forward::new(LISTED.forward).unwrap(), &tenor, 1e6).unwrap().unwrap()
    }

    fn quotes() -> Vec<Used> {
        vec![
            used(90.0, QuoteKind::Put, 1.5, 1.7),
            used(100.0, QuoteKind::Call, 5.0, 7.0),
            used(100.0, QuoteKind::Put, 5.6, 5.8),
            used(110.0, QuoteKind::Vol, 0.49, 0.51),
        ]
    }

    #[test]
    fn the_tighter_quote_of_each_strike_speaks_for_its_call() {
        let quotes = quotes();
        let vols: Vec<u32> = [0, 2, 3].iter().map(|i| (quotes[*i].point.vol * 1e6).round() as u32).collect();
        let calls = call_prices(&quotes, &LISTED, &vols, 100).unwrap();
        assert_eq!(calls, [11_600_000, 5_700_000, quotes[3].call]);
        let tenor = Tenor::from_seconds(LISTED.seconds_left).unwrap();
        let forward = Forward::new(LISTED.forward).unwrap();
        for ((strike, call), vol) in STRIKES.iter().zip(&calls).zip(&vols) {
            let vol = TotalVol::new(*vol, &tenor).unwrap();
            assert!(verify(*call, &forward, &Strike::new(*strike).unwrap(), &vol, 10_000));
        }
    }

    #[test]
    fn names_the_strike_that_is_not_explained_or_not_quoted() {
        let quotes = quotes();
        let mut vols: Vec<u32> =
            [0, 2, 3].iter().map(|i| (quotes[*i].point.vol * 1e6).round() as u32).collect();
        vols[2] += 10_000;
        let fault = call_prices(&quotes, &LISTED, &vols, 100).unwrap_err();
        assert!(matches!(fault, NoPrices::Unexplained { strike: 110_000_000, .. }), "{fault:?}");
        // Vega is some 0.0009 of the forward per point.
        assert!(call_prices(&quotes, &LISTED, &vols, 1_200).is_ok());
        let fault = call_prices(&quotes[..3], &LISTED, &vols, 1_200).unwrap_err();
        assert_eq!(fault, NoPrices::Unquoted { strike: 110_000_000 });
    }
}
