//! The scenario grid.

use bulkhead_risk::{
    math_error::MathError,
    round::{ppm_of, Round},
    scenario::{Scenario, Shocks, VolMove, CORE_MOVES, GRID, PPM, SCENARIOS},
};

use crate::{exchange::Cursor, status};

/// Number of scenarios.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn scenario_count() -> usize {
    SCENARIOS
}

/// Takes shocks from the exchange. Answers, for every scenario, with the forward after its move when it was 1,000,000,
/// which way volatility moves (0 not at all, 1 up, 2 up in a fall, 3 down) and the weight in parts per million.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn scenarios() -> u32 {
    status::of(read_shocks(&mut Cursor::start()).and_then(|shocks| describe(&shocks)))
}

/// Reads shocks in the order of their fields.
pub(crate) fn read_shocks(words: &mut Cursor) -> Result<Shocks, MathError> {
    Ok(Shocks {
        range_ppm: words.read()?,
        vol_up_ppm: words.read()?,
        vol_down_ppm: words.read()?,
        fall_vol_ppm: words.read()?,
        tail_weight_ppm: words.read()?,
    })
}

fn describe(shocks: &Shocks) -> Result<(), MathError> {
    let forwards = shocks.forwards(PPM)?;
    let mut out = Cursor::start();
    for scenario in &GRID {
        out.write(*forwards.get(scenario.forward).ok_or(MathError::Domain)?)?;
        out.write(match scenario.vol {
            VolMove::Unchanged => 0,
            VolMove::Up => 1,
            VolMove::UpInFall => 2,
            VolMove::Down => 3,
        })?;
        out.write(weight_ppm(scenario, shocks)?)?;
    }
    Ok(())
}

/// The market's factor is for the tails, and no weight exceeds one.
fn weight_ppm(scenario: &Scenario, shocks: &Shocks) -> Result<u64, MathError> {
    if scenario.forward < CORE_MOVES {
        return Ok(scenario.weight_ppm);
    }
    Ok(ppm_of(scenario.weight_ppm, shocks.tail_weight_ppm, Round::Down)?.min(PPM))
}
