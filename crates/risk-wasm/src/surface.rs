//! Surfaces: their bounds, and the checks before one is accepted.
//!
//! A slice is the surface of one expiry: in the exchange its forward and seconds to expiry, then each listed strike, lowest
//! first, with its volatility.

use bulkhead_risk::{
    black76::{Forward, Strike, Tenor},
    math_error::MathError,
    surface::{self, StepLimit, SurfaceFault, MAX_VOL_PPM, MIN_VOL_PPM},
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

/// Takes a slice of `count` strikes from the exchange.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn check_arbitrage(count: usize) -> u32 {
    let check = || {
        let slice = Slice::read(count, &mut Cursor::start())?;
        let (mut prices, vols) = ([0; MAX_STRIKES], slice.vols()?);
        let prices = prices.get_mut(..count).ok_or(MathError::Domain)?;
        for (price, strike) in prices.iter_mut().zip(slice.strikes()?) {
            *price = strike.price();
        }
        surface::check_arbitrage(slice.forward.price(), prices, vols, &slice.tenor)
    };
    status::of::<SurfaceFault>(check())
}

/// Takes from the exchange a slice of `count` strikes and that of another expiry, of `others` strikes.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn check_calendar(count: usize, others: usize) -> u32 {
    let check = || {
        let mut words = Cursor::start();
        let (slice, other) = (Slice::read(count, &mut words)?, Slice::read(others, &mut words)?);
        surface::check_calendar(&slice.borrowed()?, &other.borrowed()?)
    };
    status::of::<SurfaceFault>(check())
}

/// Takes `count` volatilities from the exchange, each after the last accepted one (zero: none yet).
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn check_steps(
    max_step_ppm: u64,
    interval_seconds: u64,
    elapsed_seconds: u64,
    count: usize,
) -> u32 {
    let limit = StepLimit { max_step_ppm, interval_seconds };
    let check = || {
        let mut pairs = Cursor::start();
        for _ in 0..count {
            let (old, new) = (pairs.read_narrow()?, pairs.read_narrow()?);
            surface::check_steps(&[old], &[new], &limit, elapsed_seconds)?;
        }
        Ok(())
    };
    status::of::<SurfaceFault>(check())
}

struct Slice {
    forward: Forward,
    tenor: Tenor,
    strikes: [Strike; MAX_STRIKES],
    vols: [u32; MAX_STRIKES],
    count: usize,
}

impl Slice {
    fn read(count: usize, words: &mut Cursor) -> Result<Self, MathError> {
        let (forward, tenor) = (Forward::new(words.read()?)?, Tenor::from_seconds(words.read()?)?);
        let (mut strikes, mut vols) = ([Strike::new(1)?; MAX_STRIKES], [0; MAX_STRIKES]);
        let listed = strikes.get_mut(..count).zip(vols.get_mut(..count)).ok_or(MathError::Domain)?;
        for (strike, vol) in listed.0.iter_mut().zip(listed.1) {
            *strike = Strike::new(words.read()?)?;
            *vol = words.read_narrow()?;
        }
        Ok(Self { forward, tenor, strikes, vols, count })
    }

    fn strikes(&self) -> Result<&[Strike], MathError> {
        self.strikes.get(..self.count).ok_or(MathError::Domain)
    }

    fn vols(&self) -> Result<&[u32], MathError> {
        self.vols.get(..self.count).ok_or(MathError::Domain)
    }

    fn borrowed(&self) -> Result<surface::Slice<'_>, MathError> {
        let (strikes, vols_ppm) = (self.strikes()?, self.vols()?);
        Ok(surface::Slice { forward: &self.forward, strikes, vols_ppm, tenor: &self.tenor })
    }
}
