//! The errors that each instruction may meet in a sequence. Any other is a finding.

use bulkhead_sdk::bulkhead::error::BulkheadError::{self, *};

/// The token program's answer to a wallet that holds too little.
pub const INSUFFICIENT_FUNDS: u32 = 1;

#[must_use]
pub fn allowed(call: &str) -> &'static [BulkheadError] {
    match call {
        "deposit" => &[ZeroAmount, PoolRequired],
        "withdraw" => &[
            ZeroAmount,
            CollateralEncumbered,
            OutflowLimited,
            NoMark,
            StaleRiskArray,
            RefreshUnfinished,
            NoOracleQuorum,
        ],
        "trade" => &[
            ActionClosed,
            NoOracleQuorum,
            StaleRiskArray,
            BelowInitialMargin,
            InsufficientCollateral,
            PriceOutOfBand,
            OpenInterestCap,
            Expired,
            NoMark,
            HealthWorsened,
            InvalidSize,
            UnknownSeries,
            OffTick,
            TooManyLegs,
            RefreshUnfinished,
            SurfaceTooOld,
        ],
        "liquidate" => &[
            ActionClosed,
            NoOracleQuorum,
            StaleRiskArray,
            NotLiquidatable,
            SettleFirst,
            BelowInitialMargin,
            PoolRequired,
            InsufficientCollateral,
            HealthWorsened,
            InvalidSize,
            TooManyLegs,
            PaymentTooSmall,
            InvalidShare,
            RefreshUnfinished,
        ],
        "update_oracle" => &[AlreadyUpdated],
        "refresh_risk" => &[NoOracleQuorum, NoMark, ZeroAmount, RefreshWhole],
        "fix_settlement" => &[NotFixable, AlreadyFixed],
        "settle_account" => &[NotFixed],
        "close_expiry" => &[ExpiryNotEmpty],
        "list_expiry" => &[ActionClosed, TooManyExpiries, InvalidExpiry, NotGovernor],
        "set_surface" => &[
            Expired,
            NoOracleQuorum,
            VolStepTooLarge,
            NotSurfaceAuthority,
            SurfaceFallsInTime,
            RefreshUnfinished,
        ],
        "deposit_pool" => &[ZeroAmount, ActionClosed, DepositTooSmall],
        "request_exit" => &[ZeroAmount, NotEnoughShares],
        "execute_exit" => &[NoExitRequested, ExitCoolingDown, ExitLapsed, PoolEncumbered, OutflowLimited],
        "trip_breaker" => &[NotGuardian, NotTightening, TooManyTrips],
        "report_fault" => &[FaultNotProven, FaultAlreadyReported, StaleRiskArray],
        "recover_breaker" => &[RecoveryNotProven, ShardAccountsMismatch],
        "set_params" => &[NotGovernor, LooseningNeedsTimelock],
        "propose" => &[NotGovernor],
        "execute_proposal" => &[TimelockRunning, ProposalLapsed, ProposalStale],
        "cancel_proposal" => &[NotGuardian],
        "close_account" => &[AccountNotEmpty],
        _ => &[],
    }
}
