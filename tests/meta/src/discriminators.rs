//! The eight bytes that tell accounts, instructions and events apart.

use {
    crate::{
        locks,
        repository::{read, rust_files, structs_after},
    },
    anchor_lang::Discriminator,
    serde_json::{Map, Value},
    std::{collections::BTreeSet, fs},
};

type Named = Vec<(&'static str, &'static [u8])>;

macro_rules! discriminators {
    ($list:ident, $($module:ident)::+ { $($name:ident),+ $(,)? }) => {
        fn $list() -> Named {
            use $($module)::+::{$($name),+};
            vec![$((stringify!($name), <$name as Discriminator>::DISCRIMINATOR)),+]
        }
    };
}

discriminators!(
    accounts,
    bulkhead::state {
        Protocol,
        Market,
        Ledger,
        OracleAggregate,
        PublisherFeed,
        KeeperBond,
        Expiry,
        RiskArray,
        SurfacePanel,
        SurfaceVote,
        OiShard,
        MarginAccount,
        Pool,
        SeniorPool,
        Stake,
        Proposal
    }
);
discriminators!(
    instructions,
    bulkhead::instruction {
        InitProtocol,
        CreateMarket,
        SetParams,
        RegisterSource,
        RemoveSource,
        QuarantineSource,
        RegisterPublisher,
        AddBond,
        PublishPrice,
        PublishSigned,
        ReportEquivocation,
        SlashPublisher,
        ResignPublisher,
        WithdrawBond,
        ClosePublisher,
        RegisterKeeper,
        AddKeeperBond,
        Heartbeat,
        ResignKeeper,
        WithdrawKeeperBond,
        CloseKeeper,
        TakeLease,
        ResolveLease,
        UpdateOracle,
        ListExpiry,
        SetSurface,
        OpenPanel,
        SubmitSurface,
        ApplySurface,
        CloseVote,
        RefreshRisk,
        OpenShard,
        CloseExpiry,
        OpenAccount,
        SetDelegate,
        Deposit,
        Withdraw,
        CloseAccount,
        Trade,
        StartAuction,
        Bid,
        CoverAccount,
        EndAuction,
        OpenStake,
        DepositPool,
        RequestExit,
        ExecuteExit,
        CollectFees,
        TripBreaker,
        ReportFault,
        RecoverBreaker,
        Propose,
        ExecuteProposal,
        CancelProposal,
        ObserveSettlement,
        ProposeSettlement,
        DisputeSettlement,
        FixSettlement,
        SettleAccount,
        ExpireExit,
        InitSenior,
        JoinSenior,
        OpenSeniorStake,
        DepositSenior,
        RequestSeniorExit,
        ExecuteSeniorExit,
        ExpireSeniorExit,
        DrawSenior,
        RepaySenior,
        UpdateRequirement,
        ReturnBond,
        CoverShortfall
    }
);
discriminators!(
    events,
    bulkhead::events {
        ProtocolInitialised,
        MarketCreated,
        ParamsSet,
        SourceRegistered,
        SourceRemoved,
        SourceQuarantined,
        PublisherBonded,
        PublisherSlashed,
        PublisherResigned,
        OracleUpdated,
        ExpiryListed,
        SurfaceSet,
        PanelOpened,
        SurfaceSubmitted,
        SurfaceApplied,
        RiskRefreshed,
        DelegateSet,
        ShardOpened,
        ExpiryClosed,
        AccountOpened,
        AccountClosed,
        Deposited,
        Withdrawn,
        Traded,
        AuctionStarted,
        BidAccepted,
        AccountCovered,
        AuctionEnded,
        PoolDeposited,
        ExitRequested,
        ExitExecuted,
        FeesCollected,
        BreakerTripped,
        BreakerRecovered,
        Proposed,
        ProposalExecuted,
        ProposalCancelled,
        SettlementObserved,
        SettlementProposed,
        SettlementDisputed,
        SettlementFixed,
        AccountSettled,
        ExitExpired,
        SeniorCreated,
        SeniorJoined,
        SeniorDrawn,
        SeniorRepaid,
        RequirementUpdated,
        BondReturned,
        ShortfallCovered,
        KeeperBonded,
        KeeperResigned,
        BondWithdrawn,
        LeaseTaken,
        LeaseResolved
    }
);

/// `close_account` as `CloseAccount`.
fn camel(name: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    name.split('_').map(capital).collect()
}

fn declared_accounts() -> BTreeSet<String> {
    let sources = rust_files("programs/bulkhead/src/state");
    let text = |path: &std::path::PathBuf| fs::read_to_string(path).expect("a readable source");
    sources.iter().flat_map(|path| structs_after(&text(path), |a| a == "#[account]")).collect()
}

fn declared_instructions() -> BTreeSet<String> {
    let source = read("programs/bulkhead/src/lib.rs");
    let names = source.lines().filter_map(|l| l.trim().strip_prefix("pub fn ")?.split_once("(ctx"));
    names.map(|(name, _)| camel(name)).collect()
}

fn declared_events() -> BTreeSet<String> {
    structs_after(&read("programs/bulkhead/src/events.rs"), |a| a.starts_with("#[event"))
        .into_iter()
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[test]
fn discriminators_are_locked() {
    let mut found = Map::new();
    for (kind, list, declared) in [
        ("accounts", accounts(), declared_accounts()),
        ("instructions", instructions(), declared_instructions()),
        ("events", events(), declared_events()),
    ] {
        let names: BTreeSet<String> = list.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(names, declared, "every one of the {kind} is listed");
        let distinct: BTreeSet<&[u8]> = list.iter().map(|(_, bytes)| *bytes).collect();
        assert_eq!(distinct.len(), list.len(), "two of the {kind} share a discriminator");
        let named = list.into_iter().map(|(name, bytes)| (name.to_owned(), hex(bytes).into()));
        found.insert(kind.to_owned(), Value::Object(named.collect()));
    }
    locks::check("discriminators.json", &Value::Object(found));
}
