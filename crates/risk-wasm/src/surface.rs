//! Surfaces: their bounds, the check for arbitrage, and the rows they make.

use bulkhead_risk::{
    black76::Tenor,
    math_error::MathError,
    scenario::{Shocks, SCENARIOS},
    surface::{self, per_lot, ForwardRisk, SurfaceFault, MAX_VOL_PPM, MIN_VOL_PPM},
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
            *vol = narrow(listed.read()?)?;
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
            let old = narrow(pairs.read()?)?;
            let new = narrow(pairs.read()?)?;
            surface::check_steps(&[old], &[new], max_step_ppm)?;
        }
        Ok(())
    };
    status::of::<SurfaceFault>(check())
}

/// Answers with the value of one lot of the forward and its profit under every scenario.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn forward_row(
    forward: u64,
    lots_per_unit: u64,
    range_ppm: u64,
    vol_up_ppm: u64,
    vol_down_ppm: u64,
) -> u32 {
    let shocks = Shocks { range_ppm, vol_up_ppm, vol_down_ppm };
    let compute = || {
        let shared = ForwardRisk::new(forward, lots_per_unit, &shocks)?;
        let mut out = Cursor::start();
        out.write(per_lot(forward, lots_per_unit)?)?;
        out.write_row(&shared.profit)
    };
    status::of::<MathError>(compute())
}

/// Answers with the marks of the call and of the put and the call's profit under every scenario.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
#[allow(clippy::too_many_arguments)] // numbers are what passes to a module
pub extern "C" fn strike_row(
    forward: u64,
    lots_per_unit: u64,
    range_ppm: u64,
    vol_up_ppm: u64,
    vol_down_ppm: u64,
    strike: u64,
    vol_ppm: u32,
    tenor_seconds: u64,
) -> u32 {
    let shocks = Shocks { range_ppm, vol_up_ppm, vol_down_ppm };
    let compute = || {
        let shared = ForwardRisk::new(forward, lots_per_unit, &shocks)?;
        let tenor = Tenor::from_seconds(tenor_seconds)?;
        let mut row = [0; SCENARIOS];
        let marks = shared.price_strike(strike, vol_ppm, &tenor, &shocks, &mut row)?;
        let mut out = Cursor::start();
        out.write(marks.call)?;
        out.write(marks.put)?;
        out.write_row(&row)
    };
    status::of::<MathError>(compute())
}

fn narrow(vol_ppm: u64) -> Result<u32, MathError> {
    u32::try_from(vol_ppm).map_err(|_| MathError::Domain)
}
