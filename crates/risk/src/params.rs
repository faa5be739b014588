//! Parameters of a market: hard bounds compiled in, and which way is safer.
//!
//! A parameter set is an array in the order of [`SPECS`]. Moving every value the safer way or not at all is a
//! tightening and may happen at once; anything else waits for the timelock.

/// Which way a parameter protects the venue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safer {
    Higher,
    Lower,
}

/// Bounds of one parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    pub name: &'static str,
    pub safer: Safer,
    pub min: u64,
    pub max: u64,
    /// What a new market starts from.
    pub default: u64,
}

/// Number of parameters.
pub const COUNT: usize = 49;

const fn spec(name: &'static str, safer: Safer, min: u64, max: u64, default: u64) -> Spec {
    Spec { name, safer, min, max, default }
}

use Safer::{Higher, Lower};

/// Every parameter, in the order in which a parameter set stores them.
pub const SPECS: [Spec; COUNT] = [
    spec("series_oi_cap_lots", Lower, 0, 1_000_000_000, 100_000),
    spec("outflow_floor_atoms", Lower, 0, 10_000_000_000_000, 50_000_000_000),
    spec("outflow_hour_ppm", Lower, 10_000, 500_000, 50_000),
    spec("scenario_range_ppm", Higher, 50_000, 500_000, 180_000),
    spec("vol_up_ppm", Higher, 100_000, 2_000_000, 400_000),
    spec("vol_down_ppm", Higher, 50_000, 900_000, 250_000),
    spec("short_minimum_ppm", Higher, 1_000, 100_000, 5_000),
    spec("maintenance_ppm", Higher, 500_000, 950_000, 800_000),
    spec("liquidation_discount_ppm", Lower, 1_000, 150_000, 50_000),
    spec("liquidation_fee_ppm", Lower, 0, 100_000, 10_000),
    spec("liquidation_buffer_ppm", Higher, 10_000, 500_000, 150_000),
    spec("trade_fee_ppm", Lower, 0, 10_000, 300),
    spec("price_band_ppm", Lower, 1_000, 500_000, 200_000),
    spec("max_price_move_ppm", Lower, 500, 100_000, 10_000),
    spec("max_source_age_seconds", Lower, 2, 600, 60),
    spec("max_mark_age_seconds", Lower, 2, 900, 60),
    spec("max_array_age_seconds", Lower, 2, 3_600, 300),
    spec("max_confidence_ppm", Lower, 100, 50_000, 10_000),
    spec("outlier_ppm", Lower, 1_000, 100_000, 10_000),
    spec("max_vol_step_ppm", Lower, 10_000, 1_000_000, 250_000),
    spec("stable_speed_ppm_per_minute", Lower, 100, 100_000, 5_000),
    spec("bucket_seconds", Higher, 1, 300, 60),
    spec("recovery_rounds", Higher, 3, 10_000, 10),
    spec("min_dwell_seconds", Higher, 5, 604_800, 600),
    spec("exit_cooldown_seconds", Higher, MIN_EXIT_COOLDOWN_SECONDS, 2_592_000, 691_200),
    spec("pool_draw_day_ppm", Lower, 0, 1_000_000, 500_000),
    spec("quorum", Higher, 2, 8, 3),
    spec("min_groups", Higher, 2, 8, 2),
    spec("source_delay_seconds", Higher, 0, 2_592_000, 172_800),
    spec("guardian_trip_seconds", Higher, 30, 21_600, 21_600),
    spec("fall_vol_ppm", Higher, 0, 1_000_000, 150_000),
    spec("tail_weight_ppm", Higher, 500_000, 1_400_000, 1_000_000),
    spec("cover_ppm", Higher, 250_000, 1_000_000, 500_000),
    spec("expiry_ramp_ppm", Higher, 0, 200_000, 20_000),
    spec("concentration_ppm", Higher, 0, 100_000, 10_000),
    spec("depth_lots", Lower, 100, 1_000_000_000, 10_000),
    spec("normal_spread_ppm", Lower, 100, 100_000, 5_000),
    spec("calm_vol_ppm", Lower, 100_000, 5_000_000, 1_500_000),
    spec("surface_interval_seconds", Higher, 1, 86_400, 60),
    spec("account_delta_limit", Lower, 1_000_000_000_000, MAX_GREEK, 10_000_000_000_000),
    spec("account_gamma_limit", Lower, 100_000_000_000, MAX_GREEK, 1_000_000_000_000),
    spec("account_vega_limit", Lower, 10_000_000_000, MAX_GREEK, 100_000_000_000),
    spec("account_theta_limit", Lower, 10_000_000_000, MAX_GREEK, 100_000_000_000),
    spec("market_delta_limit", Lower, 10_000_000_000_000, MAX_GREEK, 100_000_000_000_000),
    spec("market_gamma_limit", Lower, 1_000_000_000_000, MAX_GREEK, 10_000_000_000_000),
    spec("market_vega_limit", Lower, 100_000_000_000, MAX_GREEK, 1_000_000_000_000),
    spec("market_theta_limit", Lower, 100_000_000_000, MAX_GREEK, 1_000_000_000_000),
    spec("senior_fee_ppm", Higher, 0, 500_000, 200_000),
    spec("pool_requirement_ppm", Higher, 1_000, 500_000, 20_000),
];

