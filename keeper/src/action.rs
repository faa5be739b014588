//! What a keeper may decide to do: one action is one transaction.

use {
    bulkhead_risk::breaker::Cause,
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
    Liquidate {
        #[serde(serialize_with = "as_text")]
        account: Address,
        /// Largest share to take, parts per million.
        share_ppm: u64,
        /// Least net payment to the keeper, quote atoms.
        min_payment: i64,
        /// Expiries of both accounts' legs.
        expiries: Vec<u16>,
        /// The account cannot pay for the slice out of its own collateral.
        with_pool: bool,
        shard: u8,
    },
    /// What the buckets say of an expiry that cannot be fixed yet.
    ObserveSettlement {
        expiry: u16,
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
            Self::Liquidate { account, share_ppm, with_pool, .. } => {
                let pool = if *with_pool { " with the pool" } else { "" };
                write!(f, "liquidate up to {share_ppm} ppm of {account}{pool}")
            }
            Self::ObserveSettlement { expiry } => write!(f, "observe settlement of expiry {expiry}"),
            Self::ReturnBond { expiry, account } => write!(f, "return bond of {account} in expiry {expiry}"),
            Self::CoverShortfall { expiry } => write!(f, "cover shortfall of expiry {expiry}"),
            Self::FixSettlement { expiry } => write!(f, "fix settlement of expiry {expiry}"),
            Self::SettleAccount { expiry, account } => write!(f, "settle {account} in expiry {expiry}"),
            Self::CollectFees { shard } => write!(f, "collect fees of shard {shard}"),
            Self::CloseExpiry { expiry } => write!(f, "close expiry {expiry}"),
            Self::SlashPublisher { publisher } => write!(f, "slash publisher {publisher}"),
        }
    }
}

fn as_text<S: Serializer>(value: &Address, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn as_name<S: Serializer>(cause: &Cause, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{cause:?}"))
}
