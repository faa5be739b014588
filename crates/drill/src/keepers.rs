//! Keepers of the drill: objects in this process, or processes of their own against a validator.

use {
    crate::stage::{Stage, Stagehand},
    anyhow::{Context, Result},
    bulkhead_keeper::{
        config::Config,
        keeper::{Keeper, TickReport},
    },
    solana_keypair::Keypair,
    std::{
        path::{Path, PathBuf},
        process::{Child, Command, Stdio},
    },
};

/// Starts, kills and drives keepers.
pub trait Keepers<C: Stagehand> {
    /// # Errors
    /// When the keeper cannot start.
    fn start(&mut self, key: &Keypair) -> Result<()>;

    /// Ends the running keeper without any warning.
    ///
    /// # Errors
    /// When there is none.
    fn kill(&mut self) -> Result<()>;

    /// Gives the keeper its chance to act. A process of its own needs none.
    fn tick(&mut self, stage: &mut Stage<C>) -> Option<TickReport>;

    fn is_alive(&self) -> bool;
}

/// A keeper inside this process; killing it drops it.
pub struct InProcess {
    pub market_id: u16,
    keeper: Option<Keeper>,
}

impl InProcess {
    #[must_use]
    pub fn new(market_id: u16) -> Self {
        Self { market_id, keeper: None }
    }
}

impl<C: Stagehand> Keepers<C> for InProcess {
    fn start(&mut self, key: &Keypair) -> Result<()> {
        let config = Config::new(self.market_id, solana_signer::Signer::pubkey(key), 0);
        self.keeper = Some(Keeper::new(key.insecure_clone(), config));
        Ok(())
    }

    fn kill(&mut self) -> Result<()> {
        self.keeper.take().map(drop).context("no keeper is alive")
    }

    fn tick(&mut self, stage: &mut Stage<C>) -> Option<TickReport> {
        self.keeper.as_mut().map(|k| k.tick(&mut stage.chain))
    }

    fn is_alive(&self) -> bool {
        self.keeper.is_some()
    }
}

/// The keeper's own binary as a child process; killing it is SIGKILL.
pub struct Processes {
    pub binary: PathBuf,
    pub rpc: String,
    pub market_id: u16,
    pub folder: PathBuf,
    child: Option<Child>,
}

impl Processes {
    #[must_use]
    pub fn new(binary: PathBuf, rpc: String, market_id: u16, folder: PathBuf) -> Self {
        Self { binary, rpc, market_id, folder, child: None }
    }
}

impl<C: Stagehand> Keepers<C> for Processes {
    fn start(&mut self, key: &Keypair) -> Result<()> {
        let name = solana_signer::Signer::pubkey(key).to_string();
        let path = self.folder.join(format!("keeper-{name}.json"));
        write_keypair(&path, key)?;
        let log = std::fs::File::create(self.folder.join(format!("keeper-{name}.log")))?;
        let child = Command::new(&self.binary)
            .args(["run", "--json", "--interval-ms", "300", "--rpc", &self.rpc])
            .args(["--market-id", &self.market_id.to_string()])
            .arg("--keypair")
            .arg(&path)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {}", self.binary.display()))?;
        self.child = Some(child);
        Ok(())
    }

    fn kill(&mut self) -> Result<()> {
        let mut child = self.child.take().context("no keeper is alive")?;
        child.kill()?;
        child.wait()?;
        Ok(())
    }

    fn tick(&mut self, _: &mut Stage<C>) -> Option<TickReport> {
        None
    }

    fn is_alive(&self) -> bool {
        self.child.is_some()
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // Nothing is lost: a keeper keeps no state.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn write_keypair(path: &Path, key: &Keypair) -> Result<()> {
    let bytes: Vec<u8> = key.to_bytes().to_vec();
    std::fs::write(path, serde_json::to_string(&bytes)?)?;
    Ok(())
}
