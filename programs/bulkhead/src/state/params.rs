//! A market's parameters as stored: one named word each, in the order of `bulkhead_risk::params::SPECS`.

use {
    crate::error::BulkheadError,
    anchor_lang::prelude::*,
    bulkhead_risk::{
        greek_limits::GreekLimits,
        liquidation::Terms,
        oracle::{Limits, Terms as MarkTerms},
        params::{first_out_of_bounds, is_tightening, Values, DEFAULTS},
        scenario::Shocks,
    },
    bytemuck::{Pod, Zeroable},
};

/// Bounds, safer directions and defaults: `bulkhead_risk::params::SPECS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType, AnchorSerialize, AnchorDeserialize)]
#[repr(C)]
pub struct MarketParams {
    /// Open interest allowed per series, lots.
    pub series_oi_cap_lots: u64,
    /// Outflow always allowed per hour, quote atoms.
    pub outflow_floor_atoms: u64,
    /// Outflow allowed per hour as a share of the vault's claims.
    pub outflow_hour_ppm: u64,
    /// Largest core move of the scenario grid.
    pub scenario_range_ppm: u64,
    pub vol_up_ppm: u64,
    pub vol_down_ppm: u64,
    /// Least margin per unit of short notional.
    pub short_minimum_ppm: u64,
    /// Maintenance as a share of the base requirement.
    pub maintenance_ppm: u64,
    /// Reward of a liquidator, share of the maintenance taken.
    pub liquidation_discount_ppm: u64,
    /// Fee to the pool, share of the maintenance taken.
    pub liquidation_fee_ppm: u64,
    /// Surplus over maintenance at which liquidation stops.
    pub liquidation_buffer_ppm: u64,
    /// Fee per side, share of the forward notional.
    pub trade_fee_ppm: u64,
    /// Distance from the mark at which a trade is refused.
    pub price_band_ppm: u64,
    /// Move of the mark that makes a risk array stale.
    pub max_price_move_ppm: u64,
    pub max_source_age_seconds: u64,
    pub max_mark_age_seconds: u64,
    pub max_array_age_seconds: u64,
    pub max_confidence_ppm: u64,
    /// Distance from the median at which a source is left out.
    pub outlier_ppm: u64,
    /// Relative move of a volatility in one update.
    pub max_vol_step_ppm: u64,
    /// Speed limit of the stable price.
    pub stable_speed_ppm_per_minute: u64,
    /// Length of a settlement bucket.
    pub bucket_seconds: u64,
    /// Rounds for which a quorum must hold after an outage before the mark is relied on again, and that prove recovery of the
    /// oracle.
    pub recovery_rounds: u64,
    /// Least time a fault's level stays in force.
    pub min_dwell_seconds: u64,
    /// Wait between asking to leave the pool and leaving.
    pub exit_cooldown_seconds: u64,
    /// Share of the pool that losses may draw per day.
    pub pool_draw_day_ppm: u64,
    /// Sources that must agree.
    pub quorum: u64,
    /// Independent groups among them.
    pub min_groups: u64,
    /// Wait before a source added to a market with listed expiries counts.
    pub source_delay_seconds: u64,
    /// Length of a guardian's trip of this market.
    pub guardian_trip_seconds: u64,
    /// Further rise of volatility in scenarios in which the forward falls.
    pub fall_vol_ppm: u64,
    /// Multiple of the weights of the tail scenarios.
    pub tail_weight_ppm: u64,
    /// Share of the requirement of nearer expiries that cash must cover.
    pub cover_ppm: u64,
    /// Charge per unit of short notional at the moment of expiry; it rises from nothing over the last day.
    pub expiry_ramp_ppm: u64,
    /// Share of the forward by which closing `depth_lots` moves the price.
    pub concentration_ppm: u64,
    /// Lots that the book takes at that impact.
    pub depth_lots: u64,
    /// Half-spread, share of the forward, up to which nothing is charged.
    pub normal_spread_ppm: u64,
    /// Realised volatility up to which the regime is calm.
    pub calm_vol_ppm: u64,
    /// Time in which a surface may make its whole step.
    pub surface_interval_seconds: u64,
    /// Largest net Greeks of an account, quote atoms.
    pub account_delta_limit: u64,
    pub account_gamma_limit: u64,
    pub account_vega_limit: u64,
    pub account_theta_limit: u64,
    /// Largest Greeks of the open interest, quote atoms.
    pub market_delta_limit: u64,
    pub market_gamma_limit: u64,
    pub market_vega_limit: u64,
    pub market_theta_limit: u64,
    /// Share of collected fees that is the senior pool's, where one stands behind the market.
    pub senior_fee_ppm: u64,
    /// Pool that a market needs, share of what changes hands in its worst scenario.
    pub pool_requirement_ppm: u64,
}

