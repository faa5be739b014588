//! What a keeper may decide to do: one action is one transaction.

use {
    bulkhead_risk::{breaker::Cause, rebalance::Reason},
    bulkhead_sdk::bulkhead::quoted_book::WHOLE_BOOK,
    serde::{Serialize, Serializer},
    solana_address::Address,
    std::fmt,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    UpdateOracle,
    RefreshRisk {
        expiry: u16,
    },
    ReportFault {
        #[serde(serialize_with = "as_name")]
        cause: Cause,
        /// The shard that proves a fault of the open interest.
        shard: Option<u8>,
    },
    RecoverBreaker {
        #[serde(serialize_with = "as_name")]
        cause: Cause,
    },
    /// The Greeks of open interest in these expiries are beyond the market's limits.
    ReportOpenGreeks {
        expiries: Vec<u16>,
    },
    /// They are within again, over all live expiries.
    RecoverOpenGreeks {
        expiries: Vec<u16>,
    },
    /// Opens an auction, or keeps the clock of a running one going.
    StartAuction {
        #[serde(serialize_with = "as_text")]
        account: Address,
        /// Expiries of the account's legs.
        expiries: Vec<u16>,
    },
    /// The pool lends what an insolvent account in auction owes.
    CoverAccount {
        #[serde(serialize_with = "as_text")]
        account: Address,
        expiries: Vec<u16>,
    },
    /// Takes a share of a whole book, or of one leg.
    Bid {
        #[serde(serialize_with = "as_text")]
        account: Address,
        auction_id: u64,
        /// Key of the leg's series, or that of the whole book.
        leg: u32,
        /// Largest share to take, parts per million.
        share_ppm: u64,
        /// Why this slice.
        #[serde(serialize_with = "as_name")]
        reason: Reason,
        /// Least net payment to the keeper, quote atoms.
        min_payment: i64,
        /// The scenario to measure the account by.
        scenario: u8,
        /// Expiries of both accounts' legs.
        expiries: Vec<u16>,
        shard: u8,
    },
    /// What the buckets say of an expiry that cannot be fixed yet.
    ObserveSettlement {
        expiry: u16,
    },
    EndAuction {
        #[serde(serialize_with = "as_text")]
        account: Address,
        /// The account owes the pool something, or asked it in vain.
        with_pool: bool,
        expiries: Vec<u16>,
    },
    FixSettlement {
        expiry: u16,
    },
    /// A bond behind a settlement price goes back.
    ReturnBond {
        expiry: u16,
        #[serde(serialize_with = "as_text")]
        account: Address,
    },
    /// A settlement price with the keeper's bond behind it.
    ProposePrice {
        expiry: u16,
        /// Quote atoms per unit.
        price: u64,
    },
    /// The same against a price that somebody proposed.
    DisputePrice {
        expiry: u16,
        price: u64,
    },
    /// The senior pool lends what losses lack.
    DrawSenior,
    /// What the market holds of the senior pool's, or may pay back, goes there.
    RepaySenior,
    /// Measures what the market's pool should hold.
    UpdateRequirement {
        expiries: Vec<u16>,
    },
    /// The pool is asked for what the payers of an expiry could not pay.
    CoverShortfall {
        expiry: u16,
    },
    SettleAccount {
        expiry: u16,
        #[serde(serialize_with = "as_text")]
        account: Address,
    },
    CollectFees {
        shard: u8,
    },
    CloseExpiry {
        expiry: u16,
    },
    /// A publisher pays for strikes and missed rounds; half of it is the keeper's.
    SlashPublisher {
        #[serde(serialize_with = "as_text")]
        publisher: Address,
    },
    /// The keeper shows that it is alive.
    Heartbeat,
    /// The keeper takes an auction for itself for some slots.
    TakeLease {
        #[serde(serialize_with = "as_text")]
        account: Address,
        auction_id: u64,
    },
    /// A lease is over; half of what a missed one costs its keeper is this one's.
    ResolveLease {
        #[serde(serialize_with = "as_text")]
        account: Address,
        #[serde(serialize_with = "as_text")]
        keeper: Address,
        /// Expiries of the account's legs.
        expiries: Vec<u16>,
    },
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UpdateOracle => write!(f, "update oracle"),
            Self::RefreshRisk { expiry } => write!(f, "refresh risk of expiry {expiry}"),
            Self::ReportFault { cause, shard: None } => write!(f, "report fault {cause:?}"),
            Self::ReportFault { cause, shard: Some(shard) } => {
                write!(f, "report fault {cause:?} of shard {shard}")
            }
            Self::RecoverBreaker { cause } => write!(f, "recover from {cause:?}"),
            Self::ReportOpenGreeks { expiries } => write!(f, "report open Greeks of expiries {expiries:?}"),
            Self::RecoverOpenGreeks { .. } => write!(f, "recover from open Greeks"),
            Self::StartAuction { account, .. } => write!(f, "start or confirm the auction of {account}"),
            Self::CoverAccount { account, .. } => write!(f, "cover {account} from the pool"),
            Self::Bid { account, leg: WHOLE_BOOK, share_ppm, reason, .. } => {
                write!(f, "bid for up to {share_ppm} ppm of {account}, {reason:?}")
            }
            Self::ObserveSettlement { expiry } => write!(f, "observe settlement of expiry {expiry}"),
            Self::ReturnBond { expiry, account } => write!(f, "return bond of {account} in expiry {expiry}"),
            Self::ProposePrice { expiry, price } => write!(f, "propose {price} as price of expiry {expiry}"),
            Self::DisputePrice { expiry, price } => {
                write!(f, "dispute the price of expiry {expiry} by {price}")
            }
            Self::DrawSenior => write!(f, "draw on the senior pool"),
            Self::RepaySenior => write!(f, "repay the senior pool"),
            Self::UpdateRequirement { .. } => write!(f, "update the pool's requirement"),
            Self::CoverShortfall { expiry } => write!(f, "cover shortfall of expiry {expiry}"),
            Self::Bid { account, leg, share_ppm, reason, .. } => {
                write!(f, "bid for {share_ppm} ppm of leg {leg:#x} of {account}, {reason:?}")
            }
            Self::EndAuction { account, .. } => write!(f, "end the auction of {account}"),
            Self::FixSettlement { expiry } => write!(f, "fix settlement of expiry {expiry}"),
            Self::SettleAccount { expiry, account } => write!(f, "settle {account} in expiry {expiry}"),
            Self::CollectFees { shard } => write!(f, "collect fees of shard {shard}"),
            Self::CloseExpiry { expiry } => write!(f, "close expiry {expiry}"),
            Self::SlashPublisher { publisher } => write!(f, "slash publisher {publisher}"),
            Self::Heartbeat => write!(f, "heartbeat"),
            Self::TakeLease { account, auction_id } => write!(f, "lease auction {auction_id} of {account}"),
            Self::ResolveLease { account, keeper, .. } => {
                write!(f, "resolve the lease of {account} by keeper {keeper}")
            }
        }
    }
}

fn as_text<S: Serializer>(value: &Address, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn as_name<T: fmt::Debug, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{value:?}"))
}
