//! A quote as a volatility to fit.

use {
    crate::surface::{
        fit::Point,
        implied::{at_vol, implied, ImpliedError},
        quotes::{Dropped, Quote, QuoteKind},
    },
    bulkhead_risk::{
        black76::{Forward, Strike, Tenor},
        exposure::OptionKind,
    },
};

/// A quote in use, with what its mid says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Used {
    pub quote: Quote,
    /// Price units per unit of the underlying.
    pub strike: u64,
    pub point: Point,
    /// Price of the call, price units.
    pub call: u64,
    /// Half of bid to ask, price units.
    pub half_spread: f64,
    /// Volatility of the smile less that of the quote.
    pub error: f64,
}

/// Reads a quote of `atoms` price units per whole token, or says why it is of no use.
///
/// # Errors
/// [`ImpliedError::KernelDisagrees`], which no quote should cause.
pub fn read(
    quote: &Quote,
    forward: &Forward,
    tenor: &Tenor,
    atoms: f64,
) -> Result<Result<Used, Dropped>, ImpliedError> {
    let Ok(strike) = Strike::new((quote.strike * atoms).round() as u64) else {
        return Ok(Err(Dropped::NoVolatility));
    };
    let mid = (quote.mid() * atoms).round() as u64;
    let found = match quote.kind {
        QuoteKind::Call => implied(forward, &strike, OptionKind::Call, mid, tenor),
        QuoteKind::Put => implied(forward, &strike, OptionKind::Put, mid, tenor),
        QuoteKind::Vol => at_vol(forward, &strike, quote.mid(), tenor),
    };
    let found = match found {
        Ok(found) => found,
        Err(ImpliedError::NoVolatility) => return Ok(Err(Dropped::NoVolatility)),
        Err(ImpliedError::NoVega) => return Ok(Err(Dropped::NoVega)),
        Err(error @ ImpliedError::KernelDisagrees { .. }) => return Err(error),
    };
    let (half_spread, in_vol) = match quote.kind {
        QuoteKind::Vol => (quote.half_spread() * found.vega, quote.half_spread()),
        _ => (quote.half_spread() * atoms, quote.half_spread() * atoms / found.vega),
    };
    Ok(Ok(Used {
        quote: *quote,
        strike: strike.price(),
        point: Point {
            k: (quote.strike * atoms / forward.price() as f64).ln(),
            vol: found.vol,
            half_spread: in_vol,
        },
        call: found.call,
        half_spread,
        error: 0.0,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(kind: QuoteKind, bid: f64, ask: f64) -> Result<Used, Dropped> {
        let quote = Quote { strike: 105.0, kind, bid, ask, size: None, at: None };
        let month = Tenor::from_seconds(30 * 86_400).unwrap();
        read(&quote, &Forward::new(100_000_000).unwrap(), &month, 1e6).unwrap()
    }

    #[test]
    fn call_put_and_volatility_say_the_same() {
        let call = used(QuoteKind::Call, 3.6, 3.7).unwrap();
        let put = used(QuoteKind::Put, 8.6, 8.7).unwrap();
        assert_eq!((call.strike, call.call, put.call), (105_000_000, 3_650_000, 3_650_000));
        assert!((call.half_spread - 50_000.0).abs() < 1.0);
        assert!((call.point.vol - put.point.vol).abs() < 1e-6);
        let (vol, half) = (call.point.vol, call.point.half_spread);
        let vols = used(QuoteKind::Vol, vol - half, vol + half).unwrap();
        assert!(vols.call.abs_diff(3_650_000) < 20, "{}", vols.call);
        assert!((vols.half_spread - 50_000.0).abs() < 10.0, "{}", vols.half_spread);
        assert!((vols.point.half_spread - half).abs() < 1e-12);
    }

    #[test]
    fn a_useless_quote_is_dropped_with_the_reason() {
        assert_eq!(used(QuoteKind::Call, 100.0, 101.0), Err(Dropped::NoVolatility));
        assert_eq!(used(QuoteKind::Put, 4.0, 5.0), Err(Dropped::NoVolatility));
        assert_eq!(used(QuoteKind::Vol, 50.0, 50.0), Err(Dropped::NoVolatility));
    }
}
