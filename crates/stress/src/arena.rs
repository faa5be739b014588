//! The chain of one policy: the real program with its market, its sources and a keeper that keeps both up to date.

use {
    anyhow::{ensure, Result},
    bulkhead_drill::{
        stage::{ComputeUnits, Source, Stage},
        stagehand::Stagehand,
        svm::SvmChain,
    },
    bulkhead_keeper::{
        chain::Chain, config::Config, execute::Outcome, keeper::Keeper, mirror::Mirror, role::Role,
    },
    bulkhead_sdk::{
        accounts,
        bulkhead::state::{Expiry, MarginAccount},
        instructions as ix, pda,
    },
    solana_account::Account,
    solana_address::Address,
    solana_keypair::Keypair,
    solana_signer::Signer,
    std::collections::BTreeSet,
};

pub const MARKET_ID: u16 = 1;
/// Unix time at which every path begins.
pub const START: i64 = 1_600_000_000;
pub const FIRST_PRICE: u64 = 8_000_000_000;
pub const FIRST_VOL_PPM: u32 = 800_000;
/// Honest sources differ by at most so many parts per million, one from the next.
const SPREAD_PPM: u64 = 200;
/// A surface moves at most by this share of itself in a minute; the program's own limit is a little above.
const VOL_STEP: f64 = 0.24;

/// A market on a chain of its own.
pub struct Arena {
    pub stage: Stage<SvmChain>,
    /// The near and the far expiry.
    pub expiries: Vec<u16>,
    /// The accounts of another market on the same chain.
    bystanders: Vec<(Address, Account)>,
    crank: Keeper,
    vol_ppm: u32,
    spoke_at: i64,
}

impl Arena {
    #[must_use]
    pub fn new(stage: Stage<SvmChain>, expiries: Vec<u16>, bystanders: Vec<(Address, Account)>) -> Self {
        let crank = keeper(stage.payer.insecure_clone(), CRANKS);
        Self { stage, expiries, bystanders, crank, vol_ppm: FIRST_VOL_PPM, spoke_at: START }
    }

    /// The same chain once more; what happens on one does not touch the other.
    #[must_use]
    pub fn fork(&self) -> Self {
        let stage = &self.stage;
        let source = |source: &Source| match source {
            Source::Publisher(key) => Source::Publisher(Box::new(key.insecure_clone())),
            Source::PythPush(key) => Source::PythPush(*key),
            Source::PythPull(key, feed) => Source::PythPull(*key, *feed),
        };
        let stage = Stage {
            chain: SvmChain { svm: stage.chain.svm.clone() },
            payer: stage.payer.insecure_clone(),
            guardian: stage.guardian.insecure_clone(),
            keys: stage.keys,
            sources: stage.sources.iter().map(source).collect(),
            source_keys: stage.source_keys.clone(),
            compute_units: ComputeUnits::new(),
            key_maker: stage.key_maker.clone(),
        };
        Self {
            vol_ppm: self.vol_ppm,
            spoke_at: self.spoke_at,
            ..Self::new(stage, self.expiries.clone(), self.bystanders.clone())
        }
    }

    /// Takes all margin accounts off the chain: a model keeps books of its own and needs only the market.
    ///
    /// # Errors
    /// When the machine refuses.
    pub fn clear_accounts(&mut self) -> Result<()> {
        for (key, account) in self.stage.chain.program_accounts()? {
            if accounts::is::<MarginAccount>(&account.data) {
                self.stage.chain.put(key, Account::default())?;
            }
        }
        Ok(())
    }

    /// Nothing that happens in this market may change a byte of the other.
    ///
    /// # Errors
    /// When something did.
    pub fn check_bystanders(&self) -> Result<()> {
        for (key, before) in &self.bystanders {
            let now = self.stage.chain.accounts(&[*key])?.pop().flatten();
            ensure!(now.as_ref() == Some(before), "{key} of another market has changed");
        }
        Ok(())
    }

    #[must_use]
    pub fn now(&self) -> i64 {
        self.stage.chain.clock().unix_timestamp
    }

    /// # Errors
    /// When the chain cannot be read.
    pub fn look(&self) -> Result<Mirror> {
        Mirror::read(&self.stage.chain, &self.stage.keys.market)
    }

    /// Brings the market to a moment: the clock, the sources, the mark, the surfaces and the risk arrays.
    ///
    /// # Errors
    /// When the program refuses what it should not.
    pub fn advance(&mut self, unix: i64, price: u64, vol: Option<f64>) -> Result<()> {
        self.stage.chain.wait_until(unix)?;
        let words: Vec<(usize, u64)> = (0..self.stage.sources.len())
            .map(|source| (source, price + price / 1_000_000 * SPREAD_PPM * source as u64))
            .collect();
        let refused = self.stage.speak_together(&words)?;
        ensure!(refused.is_empty(), "a source cannot speak: {}", refused[0].1);
        self.stage.update_oracle()?;
        if let Some(vol) = vol {
            self.move_surfaces(unix, vol)?;
        }
        let report = self.crank.tick(&mut self.stage.chain);
        if let Some(error) = report.error {
            return Err(error.context("the cranks cannot read the chain"));
        }
        let failed = report.actions.iter().find_map(|(action, outcome, _)| match outcome {
            Outcome::Failed(why) => Some(format!("{action}: {why}\n{}", why.logs.join("\n"))),
            _ => None,
        });
        ensure!(failed.is_none(), "a crank failed: {}", failed.unwrap_or_default());
        Ok(())
    }

    /// A surface moves no faster than the program lets it.
    fn move_surfaces(&mut self, unix: i64, vol: f64) -> Result<()> {
        let minutes = ((unix - self.spoke_at) as f64 / 60.0).clamp(0.0, 1.0);
        let (held, room) = (f64::from(self.vol_ppm), VOL_STEP * minutes);
        let wanted = f64::from(FIRST_VOL_PPM) * vol;
        let vol_ppm = wanted.clamp(held * (1.0 - room), held * (1.0 + room)).round() as u32;
        self.spoke_at = unix;
        if vol_ppm == self.vol_ppm || minutes == 0.0 {
            return Ok(());
        }
        self.vol_ppm = vol_ppm;
        let (payer, market) = (self.stage.payer.pubkey(), self.stage.keys.market);
        let mut live = Vec::new();
        for id in &self.expiries {
            let expiry: Expiry = self.stage.state(&pda::expiry(&market, *id))?;
            live.extend((unix < expiry.expires_at).then_some((*id, expiry.listed().len())));
        }
        for (id, strikes) in &live {
            let others: Vec<u16> = self.expiries.iter().copied().filter(|other| other != id).collect();
            let args = ix::plain_surface(vec![vol_ppm; *strikes], 0);
            self.stage.pay("set_surface", &[ix::set_surface(payer, market, *id, &others, args)])?;
        }
        Ok(())
    }
}

const CRANKS: [Role; 4] = [Role::Oracle, Role::Risk, Role::Breaker, Role::Settlement];

/// A keeper with these roles that takes on all the work there is.
#[must_use]
pub fn keeper<const N: usize>(key: Keypair, roles: [Role; N]) -> Keeper {
    let mut config = Config::new(MARKET_ID, key.pubkey(), 0);
    config.roles = BTreeSet::from(roles);
    config.limits.max_liquidations = usize::MAX;
    config.limits.max_settlements = usize::MAX;
    Keeper::new(key, config)
}