/// Least wait of an exit from the pool: longer than the week in which a resigned publisher's bond stays for challenges, so that no
/// provider is gone before what happened in its time can be known.
pub const MIN_EXIT_COOLDOWN_SECONDS: u64 = 608_400;

/// Largest limit of a Greek, quote atoms.
pub const MAX_GREEK: u64 = 1 << 60;

/// A parameter set as stored.
pub type Values = [u64; COUNT];

/// What every new market starts from.
pub const DEFAULTS: Values = defaults();

#[allow(clippy::arithmetic_side_effects, clippy::indexing_slicing)] // const: checked by the compiler
const fn defaults() -> Values {
    let mut out = [0; COUNT];
    let mut i = 0;
    while i < COUNT {
        out[i] = SPECS[i].default;
        i += 1;
    }
    out
}

/// Index of the first value outside its hard bounds.
#[must_use]
pub fn first_out_of_bounds(values: &Values) -> Option<usize> {
    values.iter().zip(SPECS).position(|(v, s)| !(s.min..=s.max).contains(v))
}

/// True when no value moves the less safe way.
#[must_use]
pub fn is_tightening(old: &Values, new: &Values) -> bool {
    old.iter().zip(new).zip(SPECS).all(|((old, new), spec)| match spec.safer {
        Safer::Higher => new >= old,
        Safer::Lower => new <= old,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_lie_inside_their_bounds() {
        assert_eq!(first_out_of_bounds(&DEFAULTS), None);
        for (i, spec) in SPECS.iter().enumerate() {
            assert!(spec.min < spec.max, "{}", spec.name);
            let mut v = DEFAULTS;
            v[i] = spec.max + 1;
            assert_eq!(first_out_of_bounds(&v), Some(i), "{}", spec.name);
            if spec.min > 0 {
                v[i] = spec.min - 1;
                assert_eq!(first_out_of_bounds(&v), Some(i), "{}", spec.name);
            }
        }
    }

    #[test]
    fn exactly_one_direction_tightens_each_parameter() {
        assert!(is_tightening(&DEFAULTS, &DEFAULTS));
        for (i, spec) in SPECS.iter().enumerate() {
            let (mut up, mut down) = (DEFAULTS, DEFAULTS);
            up[i] += 1;
            down[i] = down[i].saturating_sub(1);
            assert_eq!(is_tightening(&DEFAULTS, &up), spec.safer == Safer::Higher, "{}", spec.name);
            let moved = down[i] != DEFAULTS[i];
            assert_eq!(
                is_tightening(&DEFAULTS, &down),
                !moved || spec.safer == Safer::Lower,
                "{}",
                spec.name
            );
        }
    }
}
