//! Every way the program refuses, in numbered blocks. Each message names the rule and what would satisfy it.

use {
    anchor_lang::prelude::*,
    bulkhead_risk::{math_error::MathError, oracle::Reason, surface::SurfaceFault, svi::SviFault},
};

#[error_code]
pub enum BulkheadError {
    // 6000 access
    #[msg("only the program's upgrade authority may initialise the protocol; sign with it")]
    NotUpgradeAuthority = 0,
    #[msg("only the governor may do this; sign with the governor's key")]
    NotGovernor = 1,
    #[msg("only a guardian may do this; sign with a guardian's key")]
    NotGuardian = 2,
    #[msg("only the account's owner or delegate may do this; sign with one of them")]
    NotAccountAuthority = 3,
    #[msg("only the market's surface authority may do this; sign with it")]
    NotSurfaceAuthority = 4,
    #[msg(
        "this action is closed at the breaker level in force; deposit, reduce, withdraw and settle stay open"
    )]
    ActionClosed = 5,
    #[msg("a protocol needs one to five distinct guardians; pass such a list")]
    InvalidGuardians = 6,
    #[msg("only the owner may do this; sign with the owner's key")]
    NotOwner = 7,

    // 6100 accounts
    #[msg("the account belongs to another market; pass the accounts of one market")]
    WrongMarket = 100,
    #[msg("a risk array that this account's legs need is missing; append one for every expiry held")]
    MissingRiskArray = 101,
    #[msg("an appended account is not a risk array of this market, or appears twice; append each needed one once")]
    UnexpectedAccount = 102,
    #[msg("the source accounts must be exactly the registered ones, in order; pass them all")]
    SourceAccountsMismatch = 103,
    #[msg("every open-interest shard must be passed once, in order of index")]
    ShardAccountsMismatch = 104,
    #[msg("the account has legs, claims, bonds, debt, collateral or an unresolved lease left; empty it before closing it")]
    AccountNotEmpty = 105,
    #[msg("the account holds 32 legs already; close one first")]
    TooManyLegs = 106,
    #[msg("the account's collateral does not cover this payment; deposit more")]
    InsufficientCollateral = 107,
    #[msg("the amount must be greater than zero")]
    ZeroAmount = 108,
    #[msg("the quote mint is not supported: 6 to 9 decimals and no extension but metadata")]
    UnsupportedMint = 110,
    #[msg("the vault received another amount than was sent; use a plain token account of the quote mint")]
    TransferMismatch = 111,
    #[msg("the wallet is no token account of the market's quote mint; pass one that the quote mint's program owns")]
    NotQuoteAccount = 113,

    // 6200 oracle
    #[msg("the market has eight sources already")]
    TooManySources = 200,
    #[msg("the source is registered already, or its kind or group is unknown; register a new one")]
    InvalidSource = 201,
    #[msg("no fresh quorum of sources stands behind the mark; update the oracle with live sources")]
    NoOracleQuorum = 202,
    #[msg("the mark was updated in this second already; wait for the next")]
    AlreadyUpdated = 203,
    #[msg("a published price must be positive, newer than the last and not from the future")]
    InvalidPublication = 204,
    #[msg("the bond is below 1,000 units of the quote token for a publisher or 5,000 for a keeper, or too much of it was slashed; post more")]
    BondTooSmall = 205,
    #[msg("the bond is still held; wait until seven days after the resignation, and withdraw all of it before closing")]
    BondLocked = 206,
    #[msg("the volatility lies outside 5 % to 1,000 %; submit one inside")]
    VolOutOfDomain = 207,
    #[msg("the volatility moves faster than the market's step within its interval; approach it in steps")]
    VolStepTooLarge = 208,
    #[msg("the surface admits a vertical spread arbitrage; submit call prices that fall with the strike")]
    SurfaceNotMonotone = 209,
    #[msg("the surface admits a butterfly arbitrage; submit call prices that are convex in the strike")]
    SurfaceNotConvex = 210,
    #[msg("submit one volatility per strike or one SVI slice, and one call price per strike or none")]
    VolCountMismatch = 211,
    #[msg("the basis exceeds 20 % of the mark; submit a smaller one")]
    BasisTooLarge = 212,
    #[msg("total variance would fall from one expiry to a later one; submit less for the earlier or more for the later")]
    SurfaceFallsInTime = 213,
    #[msg("every other live expiry of the market must be passed once, in the order of their slots")]
    ExpiryAccountsMismatch = 214,
    #[msg("the forward moves faster than the market's step for prices; approach it in steps")]
    BasisStepTooLarge = 215,
    #[msg("the SVI slice is malformed, too steep or negative somewhere; submit 0 <= b(1+|rho|) < 2 and a floor above zero")]
    InvalidSvi = 216,
    #[msg("a volatility does not explain the price given for it within the half-spread; solve for it again")]
    PriceNotExplained = 217,
    #[msg("the quoted half-spread exceeds 20 % of the forward; submit narrower quotes or none")]
    SpreadTooWide = 218,
    #[msg("the mark is too old for this; update the oracle in the same transaction")]
    MarkTooOld = 219,
    #[msg("the sources are too uncertain or too divided for this; update the oracle once they agree")]
    MarkTooUncertain = 220,
    #[msg("the price moved far and too few sources agree yet; update the oracle again in some seconds")]
    MoveUnconfirmed = 221,
    #[msg(
        "the sources are just back from an outage; update the oracle until they have agreed for some rounds"
    )]
    OracleResuming = 222,
    #[msg("the market has listed expiries before; propose the source and wait for the timelock")]
    SourceNeedsTimelock = 223,
    #[msg("no such source is registered; name the account of one that is")]
    UnknownSource = 224,
    #[msg("the sources left to vote would be no quorum: too few, no majority or of too few groups; trip the breaker, or remove the source")]
    TooFewVoters = 225,
    #[msg(
        "a panel needs one to five distinct members and a quorum of more than half of them; pass such a list"
    )]
    InvalidPanel = 226,
    #[msg("only a member of the panel may submit a surface to it; sign with a member's key")]
    NotPanelMember = 227,
    #[msg("the market's surfaces do not come from this panel; pass the one that is its surface authority")]
    PanelNotInForce = 228,
    #[msg(
        "the votes of all members of the panel on this expiry must be passed, in the order of the members"
    )]
    VoteAccountsMismatch = 229,
    #[msg("fewer members than the quorum have voted within the last ten minutes; wait for more votes")]
    TooFewVotes = 230,
    #[msg("the member has voted in this second already; submit again in the next")]
    VoteNotNewer = 231,
    #[msg("the votes say nothing new; wait for a newer vote, or for the next second if the surface is still on its way")]
    SurfaceUnchanged = 232,
    #[msg("the vote still counts; close it once it is more than ten minutes old")]
    VoteInForce = 233,
    #[msg("risk may not be added on a surface older than an hour; wait for the surface authority to renew it, or reduce")]
    SurfaceTooOld = 234,
    #[msg(
        "the instruction before must be the Ed25519 program's, with signatures, keys and messages of its own"
    )]
    InvalidSignatures = 240,
    #[msg(
        "the two messages do not contradict each other; show two of one publisher for one slot that differ"
    )]
    NotEquivocation = 241,
    #[msg("the publisher owes nothing by rule; wait for a strike or a missed round")]
    NothingToSlash = 242,
    #[msg("the publisher has resigned or equivocated; register another")]
    PublisherClosed = 243,
    #[msg("strikes or missed rounds are not paid for yet; slash the publisher first")]
    SlashDue = 244,
    #[msg("pass the feed of each signature's publisher once, in the order of the signatures")]
    FeedAccountsMismatch = 245,
    #[msg("the auction was confirmed within the last ten live seconds; bid in it, or confirm it later")]
    AuctionOpen = 250,
    #[msg("no auction of the account is open; start one")]
    NoAuction = 251,
    #[msg("the account is in another auction by now; name the number of the open one")]
    AuctionChanged = 252,
    #[msg("nobody attended the auction for five live minutes; start it anew")]
    AuctionLapsed = 253,
    #[msg("the two accounts share an owner, a delegate or the signer; bid with an account of somebody else")]
    OwnAuction = 254,
    #[msg("the bid takes more of the leg than restores the account's buffer; bid for fewer lots")]
    BeyondPlan = 255,
    #[msg("the account has no leg in that series; name one that it holds, or 0xFFFFFFFF for the whole book")]
    NoSuchLeg = 256,
    #[msg("the scenario does not exist; name one of 0 to 32")]
    UnknownScenario = 257,
    #[msg("the account is still open to liquidation; bid, or end the auction once it is cured")]
    AuctionGoesOn = 258,
    #[msg("the account is solvent, or its cash pays for what its legs owe; bid for it")]
    NotInsolvent = 259,
    #[msg("the pool may lend nothing more now; wait until it may")]
    PoolExhausted = 260,
    #[msg("after an outage, a closure or a change of parameters an account must be due by the old view, too; wait for the end of its grace")]
    InGrace = 261,
    #[msg(
        "parameters of the rows have changed; append expiries instead of risk arrays until the grace is over"
    )]
    GraceNeedsExpiries = 262,

    #[msg("the buckets before the expiry may still change; wait for it, then update the oracle or let its mark grow too old")]
    NotObservable = 265,
    #[msg("what the buckets say was taken down already; fix the settlement by it")]
    AlreadyObserved = 266,
    #[msg("a price may be proposed from 60 to 240 buckets after the expiry where the buckets do not serve; fix the settlement, or wait")]
    ProposalsClosed = 267,
    #[msg("a price is proposed already; dispute it with another one, or wait")]
    AlreadyProposed = 268,
    #[msg("the price lies more than 20 % from the reference; name one within")]
    PriceBeyondBand = 269,
    #[msg("no price is proposed for this expiry; propose one")]
    NothingProposed = 270,
    #[msg("the proposal is disputed already or its 120 buckets are over; fix the settlement")]
    DisputeClosed = 271,
    #[msg("a dispute names another price than the proposal; name the one that is right")]
    SamePrice = 272,
    #[msg("the account has no bond in this expiry; pass the one that its bond returns to")]
    NoBond = 273,
    #[msg("short lots of the expiry are not met yet; settle the accounts that hold them first")]
    NotCollected = 274,
    #[msg("nothing is missing, or the time for recovery is over; settle the winners")]
    NothingToCover = 275,
    #[msg("a loss of a market is not covered yet; wait until it is, at most three days after it arose")]
    ExitsHeld = 280,
    #[msg("this hour's share of the exit is taken; come back in the next hour")]
    ExitShareTaken = 281,
    #[msg(
        "the exit has not lapsed; expire one that was not carried out within seven days after it unlocked"
    )]
    ExitNotLapsed = 282,
    #[msg("the account belongs to another fund; pass those of the senior pool of the market's quote mint")]
    WrongSenior = 283,
    #[msg("the market has joined a senior pool already, or the pool has 32 markets; join another")]
    AlreadyJoined = 284,
    #[msg("no senior pool stands behind the market; the governor may let it join one")]
    NotJoined = 285,
    #[msg("the market joined lately; it may draw on the senior pool sixteen days after it joined")]
    SeniorNoticeRunning = 286,
    #[msg("no loss waits for more than the market's own pool may still draw; cover it from there")]
    NothingUnmet = 287,
    #[msg("the senior pool's cap for this market or for all markets is used up; draw again as the day's caps refill")]
    SeniorCapReached = 288,
    #[msg("the market holds nothing of the senior pool's now; repay once fees, recoveries or its daily limit allow it")]
    NothingToRepay = 289,
    #[msg("the pool of every market behind which the senior pool stands must be passed once, in the order they joined")]
    PoolAccountsMismatch = 290,
    #[msg("a senior pool stands behind the market; pass it")]
    SeniorRequired = 291,
    #[msg("the requirement needs the whole book; append all shards, then the fresh risk array of every live expiry")]
    RequirementIncomplete = 292,
    #[msg(
        "the pool is too small for more open interest; deposit to it and update the requirement, or reduce"
    )]
    PoolBelowRequirement = 293,

    // 6300 margin and trading
    #[msg("a risk array is stale; refresh it in the same transaction")]
    StaleRiskArray = 300,
    #[msg("the account would lack initial margin or cash for its nearer expiries; deposit, or trade less")]
    BelowInitialMargin = 301,
    #[msg("an account below maintenance may only improve its health; trade nearer the mark")]
    HealthWorsened = 302,
    #[msg("the price lies outside the band around the mark; trade nearer the mark")]
    PriceOutOfBand = 303,
    #[msg("the price is not a positive multiple of the tick; round it to one")]
    OffTick = 304,
    #[msg("the size is zero or beyond what a leg may hold; use 1 to 1,048,576 lots")]
    InvalidSize = 305,
    #[msg("the open-interest cap of this shard is reached; use another shard or trade less")]
    OpenInterestCap = 306,
    #[msg("the series does not exist; use a listed strike and kind 0 (call) or 1 (put)")]
    UnknownSeries = 307,
    #[msg("the expiry has passed; it can only settle")]
    Expired = 308,
    #[msg("the series has no mark yet; set its surface and refresh its risk array")]
    NoMark = 309,
    #[msg("a risk row exceeds what the margin arithmetic is proven for; use smaller lots or lower strikes")]
    RowTooLarge = 310,
    #[msg("a refresh of the risk array is under way; finish it with refresh_risk in the same transaction")]
    RefreshUnfinished = 311,
    #[msg(
        "the account's net delta would exceed its limit in this regime; trade less or hedge the underlying"
    )]
    DeltaLimit = 312,
    #[msg("the account's net gamma would exceed its limit in this regime; trade less or offset it")]
    GammaLimit = 313,
    #[msg("the account's net vega would exceed its limit in this regime; trade less or offset it")]
    VegaLimit = 314,
    #[msg("the account's net theta would exceed its limit in this regime; trade less or offset it")]
    ThetaLimit = 315,
    #[msg("open interest in this expiry would exceed the market's limits of Greeks; trade less or use another shard")]
    MarketGreekLimit = 316,
    #[msg("the risk array is fresh; refresh all of its strikes at once or wait until it is stale")]
    RefreshWhole = 317,

    // 6400 liquidation
    #[msg("the account holds its maintenance margin, cash for its nearer expiries and limits of Greeks; bid for one that does not")]
    NotLiquidatable = 400,
    #[msg("what an expired leg comes to is not known yet; observe its settlement and refresh its risk array first")]
    SettleFirst = 401,
    #[msg("the liquidator would receive less than it asked for; lower the minimum or wait for the pool")]
    PaymentTooSmall = 402,
    #[msg("the pool account is needed because the account cannot pay; pass it")]
    PoolRequired = 403,
    #[msg("the share must be 1 to 1,000,000 parts per million")]
    InvalidShare = 404,
    // keepers: 410
    #[msg("the keeper has resigned; register again once its bond is paid back and its account closed")]
    KeeperClosed = 410,
    #[msg("the keeper gave no sign of life in the last 150 slots; send a heartbeat first")]
    KeeperNotSeen = 411,
    #[msg("the keeper has eight leases open; do the jobs and resolve them first")]
    TooManyLeases = 412,
    #[msg("another keeper leased this auction; bid once the slot that its lease in the account names has passed")]
    Leased = 413,
    #[msg("this auction was leased already, and is once only; bid without a lease")]
    LeasedBefore = 414,
    #[msg("an earlier lease of this account is not resolved; resolve it first")]
    LeaseUnresolved = 415,
    #[msg("the account has no lease of this keeper to resolve; each lease is resolved once")]
    NoLease = 416,
    #[msg("the lease is running and nothing excuses it; bid, or wait for its end")]
    LeaseRunning = 417,
    #[msg("the keeper has leases that are not resolved; resolve them before the bond leaves")]
    LeasesOpen = 418,

    // 6500 pool and outflow
    #[msg("the amount buys too few shares; deposit more")]
    DepositTooSmall = 500,
    #[msg("the stake holds fewer free shares than that; request less")]
    NotEnoughShares = 501,
    #[msg("the exit is still cooling down; wait until its unlock time")]
    ExitCoolingDown = 502,
    #[msg("no exit of so many shares was requested; request one first")]
    NoExitRequested = 503,
    #[msg("the outflow limit of this hour is used up; withdraw less or wait")]
    OutflowLimited = 504,
    #[msg("the collateral is needed as margin; withdraw less or close positions")]
    CollateralEncumbered = 505,
    #[msg("an expiry of the market awaits its price or its settlement, which the pool may owe; wait until it is settled")]
    PoolEncumbered = 506,
    #[msg("the exit was not carried out in time and has lapsed; request it again")]
    ExitLapsed = 507,

    // 6600 expiry and settlement
    #[msg("strikes must be ascending, distinct, positive multiples of the lot size; at least one")]
    InvalidStrikes = 600,
    #[msg("the expiry lies too near or too far; list 30 seconds to 2 years ahead")]
    InvalidExpiry = 601,
    #[msg("the market has eight live expiries already; settle and close one")]
    TooManyExpiries = 602,
    #[msg("the settlement price cannot be fixed yet; wait for the expiry, enough buckets or the end of a proposal")]
    NotFixable = 603,
    #[msg("the settlement price is fixed already; settle accounts by it")]
    AlreadyFixed = 604,
    #[msg("the settlement price is not fixed yet; fix it first")]
    NotFixed = 605,
    #[msg("the expiry still has lots, claims, bonds or money in escrow; settle every account and return the bonds first")]
    ExpiryNotEmpty = 606,

    // 6700 breaker and governance
    #[msg("a guardian may only tighten, up to ReduceOnly; name a level above the one in force")]
    NotTightening = 700,
    #[msg("two guardian trips in a row are the limit; wait one trip's length after the last has ended")]
    TooManyTrips = 701,
    #[msg("the evidence does not prove the fault; report it while it shows in the accounts passed")]
    FaultNotProven = 702,
    #[msg("the fault is in force already; nothing is left to report")]
    FaultAlreadyReported = 703,
    #[msg("recovery is not proven: the dwell time or the healthy rounds are missing")]
    RecoveryNotProven = 704,
    #[msg("a parameter lies outside its hard bounds; choose one inside")]
    ParameterOutOfBounds = 705,
    #[msg("this loosens a parameter; propose it and wait for the timelock")]
    LooseningNeedsTimelock = 706,
    #[msg("the timelock has not passed; wait until the proposal's eta")]
    TimelockRunning = 707,
    #[msg("the proposal has lapsed; propose again")]
    ProposalLapsed = 708,
    #[msg(
        "the proposal was overtaken by a change of roles or parameters, or by a newer trip; propose again"
    )]
    ProposalStale = 709,
    #[msg("the proposal's kind or content is not valid")]
    InvalidProposal = 710,
    #[msg("the market needs 1 to 1,000,000 lots per unit and a positive tick")]
    InvalidMarket = 711,
    #[msg("the market has all its shards already, or the index is not the next")]
    InvalidShard = 712,

    // 6800 arithmetic
    #[msg("a number left the range the arithmetic is proven for; use smaller figures")]
    OutOfRange = 800,
}

