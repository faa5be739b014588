//! The scenario grid.

use bulkhead_risk::{
    math_error::MathError,
    scenario::{Shocks, VolMove, GRID, PPM, SCENARIOS},
};

use crate::{exchange::Cursor, status};

/// Number of scenarios.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn scenario_count() -> usize {
    SCENARIOS
}

/// Answers, for every scenario, with the forward after its move when it was 1,000,000, which way volatility moves (0 not
/// at all, 1 up, 2 down) and the weight in parts per million.
#[cfg_attr(target_arch = "wasm32", no_mangle)]
pub extern "C" fn scenarios(range_ppm: u64, vol_up_ppm: u64, vol_down_ppm: u64) -> u32 {
    status::of(describe(&Shocks { range_ppm, vol_up_ppm, vol_down_ppm }))
}

fn describe(shocks: &Shocks) -> Result<(), MathError> {
    let forwards = shocks.forwards(PPM)?;
    let mut out = Cursor::start();
    for scenario in &GRID {
        out.write(forwards.get(scenario.forward).ok_or(MathError::Domain)?.price())?;
        out.write(match scenario.vol {
            VolMove::Unchanged => 0,
            VolMove::Up => 1,
            VolMove::Down => 2,
        })?;
        out.write(scenario.weight_ppm)?;
    }
    Ok(())
}
