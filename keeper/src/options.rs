//! What a user may set, by flag, environment or file, in this order of precedence.

use {
    crate::{config::Limits, role::Role, role::DEFAULT_ROLES},
    anyhow::{ensure, Context, Result},
    clap::Args,
    serde::Deserialize,
    solana_address::Address,
    std::{
        collections::BTreeSet,
        env, fs,
        path::{Path, PathBuf},
        str::FromStr,
        time::Duration,
    },
};

const DEFAULT_RPC: &str = "http://127.0.0.1:8899";
const DEFAULT_INTERVAL_MS: u64 = 2_000;
/// A tick reads every account of the program; nodes shut out whoever does that more often.
const MIN_INTERVAL_MS: u64 = 100;

#[derive(Clone, Debug, Default, PartialEq, Args, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// TOML file with any of these options by their long names, and a [limits] table
    #[arg(long, value_name = "FILE", env = "BULKHEAD_KEEPER_CONFIG")]
    #[serde(skip)]
    pub config: Option<PathBuf>,

    /// RPC node to read from and send to [default: http://127.0.0.1:8899]
    #[arg(long, value_name = "URL", env = "BULKHEAD_RPC")]
    pub rpc: Option<String>,

    /// Number of the market to keep
    #[arg(long, value_name = "N", env = "BULKHEAD_MARKET_ID")]
    pub market_id: Option<u16>,

    /// Key that pays the fees and owns the margin account [default: ~/.config/solana/id.json]
    #[arg(long, value_name = "FILE", env = "BULKHEAD_KEYPAIR")]
    pub keypair: Option<PathBuf>,

    /// The key's margin account that takes over liquidated positions [default: 0]
    #[arg(long, value_name = "SUB_ID", env = "BULKHEAD_ACCOUNT")]
    pub account: Option<u8>,

    /// Token account that pays bonds of settlement prices; needed for the role propose
    #[arg(long, value_name = "ADDRESS", env = "BULKHEAD_WALLET")]
    pub wallet: Option<String>,

    /// What to do, separated by commas [default: all but propose]
    #[arg(long, value_name = "ROLES", env = "BULKHEAD_ROLES", value_delimiter = ',')]
    pub roles: Option<Vec<Role>>,

    /// Pause between two ticks, milliseconds [default: 2000]
    #[arg(long, value_name = "MS", env = "BULKHEAD_INTERVAL_MS")]
    pub interval_ms: Option<u64>,

    /// Print one JSON object per action to standard output instead of a log line
    #[arg(long, env = "BULKHEAD_JSON", num_args = 0..=1, default_missing_value = "true")]
    pub json: Option<bool>,

    #[arg(skip)]
    pub limits: Option<Limits>,
}

/// Options with every gap filled, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    pub rpc: String,
    pub market_id: u16,
    pub keypair: PathBuf,
    pub account: u8,
    pub wallet: Option<Address>,
    pub roles: BTreeSet<Role>,
    pub interval: Duration,
    pub json: bool,
    pub limits: Limits,
}

impl Options {
    /// Fills gaps from the file, then from the defaults.
    ///
    /// # Errors
    /// What is missing or out of range, and how to put it right.
    pub fn resolve(self) -> Result<Settings> {
        let file = self.config.as_deref().map(read_file).transpose()?.unwrap_or_default();
        let set = self.or(file);
        let rpc = set.rpc.unwrap_or_else(|| DEFAULT_RPC.into());
        let market_id = set.market_id.context("which market? Pass --market-id or set BULKHEAD_MARKET_ID")?;
        let roles: BTreeSet<Role> = set.roles.unwrap_or_else(|| DEFAULT_ROLES.into()).into_iter().collect();
        let interval_ms = set.interval_ms.unwrap_or(DEFAULT_INTERVAL_MS);
        let limits = set.limits.unwrap_or_default();
        let is_url = rpc.starts_with("http://") || rpc.starts_with("https://");
        ensure!(is_url, "the RPC address {rpc:?} must start with http:// or https://");
        ensure!(!roles.is_empty(), "a keeper needs at least one role");
        let wallet = set.wallet.as_deref().map(Address::from_str).transpose();
        let wallet = wallet.context("--wallet must be the address of a token account")?;
        let is_backed = wallet.is_some() || !roles.contains(&Role::Propose);
        ensure!(is_backed, "the role propose puts up bonds: pass --wallet with a token account of the key");
        ensure!(interval_ms >= MIN_INTERVAL_MS, "the interval must be at least {MIN_INTERVAL_MS} ms");
        limits.validate().context("in [limits]")?;
        Ok(Settings {
            rpc,
            market_id,
            keypair: set.keypair.map_or_else(default_keypair, Ok)?,
            account: set.account.unwrap_or(0),
            wallet,
            roles,
            interval: Duration::from_millis(interval_ms),
            json: set.json.unwrap_or(false),
            limits,
        })
    }

