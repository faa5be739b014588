//! `bulkhead-keeper fit-surface`: reads the market, fits, shows and submits.

use {
    crate::{
        chain::Chain,
        mirror::Mirror,
        options::Options,
        surface::{
            plan::{plan, Request},
            submit, QuoteFile,
        },
    },
    anyhow::{ensure, Result},
    bulkhead_sdk::pda,
    clap::Args,
    solana_keypair::Keypair,
    solana_signer::Signer,
    std::path::PathBuf,
};

/// Default of `--max-age`, seconds.
const MAX_AGE_SECONDS: i64 = 300;

#[derive(Clone, Debug, Args)]
pub struct FitSurface {
    /// JSON file with the quotes of one expiry (schema: keeper/src/surface/quotes.rs, example: keeper/examples)
    #[arg(long, value_name = "FILE")]
    pub quotes: PathBuf,

    /// Number of the expiry in the market
    #[arg(long, value_name = "ID")]
    pub expiry: u16,

    /// Show what would be sent and send nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Oldest quote that takes part, seconds
    #[arg(long, value_name = "SECONDS", default_value_t = MAX_AGE_SECONDS, value_parser = clap::value_parser!(i64).range(1..))]
    pub max_age: i64,

    /// TOML file with any of rpc, market-id and keypair
    #[arg(long, value_name = "FILE", env = "BULKHEAD_KEEPER_CONFIG")]
    pub config: Option<PathBuf>,

    /// RPC node to read from and send to [default: http://127.0.0.1:8899]
    #[arg(long, value_name = "URL", env = "BULKHEAD_RPC")]
    pub rpc: Option<String>,

    /// Number of the market
    #[arg(long, value_name = "N", env = "BULKHEAD_MARKET_ID")]
    pub market_id: Option<u16>,

    /// Key of the market's surface authority; not read in a dry run [default: ~/.config/solana/id.json]
    #[arg(long, value_name = "FILE", env = "BULKHEAD_KEYPAIR")]
    pub keypair: Option<PathBuf>,
}

impl FitSurface {
    /// What it shares with the other commands.
    #[must_use]
    pub fn connection(&self) -> Options {
        Options {
            config: self.config.clone(),
            rpc: self.rpc.clone(),
            market_id: self.market_id,
            keypair: self.keypair.clone(),
            ..Options::default()
        }
    }

    /// Fits the quotes and submits the surface, unless it is a dry run. Returns what to show.
    ///
    /// # Errors
    /// What stands in the way of the fit, or the chain's refusal.
    pub fn run(&self, chain: &mut impl Chain, market_id: u16, keypair: Option<&Keypair>) -> Result<String> {
        let file = QuoteFile::read(&self.quotes)?;
        let mirror = Mirror::read(chain, &pda::market(market_id))?;
        let request = Request { expiry: self.expiry, file: &file, max_age_seconds: self.max_age };
        let plan = plan(&mirror, chain.now()?, &request)?;
        let Some(keypair) = keypair.filter(|_| !self.dry_run) else {
            return Ok(format!("{plan}nothing was sent: this was a dry run\n"));
        };
        let authority = mirror.market.surface_authority;
        ensure!(
            keypair.pubkey() == authority,
            "{} may not submit surfaces in this market, {authority} may; pass its key with --keypair",
            keypair.pubkey()
        );
        let receipt = chain.send(&[submit::instruction(&plan, authority)], &[keypair])?;
        Ok(format!("{plan}sent as {} for {} compute units\n", receipt.signature, receipt.compute_units))
    }
}

#[cfg(test)]
mod tests;