impl MarketParams {
    /// What a new market starts from.
    #[must_use]
    pub fn defaults() -> Self {
        bytemuck::cast(DEFAULTS)
    }

    #[must_use]
    pub fn values(&self) -> &Values {
        bytemuck::cast_ref(self)
    }

    /// # Errors
    /// [`BulkheadError::ParameterOutOfBounds`].
    pub fn check_bounds(&self) -> Result<()> {
        require!(first_out_of_bounds(self.values()).is_none(), BulkheadError::ParameterOutOfBounds);
        Ok(())
    }

    #[must_use]
    pub fn tightens(&self, old: &Self) -> bool {
        is_tightening(old.values(), self.values())
    }

    #[must_use]
    pub fn shocks(&self) -> Shocks {
        Shocks {
            range_ppm: self.scenario_range_ppm,
            vol_up_ppm: self.vol_up_ppm,
            vol_down_ppm: self.vol_down_ppm,
            fall_vol_ppm: self.fall_vol_ppm,
            tail_weight_ppm: self.tail_weight_ppm,
        }
    }

    /// Whether rows of risk arrays differ by the other parameters.
    #[must_use]
    pub fn rows_differ(&self, other: &Self) -> bool {
        let depth = |p: &Self| (p.concentration_ppm, p.depth_lots);
        self.shocks() != other.shocks() || depth(self) != depth(other)
    }

    /// Whether maintenance, cover or limits of accounts differ by the other parameters.
    #[must_use]
    pub fn margin_differs(&self, other: &Self) -> bool {
        let charges = |p: &Self| (p.short_minimum_ppm, p.maintenance_ppm, p.cover_ppm, p.expiry_ramp_ppm);
        self.rows_differ(other)
            || charges(self) != charges(other)
            || self.account_limits() != other.account_limits()
    }

    #[must_use]
    pub fn oracle_limits(&self) -> Limits {
        Limits {
            max_age_seconds: seconds(self.max_source_age_seconds),
            max_confidence_ppm: self.max_confidence_ppm,
            outlier_ppm: self.outlier_ppm,
            quorum: self.quorum,
            min_groups: self.min_groups,
            removed: 0,
        }
    }

    #[must_use]
    pub fn mark_terms(&self) -> MarkTerms {
        MarkTerms {
            max_mark_age_seconds: seconds(self.max_mark_age_seconds),
            resume_rounds: self.recovery_rounds,
            stable_speed_ppm_per_minute: self.stable_speed_ppm_per_minute,
            bucket_seconds: self.bucket_seconds,
        }
    }

    #[must_use]
    pub fn liquidation_terms(&self) -> Terms {
        Terms {
            discount_ppm: self.liquidation_discount_ppm,
            first_ppm: self.liquidation_discount_ppm,
            fee_ppm: self.liquidation_fee_ppm,
            buffer_ppm: self.liquidation_buffer_ppm,
        }
    }

    /// Limits of one account in a calm market.
    #[must_use]
    pub fn account_limits(&self) -> GreekLimits {
        GreekLimits {
            delta: self.account_delta_limit,
            gamma: self.account_gamma_limit,
            vega: self.account_vega_limit,
            theta: self.account_theta_limit,
        }
    }

    /// Limits of the open interest in a calm market.
    #[must_use]
    pub fn market_limits(&self) -> GreekLimits {
        GreekLimits {
            delta: self.market_delta_limit,
            gamma: self.market_gamma_limit,
            vega: self.market_vega_limit,
            theta: self.market_theta_limit,
        }
    }
}

/// A bounded number of seconds as a signed time difference.
#[must_use]
pub fn seconds(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
