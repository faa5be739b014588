//! The errors that each instruction may meet in a sequence, and when. Any other is a finding.

use {
    crate::machine::Machine,
    bulkhead_risk::{breaker::Level, oracle::Reliance},
    bulkhead_sdk::{
        accounts::decode,
        bulkhead::{
            error::BulkheadError::{self, *},
            state::{Expiry, Market, Pool, Protocol, RiskArray},
        },
        margin, pda,
    },
    bulkhead_tests::world::{Who, World},
    solana_instruction::Instruction,
};

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
            MarkTooOld,
            MarkTooUncertain,
            MoveUnconfirmed,
            OracleResuming,
        ],
        "trade" => &[
            ActionClosed,
            NoOracleQuorum,
            MarkTooOld,
            MarkTooUncertain,
            MoveUnconfirmed,
            OracleResuming,
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
        "start_auction" | "cover_account" | "end_auction" => &[
            ActionClosed,
            NoOracleQuorum,
            MarkTooOld,
            MarkTooUncertain,
            MoveUnconfirmed,
            OracleResuming,
            StaleRiskArray,
            NoMark,
            RefreshUnfinished,
            NotLiquidatable,
            SettleFirst,
            AuctionOpen,
            NoAuction,
            AuctionLapsed,
            AuctionGoesOn,
            NotInsolvent,
            PoolExhausted,
            InGrace,
            GraceNeedsExpiries,
        ],
        "bid" => &[
            ActionClosed,
            NoOracleQuorum,
            MarkTooOld,
            MarkTooUncertain,
            MoveUnconfirmed,
            OracleResuming,
            StaleRiskArray,
            NotLiquidatable,
            SettleFirst,
            BelowInitialMargin,
            InsufficientCollateral,
            HealthWorsened,
            InvalidSize,
            TooManyLegs,
            PaymentTooSmall,
            InvalidShare,
            RefreshUnfinished,
            NoAuction,
            AuctionLapsed,
            BeyondPlan,
            NoSuchLeg,
            InGrace,
            GraceNeedsExpiries,
            OwnAuction,
            AuctionChanged,
            Leased,
            NoMark,
        ],
        "register_keeper" => &[BondTooSmall],
        "add_keeper_bond" => &[ZeroAmount, KeeperClosed],
        "heartbeat" | "resign_keeper" => &[KeeperClosed],
        "withdraw_keeper_bond" => {
            &[ZeroAmount, BondLocked, LeasesOpen, InsufficientCollateral, OutflowLimited]
        }
        "close_keeper" => &[BondLocked, LeasesOpen],
        "take_lease" => &[
            ActionClosed,
            NoOracleQuorum,
            MarkTooOld,
            MarkTooUncertain,
            MoveUnconfirmed,
            OracleResuming,
            NoMark,
            NoAuction,
            AuctionLapsed,
            OwnAuction,
            KeeperClosed,
            KeeperNotSeen,
            BondTooSmall,
            TooManyLeases,
            LeasedBefore,
            LeaseUnresolved,
        ],
        "resolve_lease" => &[NoLease, LeaseRunning, StaleRiskArray, RefreshUnfinished, GraceNeedsExpiries],
        "update_oracle" => &[AlreadyUpdated],
        "refresh_risk" => &[
            NoOracleQuorum,
            MarkTooOld,
            MarkTooUncertain,
            MoveUnconfirmed,
            OracleResuming,
            NoMark,
            ZeroAmount,
            RefreshWhole,
        ],
        "slash_publisher" => &[NothingToSlash],
        "add_bond" => &[ZeroAmount, PublisherClosed],
        "register_publisher" => &[BondTooSmall],
        "publish_price" => &[InvalidPublication, PublisherClosed],
        "resign_publisher" => &[PublisherClosed],
        "withdraw_bond" => &[ZeroAmount, BondLocked, InsufficientCollateral, OutflowLimited],
        "close_publisher" => &[BondLocked],
        "submit_surface" => &[Expired, VolOutOfDomain, VoteNotNewer],
        "apply_surface" => &[PanelNotInForce],
        "close_vote" => &[VoteInForce],
        "quarantine_source" => &[NotGuardian, TooFewVoters],
        "fix_settlement" => &[NotFixable, NotObservable, AlreadyFixed],
        "observe_settlement" => &[NotObservable, AlreadyObserved],
        "propose_settlement" => {
            &[NotObservable, AlreadyFixed, AlreadyProposed, ProposalsClosed, PriceBeyondBand]
        }
        "dispute_settlement" => &[AlreadyFixed, NothingProposed, DisputeClosed, SamePrice, PriceBeyondBand],
        "return_bond" => &[NotFixed, NoBond],
        "cover_shortfall" => &[NotFixed, NotCollected, NothingToCover],
        "settle_account" => &[NotFixed],
        "close_expiry" => &[ExpiryNotEmpty],
        "list_expiry" => &[ActionClosed, TooManyExpiries, InvalidExpiry, NotGovernor],
        "set_surface" => &[
            Expired,
            NoOracleQuorum,
            MarkTooOld,
            MarkTooUncertain,
            MoveUnconfirmed,
            OracleResuming,
            VolStepTooLarge,
            NotSurfaceAuthority,
            SurfaceFallsInTime,
            RefreshUnfinished,
        ],
        "deposit_pool" => &[ZeroAmount, ActionClosed, DepositTooSmall],
        "request_exit" => &[ZeroAmount, NotEnoughShares],
        "execute_exit" => &[
            NoExitRequested,
            ExitCoolingDown,
            ExitLapsed,
            PoolEncumbered,
            ExitsHeld,
            ExitShareTaken,
            OutflowLimited,
        ],
        "join_senior" => &[NotGovernor, AlreadyJoined],
        "deposit_senior" => &[ZeroAmount, ActionClosed, DepositTooSmall, PoolAccountsMismatch],
        "request_senior_exit" => &[ZeroAmount, NotEnoughShares],
        "execute_senior_exit" => &[
            NoExitRequested,
            ExitCoolingDown,
            ExitLapsed,
            PoolEncumbered,
            ExitsHeld,
            ExitShareTaken,
            OutflowLimited,
            PoolAccountsMismatch,
        ],
        "expire_exit" | "expire_senior_exit" => &[ExitNotLapsed],
        "draw_senior" => &[NotJoined, SeniorNoticeRunning, NothingUnmet, SeniorCapReached],
        "repay_senior" => &[NotJoined, NothingToRepay, OutflowLimited],
        "update_requirement" => &[StaleRiskArray, RefreshUnfinished, RequirementIncomplete, NoMark],
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

/// Whether a call takes tokens out of its sender's wallet.
#[must_use]
pub fn may_lack_funds(call: &str) -> bool {
    matches!(
        call,
        "deposit"
            | "deposit_pool"
            | "add_bond"
            | "register_publisher"
            | "deposit_senior"
            | "register_keeper"
            | "add_keeper_bond"
            | "propose_settlement"
            | "dispute_settlement"
    )
}

/// Whether the state that refused a call, which is still the same, gives it this cause. Causes that are not listed here
/// lie in the call's own numbers.
#[must_use]
pub fn explains(world: &World<Machine>, call: &Instruction, error: BulkheadError) -> bool {
    let market: Market = world.state(&world.market());
    let protocol: Protocol = world.state(&pda::protocol());
    let (now, oracle) = (world.now(), world.oracle());
    let relies = |on: Reliance| oracle.allows(on, &market.params, now).unwrap_or(false);
    let is_signed_by = |who: Who| call.accounts.iter().any(|a| a.is_signer && a.pubkey == world.key(who));
    let expiries = || {
        let named = call.accounts.iter().filter(|a| world.exists(&a.pubkey));
        named.filter_map(|a| decode::<Expiry>(&world.raw(&a.pubkey).data).ok()).collect::<Vec<_>>()
    };
    let pools = || {
        let named = call.accounts.iter().filter(|a| world.exists(&a.pubkey));
        named.filter_map(|a| decode::<Pool>(&world.raw(&a.pubkey).data).ok()).collect::<Vec<_>>()
    };
    match error {
        ActionClosed => margin::level(&protocol, &market, now) != Level::Normal,
        NoMark if world.live().into_iter().any(|id| is_without_marks(world, id)) => true,
        NoMark | NoOracleQuorum | MarkTooOld | MarkTooUncertain | MoveUnconfirmed | OracleResuming => {
            ALL_RELIANCES.into_iter().any(|on| !relies(on))
        }
        TooManyExpiries => market.expiries.iter().all(|id| *id != 0),
        NotGovernor => !is_signed_by(Who::Governor),
        NotGuardian => !is_signed_by(Who::Guardian),
        AlreadyFixed => expiries().iter().any(Expiry::is_fixed),
        NotFixed => expiries().iter().any(|e| !e.is_fixed()),
        Expired => {
            expiries().iter().any(|e| e.expires_at <= now)
                || world.live().iter().any(|id| world.expiry(*id).expires_at <= now)
        }
        ExpiryNotEmpty => {
            expiries().iter().any(|e| !e.is_settled() || e.bonds().iter().any(|bond| bond.is_named()))
        }
        PoolEncumbered | ExitsHeld => pools().iter().any(|pool| pool.require_exits_open(now).is_err()),
        _ => true,
    }
}

/// Nobody set its surface, or nobody computed its array yet.
fn is_without_marks(world: &World<Machine>, id: u16) -> bool {
    let array: RiskArray = world.state(&pda::risk_array(&world.market(), id));
    world.expiry(id).surface_version == 0 || array.as_of == 0
}

const ALL_RELIANCES: [Reliance; 6] = [
    Reliance::AddRisk,
    Reliance::Reduce,
    Reliance::Withdraw,
    Reliance::Liquidate,
    Reliance::SetSurface,
    Reliance::Refresh,
];
