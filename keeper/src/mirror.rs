//! A market as the chain shows it: every account that the keeper decides by, decoded.

use {
    crate::{
        chain::{Chain, Now},
        config::Config,
    },
    anyhow::{Context, Result},
    bulkhead_risk::{breaker::Level, oracle::Reliance},
    bulkhead_sdk::{
        accounts::{self, DecodeError},
        bulkhead::{
            constants::VERSION,
            expiry_source::ExpirySource,
            state::{
                Expiry, KeeperBond, Ledger, MarginAccount, Market, OiShard, OracleAggregate, Pool, Protocol,
                PublisherFeed, RiskArray, SeniorPool, Stake,
            },
        },
        margin::{self, Preview},
    },
    solana_address::Address,
    tracing::warn,
};

/// Where every SPL token account holds its balance.
const TOKEN_AMOUNT_AT: usize = 64;

#[derive(Clone)]
pub struct Mirror {
    /// Address of the market.
    pub key: Address,
    pub protocol: Protocol,
    pub market: Market,
    pub ledger: Ledger,
    pub oracle: OracleAggregate,
    pub pool: Pool,
    /// The one that stands behind the market.
    pub senior: Option<SeniorPool>,
    /// Quote atoms in the market's vault.
    pub vault_balance: u64,
    /// Quote atoms in the keeper's wallet, where it has one.
    pub wallet_balance: u64,
    /// By identifier.
    pub expiries: Vec<Expiry>,
    /// By identifier of the expiry.
    pub risk_arrays: Vec<RiskArray>,
    /// By index.
    pub shards: Vec<OiShard>,
    /// By address, as are stakes, feeds and keepers.
    pub accounts: Vec<(Address, MarginAccount)>,
    pub stakes: Vec<(Address, Stake)>,
    pub feeds: Vec<(Address, PublisherFeed)>,
    pub keepers: Vec<(Address, KeeperBond)>,
}

impl Mirror {
    /// Reads a market. Accounts that this version cannot decode are skipped with a warning.
    ///
    /// # Errors
    /// When the chain cannot be reached, or an account that every market has is missing.
    pub fn read(chain: &impl Chain, market: &Address) -> Result<Self> {
        let mut found = Found::default();
        for (key, account) in chain.program_accounts().context("cannot read the program's accounts")? {
            found.place(key, &account.data, market);
        }
        let state =
            found.market.with_context(|| format!("there is no market at {market}; create it first"))?;
        let vault = chain.accounts(&[state.vault]).context("cannot read the vault")?;
        let vault = vault.into_iter().next().flatten().context("the market has no vault")?;
        let pool = found.pool.context("the market has no pool")?;
        let senior = found.seniors.into_iter().find(|(key, _)| *key == pool.senior);
        let mut mirror = Self {
            key: *market,
            protocol: found.protocol.context("the protocol is not initialised")?,
            market: state,
            ledger: found.ledger.context("the market has no ledger")?,
            oracle: found.oracle.context("the market has no oracle")?,
            pool,
            senior: senior.map(|(_, senior)| senior),
            vault_balance: token_amount(&vault.data).context("the vault is not a token account")?,
            wallet_balance: 0,
            expiries: found.expiries,
            risk_arrays: found.risk_arrays,
            shards: found.shards,
            accounts: found.accounts,
            stakes: found.stakes,
            feeds: found.feeds,
            keepers: found.keepers,
        };
        mirror.sort();
        Ok(mirror)
    }

    /// As [`Self::read`], with what the keeper has in its wallet; nothing where there is no such account.
    ///
    /// # Errors
    /// Those of [`Self::read`].
    pub fn read_for(chain: &impl Chain, config: &Config) -> Result<Self> {
        let mut mirror = Self::read(chain, &config.market)?;
        if let Some(wallet) = config.wallet {
            let found = chain.accounts(&[wallet]).context("cannot read the wallet")?;
            let held = found.into_iter().next().flatten().and_then(|account| token_amount(&account.data));
            mirror.wallet_balance = held.unwrap_or(0);
        }
        Ok(mirror)
    }

    /// The order in which nodes list accounts is theirs; plans must not depend on it.
    fn sort(&mut self) {
        self.expiries.sort_by_key(|e| e.id);
        self.risk_arrays.sort_by_key(|a| a.expiry_id);
        self.shards.sort_by_key(|s| s.index);
        self.accounts.sort_by_key(|(key, _)| *key);
        self.stakes.sort_by_key(|(key, _)| *key);
        self.feeds.sort_by_key(|(key, _)| *key);
        self.keepers.sort_by_key(|(key, _)| *key);
    }

    #[must_use]
    pub fn expiry(&self, id: u16) -> Option<&Expiry> {
        self.expiries.iter().find(|e| e.id == id)
    }

    #[must_use]
    pub fn risk_array(&self, expiry: u16) -> Option<&RiskArray> {
        self.risk_arrays.iter().find(|a| a.expiry_id == expiry)
    }

    #[must_use]
    pub fn account(&self, key: &Address) -> Option<&MarginAccount> {
        self.accounts.iter().find(|(k, _)| k == key).map(|(_, account)| account)
    }

