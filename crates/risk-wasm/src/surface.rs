//! Surfaces: their bounds, and the checks before one is accepted.

use bulkhead_risk::{
    black76::Tenor,
    math_error::MathError,
    surface::{self, SurfaceFault, MAX_VOL_PPM, MIN_VOL_PPM},
};

use crate::{
    exchange::{answer, Cursor},
    status,
};

/// Most strikes of a surface: those that an expiry can list.
pub const MAX_STRIKES: usize = 16;

/// Answers with the smallest and the largest volatility of a surface, and the most strikes.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn surface_bounds() -> u32 {
    let strikes = u64::try_from(MAX_STRIKES).map_err(|_| MathError::Overflow);
    status::of(strikes.and_then(|strikes| answer(&[u64::from(MIN_VOL_PPM), u64::from(MAX_VOL_PPM), strikes])))
}

/// Takes `count` strikes with volatilities from the exchange, ascending by strike.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn check_arbitrage(forward: u64, tenor_seconds: u64, count: usize) -> u32 {
    let check = || {
        let (mut strikes, mut vols) = ([0; MAX_STRIKES], [0; MAX_STRIKES]);
        let (strikes, vols) = strikes.get_mut(..count).zip(vols.get_mut(..count)).ok_or(MathError::Domain)?;
        let mut listed = Cursor::start();
        for (strike, vol) in strikes.iter_mut().zip(vols.iter_mut()) {
            *strike = listed.read()?;
            *vol = listed.read_narrow()?;
        }
        surface::check_arbitrage(forward, strikes, vols, &Tenor::from_seconds(tenor_seconds)?)
    };
    status::of::<SurfaceFault>(check())
}

/// Takes `count` volatilities from the exchange, each after the last accepted one (zero: none yet).
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn check_steps(max_step_ppm: u64, count: usize) -> u32 {
    let check = || {
        let mut pairs = Cursor::start();
        for _ in 0..count {
            let old = pairs.read_narrow()?;
            let new = pairs.read_narrow()?;
            surface::check_steps(&[old], &[new], max_step_ppm)?;
        }
        Ok(())
    };
    status::of::<SurfaceFault>(check())
}
