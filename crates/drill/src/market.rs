//! The market of the drill: its parameters, with every wait measured in steps of the story.

use {
    crate::{key_maker::KeyMaker, pace::Pace, schedule as plan, stage::Setup},
    bulkhead_sdk::bulkhead::state::MarketParams,
};

const USDC: u64 = 1_000_000;
/// Steps that a source lives without a new word, and in the virtual machine a mark without a new round.
pub const AGE_STEPS: i64 = 5;

/// Seconds of chain time for which a mark lives. On a validator a round, two refreshes and a fill take some seconds, and risk may
/// be added for a sixth of this time after a round.
#[must_use]
pub fn mark_age(pace: &Pace) -> i64 {
    let longer = if pace.is_compressed() { 4 } else { 1 };
    longer * AGE_STEPS * pace.chain_step
}

/// The market's parameters, with every wait measured in steps of the story.
#[must_use]
pub fn params(pace: &Pace) -> MarketParams {
    let step = u64::try_from(pace.chain_step).unwrap_or(1);
    let age = step * u64::try_from(AGE_STEPS).unwrap_or(1);
    MarketParams {
        max_source_age_seconds: age,
        max_mark_age_seconds: mark_age(pace).unsigned_abs(),
        max_array_age_seconds: age,
        max_price_move_ppm: 50_000,
        bucket_seconds: step,
        recovery_rounds: 5,
        min_dwell_seconds: 5 * step,
        stable_speed_ppm_per_minute: 20_000,
        outflow_floor_atoms: 1_000_000 * USDC,
        guardian_trip_seconds: pace.span(plan::BRAKE_SECONDS).clamp(30, 21_600),
        ..MarketParams::defaults()
    }
}

/// What the market of the drill starts from. Pyth's accounts can be placed only in this process.
#[must_use]
pub fn setup(pace: &Pace, market_id: u16, key_maker: KeyMaker) -> Setup {
    let publishers = if pace.is_compressed() { 5 } else { 3 };
    let with_pyth = !pace.is_compressed();
    Setup { market_id, params: params(pace), publishers, with_pyth, shards: 2, key_maker }
}