impl From<MathError> for BulkheadError {
    fn from(_: MathError) -> Self {
        Self::OutOfRange
    }
}

/// What a mark lacks.
impl From<Reason> for BulkheadError {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Aged => Self::MarkTooOld,
            Reason::TooUncertain | Reason::Divided => Self::MarkTooUncertain,
            Reason::MoveUnconfirmed => Self::MoveUnconfirmed,
            Reason::Resuming => Self::OracleResuming,
            _ => Self::NoOracleQuorum,
        }
    }
}

impl From<SurfaceFault> for BulkheadError {
    fn from(fault: SurfaceFault) -> Self {
        match fault {
            SurfaceFault::OutOfDomain => Self::VolOutOfDomain,
            SurfaceFault::StepTooLarge => Self::VolStepTooLarge,
            SurfaceFault::NotMonotone => Self::SurfaceNotMonotone,
            SurfaceFault::NotConvex => Self::SurfaceNotConvex,
            SurfaceFault::Calendar => Self::SurfaceFallsInTime,
            SurfaceFault::Math(_) => Self::OutOfRange,
        }
    }
}

impl From<SviFault> for BulkheadError {
    fn from(_: SviFault) -> Self {
        Self::InvalidSvi
    }
}

/// Turns a pure failure into the program's error.
pub fn refuse<E: Into<BulkheadError>>(error: E) -> Error {
    let error: BulkheadError = error.into();
    error.into()
}
