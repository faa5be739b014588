//! Risk rows of an expiry: the forward's, and those of its strikes.

use bulkhead_risk::{
    black76::{Strike, Tenor},
    math_error::MathError,
    risk_array::{ForwardRisk, StrikeRisk},
    scenario::SCENARIOS,
};

use crate::{exchange::Cursor, scenario::read_shocks, status};

/// Takes forward, stable forward, lots per unit and shocks from the exchange. Answers with the value of one lot of the
/// forward, its profit at the stable price, the bound of the error of rows, and its profit under every scenario.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn forward_row() -> u32 {
    status::of(read_forward(&mut Cursor::start()).and_then(|shared| {
        let mut out = Cursor::start();
        out.write(shared.forward_lot)?;
        out.write_signed(shared.stable_profit)?;
        out.write(shared.error_atoms)?;
        out.write_row(&shared.profit)
    }))
}

/// Takes what [`forward_row`] takes, then seconds to expiry, and `count` strikes with volatilities. Answers for each with
/// the fields of `StrikeRisk` in their order and the call's profit under every scenario.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn strike_rows(count: usize) -> u32 {
    status::of(price_strikes(count))
}

fn price_strikes(count: usize) -> Result<(), MathError> {
    let mut words = Cursor::start();
    let shared = read_forward(&mut words)?;
    let tenor = Tenor::from_seconds(words.read()?)?;
    let mut listed = [(0, 0); crate::surface::MAX_STRIKES];
    let listed = listed.get_mut(..count).ok_or(MathError::Domain)?;
    // All are read first: the answer takes their place.
    for (strike, vol) in listed.iter_mut() {
        *strike = words.read()?;
        *vol = words.read_narrow()?;
    }
    let mut out = Cursor::start();
    for (strike, vol) in listed.iter() {
        let (mut row, mut risk) = ([0; SCENARIOS], StrikeRisk::default());
        shared.price_strike(&Strike::new(*strike)?, *vol, &tenor, &mut row, &mut risk)?;
        out.write(risk.call)?;
        out.write(risk.put)?;
        out.write_signed(risk.stable_profit)?;
        out.write(risk.call_peak)?;
        out.write(risk.put_peak)?;
        out.write_signed(risk.delta)?;
        out.write(risk.gamma)?;
        out.write(risk.vega)?;
        out.write_signed(risk.theta)?;
        out.write_row(&row)?;
    }
    Ok(())
}

fn read_forward(words: &mut Cursor) -> Result<ForwardRisk, MathError> {
    let (forward, stable, lots_per_unit) = (words.read()?, words.read()?, words.read()?);
    ForwardRisk::new(forward, stable, lots_per_unit, &read_shocks(words)?)
}