    fn or(self, other: Self) -> Self {
        Self {
            config: self.config,
            rpc: self.rpc.or(other.rpc),
            market_id: self.market_id.or(other.market_id),
            keypair: self.keypair.or(other.keypair),
            account: self.account.or(other.account),
            wallet: self.wallet.or(other.wallet),
            roles: self.roles.or(other.roles),
            interval_ms: self.interval_ms.or(other.interval_ms),
            json: self.json.or(other.json),
            limits: self.limits.or(other.limits),
        }
    }
}

fn read_file(path: &Path) -> Result<Options> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("{} is not a keeper configuration", path.display()))
}

fn default_keypair() -> Result<PathBuf> {
    let home = env::var_os("HOME").context("there is no home directory; pass --keypair")?;
    Ok(Path::new(&home).join(".config/solana/id.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Options {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn flags_win_over_the_file_and_the_file_over_defaults() {
        let file = parse("market-id = 3\ninterval-ms = 500\nroles = [\"oracle\", \"risk\"]\nkeypair = \"k\"");
        let flags = Options { market_id: Some(7), ..Options::default() };
        let settings = flags.or(file).resolve().unwrap();
        assert_eq!(settings.market_id, 7);
        assert_eq!(settings.interval, Duration::from_millis(500));
        assert_eq!(settings.roles, [Role::Oracle, Role::Risk].into());
        assert_eq!((settings.rpc.as_str(), settings.account), (DEFAULT_RPC, 0));
    }

    #[test]
    fn limits_may_be_given_in_part() {
        let options = parse("market-id = 1\nkeypair = \"k\"\n[limits]\nmax-liquidations = 2");
        let limits = options.resolve().unwrap().limits;
        assert_eq!(limits, Limits { max_liquidations: 2, ..Limits::default() });
    }

    #[test]
    fn proposes_only_when_told_to_and_with_a_wallet() {
        let options = |text: &str| Options { keypair: Some("k".into()), market_id: Some(1), ..parse(text) };
        let settings = options("").resolve().unwrap();
        assert!(!settings.roles.contains(&Role::Propose) && settings.roles.len() == 6);
        let refusal = options("roles = [\"propose\"]").resolve().unwrap_err().to_string();
        assert!(refusal.contains("--wallet"), "{refusal}");
        let wallet = Address::new_from_array([7; 32]);
        let settings = options(&format!("roles = [\"propose\"]\nwallet = \"{wallet}\"")).resolve().unwrap();
        assert_eq!((settings.wallet, settings.roles), (Some(wallet), [Role::Propose].into()));
        assert!(options("wallet = \"none\"").resolve().is_err());
    }

    #[test]
    fn rejects_unknown_names_and_values_out_of_range() {
        assert!(toml::from_str::<Options>("marketid = 1").is_err());
        assert!(toml::from_str::<Options>("roles = [\"king\"]").is_err());
        assert!(parse("").resolve().unwrap_err().to_string().contains("--market-id"));
        for text in ["interval-ms = 1", "rpc = \"ws://x\"", "roles = []", "[limits]\nmax-share-ppm = 0"] {
            let options = Options { market_id: Some(1), keypair: Some("k".into()), ..parse(text) };
            assert!(options.resolve().is_err(), "{text}");
        }
    }
}
