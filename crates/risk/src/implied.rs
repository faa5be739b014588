//! Implied volatility by verification: whoever submits a volatility has solved for it, and one price tells whether it
//! explains the market.

use crate::black76::{price, Forward, Strike, TotalVol};

/// True when the volatility in `v` prices the call within `tolerance` of `call`, all in price units. By parity that also
/// answers for the put.
///
/// Where vega is small, many volatilities do: an interval of about `2 * tolerance / vega`. Callers that store the
/// volatility bound it by other means, too.
#[must_use]
pub fn verify(call: u64, f: &Forward, k: &Strike, v: &TotalVol, tolerance: u64) -> bool {
    price(f, k, v).call.abs_diff(call) <= tolerance
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::black76::Tenor;

    #[test]
    fn the_volatility_behind_a_price_passes_and_its_neighbours_do_not() {
        let tenor = Tenor::from_seconds(30 * 86_400).unwrap();
        let (f, k) = (Forward::new(64_000_000_000).unwrap(), Strike::new(65_000_000_000).unwrap());
        let vol = |ppm| TotalVol::new(ppm, &tenor).unwrap();
        let call = price(&f, &k, &vol(800_000)).call;
        assert!(verify(call, &f, &k, &vol(800_000), 0));
        // Vega is 7,300 units a part per million.
        assert!(!verify(call, &f, &k, &vol(800_001), 7_000));
        assert!(!verify(call, &f, &k, &vol(799_999), 7_000));
        assert!(verify(call, &f, &k, &vol(800_001), 7_500));
        assert!(verify(0, &f, &k, &vol(800_000), u64::MAX));
    }
}
