//! What the planner decides by, beside the chain: whose keeper it is, what it does and within which limits.

use {
    crate::role::{Role, DEFAULT_ROLES},
    anyhow::{ensure, Result},
    bulkhead_risk::scenario::PPM,
    bulkhead_sdk::pda,
    serde::Deserialize,
    solana_address::Address,
    std::collections::BTreeSet,
};

#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    pub market: Address,
    /// The keeper's key: pays the fees and signs for `account`.
    pub authority: Address,
    /// The margin account that takes over liquidated positions.
    pub account: Address,
    /// The keeper's token account that pays bonds of settlement prices.
    pub wallet: Option<Address>,
    pub roles: BTreeSet<Role>,
    pub limits: Limits,
}

impl Config {
    /// The default roles within the default limits, with the margin account `sub_id` of `authority`.
    #[must_use]
    pub fn new(market_id: u16, authority: Address, sub_id: u8) -> Self {
        let market = pda::market(market_id);
        Self {
            market,
            authority,
            account: pda::margin_account(&market, &authority, sub_id),
            wallet: None,
            roles: DEFAULT_ROLES.into(),
            limits: Limits::default(),
        }
    }
}

/// How eager the keeper is, and how much it does at a time.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limits {
    /// Least time between two oracle rounds, seconds.
    pub oracle_interval_seconds: i64,
    /// Share of the allowed age at which a risk array is refreshed, parts per million.
    pub array_age_ppm: u64,
    /// Share of the allowed move of the mark at which a risk array is refreshed, parts per million.
    pub array_move_ppm: u64,
    /// Liquidations in one plan.
    pub max_liquidations: usize,
    /// Largest share of an account that one liquidation takes, parts per million.
    pub max_share_ppm: u64,
    /// Smallest share worth a transaction, parts per million.
    pub min_share_ppm: u64,
    /// Least gain of a liquidation at the marks, quote atoms.
    pub min_profit_atoms: i64,
    /// How far a liquidation's payment may fall short of the planned one, parts per million.
    pub payment_slack_ppm: u64,
    /// Account settlements in one plan.
    pub max_settlements: usize,
    /// Fees of a shard worth sweeping, quote atoms.
    pub min_fee_atoms: u64,
    /// What is worth bringing to the senior pool, quote atoms.
    pub min_repay_atoms: u64,
    /// How far the pool's required size may be off before it is measured anew, parts per million.
    pub requirement_drift_ppm: u64,
    /// How far from the reference somebody's proposed settlement price may lie undisputed, parts per million.
    pub dispute_tolerance_ppm: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            oracle_interval_seconds: 1,
            array_age_ppm: 500_000,
            array_move_ppm: 500_000,
            max_liquidations: 8,
            max_share_ppm: PPM,
            min_share_ppm: 10_000,
            min_profit_atoms: 0,
            payment_slack_ppm: 20_000,
            max_settlements: 64,
            min_fee_atoms: 1,
            min_repay_atoms: 1_000_000,
            requirement_drift_ppm: 50_000,
            dispute_tolerance_ppm: 5_000,
        }
    }
}

impl Limits {
    /// # Errors
    /// The first limit that makes no sense.
    pub fn validate(&self) -> Result<()> {
        let shares = 1..=PPM;
        ensure!(self.oracle_interval_seconds >= 1, "oracle-interval-seconds must be at least 1");
        ensure!(self.array_age_ppm <= PPM, "array-age-ppm must be at most 1,000,000");
        ensure!(self.array_move_ppm <= PPM, "array-move-ppm must be at most 1,000,000");
        ensure!(
            self.max_liquidations >= 1,
            "max-liquidations must be at least 1; leave the role out instead"
        );
        ensure!(shares.contains(&self.max_share_ppm), "max-share-ppm must be 1 to 1,000,000");
        ensure!(shares.contains(&self.min_share_ppm), "min-share-ppm must be 1 to 1,000,000");
        ensure!(self.payment_slack_ppm <= PPM, "payment-slack-ppm must be at most 1,000,000");
        ensure!(self.max_settlements >= 1, "max-settlements must be at least 1; leave the role out instead");
        ensure!(self.min_fee_atoms >= 1, "min-fee-atoms must be at least 1");
        ensure!(self.min_repay_atoms >= 1, "min-repay-atoms must be at least 1");
        ensure!(self.requirement_drift_ppm <= PPM, "requirement-drift-ppm must be at most 1,000,000");
        ensure!(self.dispute_tolerance_ppm <= PPM, "dispute-tolerance-ppm must be at most 1,000,000");
        Ok(())
    }
}