    /// True when every shard of the market is there.
    #[must_use]
    pub fn has_all_shards(&self) -> bool {
        self.shards.iter().map(|s| s.index).eq(0..self.market.shard_count)
    }

    /// The bond of a keeper by its key.
    #[must_use]
    pub fn keeper(&self, key: &Address) -> Option<&KeeperBond> {
        self.keepers.iter().map(|(_, bond)| bond).find(|bond| bond.keeper == *key)
    }

    /// True while margin may rely on the arrays of all of an account's legs.
    #[must_use]
    pub fn is_priced(&self, account: &MarginAccount, now: Now) -> bool {
        let fresh = |a: &RiskArray| a.is_fresh(&self.oracle, &self.market.params, now).unwrap_or(false);
        account.legs().iter().all(|leg| self.risk_array(leg.expiry_id).is_some_and(fresh))
    }

    /// True until an expiry passes.
    #[must_use]
    pub fn is_live(&self, expiry: u16, now: Now) -> bool {
        self.risk_array(expiry).is_some_and(|array| now.unix < array.expires_at)
    }

    /// True while an account has legs to bid for, and it is known what its expired ones come to.
    #[must_use]
    pub fn is_biddable(&self, account: &MarginAccount, now: Now) -> bool {
        let is_live = |id| self.is_live(id, now);
        let is_known = |id| is_live(id) || self.risk_array(id).is_some_and(|array| array.moving_lot == 0);
        let mut expiries = account.legs().iter().map(|leg| leg.expiry_id);
        expiries.clone().all(is_known) && expiries.any(is_live)
    }

    /// An account's margin by the program's own code; `None` when it cannot be measured.
    #[must_use]
    pub fn preview(&self, account: &MarginAccount, unix: i64) -> Option<Preview> {
        let level = self.level(unix);
        margin::preview(account, &self.risk_arrays, &self.market, &self.oracle, level, unix).ok().flatten()
    }

    /// The breaker level in force.
    #[must_use]
    pub fn level(&self, now: i64) -> Level {
        margin::level(&self.protocol, &self.market, now)
    }

    /// True while the mark may be relied on for something.
    #[must_use]
    pub fn may_rely(&self, what: Reliance, now: i64) -> bool {
        self.oracle.allows(what, &self.market.params, now).unwrap_or(false)
    }
}

/// The expiries of an account's legs, each once.
#[must_use]
pub fn expiries_of(account: &MarginAccount) -> Vec<u16> {
    let mut expiries: Vec<u16> = account.legs().iter().map(|leg| leg.expiry_id).collect();
    expiries.sort_unstable();
    expiries.dedup();
    expiries
}

#[derive(Default)]
struct Found {
    protocol: Option<Protocol>,
    market: Option<Market>,
    ledger: Option<Ledger>,
    oracle: Option<OracleAggregate>,
    pool: Option<Pool>,
    seniors: Vec<(Address, SeniorPool)>,
    expiries: Vec<Expiry>,
    risk_arrays: Vec<RiskArray>,
    shards: Vec<OiShard>,
    accounts: Vec<(Address, MarginAccount)>,
    stakes: Vec<(Address, Stake)>,
    feeds: Vec<(Address, PublisherFeed)>,
    keepers: Vec<(Address, KeeperBond)>,
}

impl Found {
    /// At most one type matches, so an account of another market falls through every arm.
    fn place(&mut self, key: Address, data: &[u8], market: &Address) {
        if let Some(state) = read::<Protocol>(&key, data) {
            self.protocol = Some(state);
        } else if let Some(state) = read::<Market>(&key, data).filter(|_| key == *market) {
            self.market = Some(state);
        } else if let Some(state) = read::<Ledger>(&key, data).filter(|s| s.market == *market) {
            self.ledger = Some(state);
        } else if let Some(state) = read::<OracleAggregate>(&key, data).filter(|s| s.market == *market) {
            self.oracle = Some(state);
        } else if let Some(state) = read::<Pool>(&key, data).filter(|s| s.market == *market) {
            self.pool = Some(state);
        } else if let Some(state) = read::<SeniorPool>(&key, data) {
            self.seniors.push((key, state));
        } else if let Some(state) = read::<Expiry>(&key, data).filter(|s| s.market == *market) {
            self.expiries.push(state);
        } else if let Some(state) = read::<RiskArray>(&key, data).filter(|s| s.market == *market) {
            self.risk_arrays.push(state);
        } else if let Some(state) = read::<OiShard>(&key, data).filter(|s| s.market == *market) {
            self.shards.push(state);
        } else if let Some(state) = read::<MarginAccount>(&key, data).filter(|s| s.market == *market) {
            self.accounts.push((key, state));
        } else if let Some(state) = read::<Stake>(&key, data).filter(|s| s.fund == *market) {
            self.stakes.push((key, state));
        } else if let Some(state) = read::<PublisherFeed>(&key, data).filter(|s| s.market == *market) {
            self.feeds.push((key, state));
        } else if let Some(state) = read::<KeeperBond>(&key, data).filter(|s| s.market == *market) {
            self.keepers.push((key, state));
        }
    }
}

