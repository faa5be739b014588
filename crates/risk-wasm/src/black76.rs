//! Prices, Greeks and the bounds of their arguments.

use bulkhead_risk::{
    black76::{
        self, Forward, Strike, Tenor, TotalVol, MAX_PRICE, MAX_TENOR_SECONDS, MAX_VOL_PPM, MIN_VOL_PPM,
        YEAR_SECONDS,
    },
    greeks::{price_and_greeks, vol_greeks},
    math_error::MathError,
};

use crate::{
    exchange::{answer, Cursor},
    status,
};

/// Answers with the largest price, the seconds of a year, the longest tenor, the smallest and the largest volatility.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn black76_bounds() -> u32 {
    let (low, high) = (u64::from(MIN_VOL_PPM), u64::from(MAX_VOL_PPM));
    status::of(answer(&[MAX_PRICE, YEAR_SECONDS, MAX_TENOR_SECONDS, low, high]))
}

/// Answers with the prices of the call and of the put.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn price(forward: u64, strike: u64, vol_ppm: u32, tenor_seconds: u64) -> u32 {
    status::of(arguments(forward, strike, vol_ppm, tenor_seconds).and_then(|(f, k, v, _)| {
        let price = black76::price(&f, &k, &v);
        answer(&[price.call, price.put])
    }))
}

/// Answers with the call's delta in parts per million, gamma, vega, theta, rho of the call and of the put, vanna and volga.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn greeks(forward: u64, strike: u64, vol_ppm: u32, tenor_seconds: u64) -> u32 {
    status::of(arguments(forward, strike, vol_ppm, tenor_seconds).and_then(|(f, k, v, tenor)| {
        let (_, greeks) = price_and_greeks(&f, &k, &v, &tenor);
        let by_vol = vol_greeks(&f, &k, &v, &tenor);
        let mut out = Cursor::start();
        out.write_signed(greeks.call_delta_ppm())?;
        out.write_signed(greeks.gamma_ppm)?;
        out.write(greeks.vega)?;
        out.write_signed(greeks.theta_per_day)?;
        out.write_signed(greeks.call_rho)?;
        out.write_signed(greeks.put_rho)?;
        out.write_signed(by_vol.vanna_ppm)?;
        out.write_signed(by_vol.volga)
    }))
}

fn arguments(
    forward: u64,
    strike: u64,
    vol_ppm: u32,
    tenor_seconds: u64,
) -> Result<(Forward, Strike, TotalVol, Tenor), MathError> {
    let tenor = Tenor::from_seconds(tenor_seconds)?;
    Ok((Forward::new(forward)?, Strike::new(strike)?, TotalVol::new(vol_ppm, &tenor)?, tenor))
}
