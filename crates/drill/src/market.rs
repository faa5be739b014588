//! The market of the drill: its parameters, with every wait measured in steps of the story.

use {
    crate::{key_maker::KeyMaker, pace::Pace, schedule as plan, stage::Setup},
    bulkhead_sdk::bulkhead::state::MarketParams,
};

const USDC: u64 = 1_000_000;
/// Steps that a mark lives without a new round, and a source without a new word.
pub const AGE_STEPS: i64 = 5;

/// The market's parameters, with every wait measured in steps of the story.
#[must_use]
pub fn params(pace: &Pace) -> MarketParams {
    let step = u64::try_from(pace.chain_step).unwrap_or(1);
    let age = step * u64::try_from(AGE_STEPS).unwrap_or(1);
    MarketParams {
        max_source_age_seconds: age,
        max_mark_age_seconds: age,
        max_array_age_seconds: age,
        max_price_move_ppm: 50_000,
        bucket_seconds: step,
        recovery_rounds: 5,
        min_dwell_seconds: 5 * step,
        exit_cooldown_seconds: 5 * step,
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