/// A decodable account type with its layout version.
trait Layout: Sized {
    const NAME: &'static str;
    fn matches(data: &[u8]) -> bool;
    fn decode(data: &[u8]) -> Result<Self, DecodeError>;
    fn version(&self) -> u8;
}

macro_rules! layouts {
    ($($layout:ident),+ $(,)?) => {$(
        impl Layout for $layout {
            const NAME: &'static str = stringify!($layout);
            fn matches(data: &[u8]) -> bool {
                accounts::is::<$layout>(data)
            }
            fn decode(data: &[u8]) -> Result<Self, DecodeError> {
                accounts::decode(data)
            }
            fn version(&self) -> u8 {
                self.version
            }
        }
    )+};
}

layouts!(
    Protocol,
    Market,
    Ledger,
    OracleAggregate,
    Pool,
    SeniorPool,
    Expiry,
    RiskArray,
    OiShard,
    MarginAccount,
    Stake,
    PublisherFeed,
    KeeperBond,
);

fn read<T: Layout>(key: &Address, data: &[u8]) -> Option<T> {
    if !T::matches(data) {
        return None;
    }
    match T::decode(data) {
        Ok(state) if state.version() == VERSION => Some(state),
        Ok(state) => {
            let found = state.version();
            warn!(account = %key, kind = T::NAME, found, expected = VERSION, "skipped an account of another version");
            None
        }
        Err(error) => {
            warn!(account = %key, kind = T::NAME, %error, "skipped an account that cannot be decoded");
            None
        }
    }
}

fn token_amount(data: &[u8]) -> Option<u64> {
    let bytes = data.get(TOKEN_AMOUNT_AT..)?.first_chunk()?;
    Some(u64::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use {super::*, crate::fixture, bytemuck::Zeroable};

    #[test]
    fn reads_back_what_a_chain_holds() {
        let written = fixture::mirror();
        let chain = fixture::FakeChain::holding(&written);
        let read = Mirror::read(&chain, &written.key).unwrap();
        assert_eq!(read.vault_balance, written.vault_balance);
        assert_eq!(read.oracle.mark.price, written.oracle.mark.price);
        assert_eq!(read.expiries.len(), written.expiries.len());
        assert_eq!(read.shards.len(), written.shards.len());
        assert_eq!(read.accounts.len(), written.accounts.len());
        assert!(read.accounts.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn reads_the_pool_behind_the_market_and_the_keepers_wallet() {
        let mut written = fixture::mirror();
        let senior = |cash| SeniorPool { version: VERSION, cash, ..SeniorPool::zeroed() };
        (written.pool.senior, written.senior) = (Address::new_from_array([6; 32]), Some(senior(5)));
        let mut chain = fixture::FakeChain::holding(&written);
        chain.program.push(fixture::stored(Address::new_from_array([5; 32]), &senior(9)));
        let read = Mirror::read_for(&chain, &fixture::config()).unwrap();
        assert_eq!((read.senior.map(|s| s.cash), read.wallet_balance), (Some(5), 0));
        let wallet = Some(Address::new_from_array([8; 32]));
        let mut config = Config { wallet, ..fixture::config() };
        assert_eq!(Mirror::read_for(&chain, &config).unwrap().wallet_balance, 900);
        chain.closed.extend(wallet);
        assert_eq!(Mirror::read_for(&chain, &config).unwrap().wallet_balance, 0);
        config.wallet = None;
        assert_eq!(Mirror::read_for(&chain, &config).unwrap().wallet_balance, 0);
    }

    #[test]
    fn skips_truncated_foreign_and_newer_accounts() {
        let written = fixture::mirror();
        let mut chain = fixture::FakeChain::holding(&written);
        let accounts = chain.program.len();
        for (_, account) in &mut chain.program {
            if accounts::is::<Expiry>(&account.data) {
                account.data.pop();
            } else if accounts::is::<RiskArray>(&account.data) {
                account.data[8] = VERSION + 1;
            }
        }
        let mut stranger = written.clone();
        stranger.key = Address::new_from_array([7; 32]);
        stranger.accounts[0].1.market = stranger.key;
        chain.program.push(fixture::stored(Address::new_from_array([8; 32]), &stranger.accounts[0].1));
        chain.program.push((Address::new_from_array([9; 32]), fixture::account(vec![1, 2, 3])));
        assert_eq!(chain.program.len(), accounts + 2);

        let read = Mirror::read(&chain, &written.key).unwrap();
        assert!(read.expiries.is_empty() && read.risk_arrays.is_empty());
        assert_eq!(read.accounts.len(), written.accounts.len());
    }

    #[test]
    fn says_which_account_a_market_lacks() {
        let written = fixture::mirror();
        let mut chain = fixture::FakeChain::holding(&written);
        chain.program.retain(|(_, account)| !accounts::is::<Pool>(&account.data));
        let error = Mirror::read(&chain, &written.key).err().unwrap();
        assert_eq!(error.to_string(), "the market has no pool");
    }
}
