//! Keepers of the drill: objects in this process, or processes of their own against a validator.

use {
    crate::{stage::Stage, stagehand::Stagehand},
    anyhow::{Context, Result},
    bulkhead_keeper::{
        action::Action,
        config::Config,
        execute::Outcome,
        keeper::{Keeper, TickReport},
    },
    serde::Deserialize,
    solana_keypair::Keypair,
    std::{
        fs::{self, File},
        io::{Read as _, Seek as _, SeekFrom},
        path::{Path, PathBuf},
        process::{Child, Command, Stdio},
    },
};

/// Something that a keeper did, or failed to do.
pub struct Deed {
    /// The instruction.
    pub action: String,
    pub compute_units: u64,
    /// Why it failed; another keeper being first is no failure.
    pub failure: Option<String>,
}

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

    /// Gives a keeper of this process its chance to act, and returns what keepers did since the last call.
    ///
    /// # Errors
    /// When a keeper's log cannot be read.
    fn tick(&mut self, stage: &mut Stage<C>) -> Result<Vec<Deed>>;
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

    fn tick(&mut self, stage: &mut Stage<C>) -> Result<Vec<Deed>> {
        Ok(self.keeper.as_mut().map(|k| deeds(k.tick(&mut stage.chain))).unwrap_or_default())
    }
}

fn deeds(report: TickReport) -> Vec<Deed> {
    let mut deeds: Vec<Deed> = report
        .actions
        .into_iter()
        .map(|(action, outcome, compute_units)| Deed {
            action: name(&action).to_owned(),
            compute_units,
            failure: match outcome {
                Outcome::Done | Outcome::LostRace(_) => None,
                Outcome::Failed(why) => Some(why.to_string()),
            },
        })
        .collect();
    if let Some(error) = report.error {
        deeds.push(Deed {
            action: "read the chain".to_owned(),
            compute_units: 0,
            failure: Some(format!("{error:#}")),
        });
    }
    deeds
}

/// The instruction that an action sends.
fn name(action: &Action) -> &'static str {
    match action {
        Action::UpdateOracle => "update_oracle",
        Action::RefreshRisk { .. } => "refresh_risk",
        Action::ReportFault { .. } | Action::ReportOpenGreeks { .. } => "report_fault",
        Action::RecoverBreaker { .. } | Action::RecoverOpenGreeks { .. } => "recover_breaker",
        Action::StartAuction { .. } => "start_auction",
        Action::CoverAccount { .. } => "cover_account",
        Action::Bid { .. } => "bid",
        Action::EndAuction { .. } => "end_auction",
        Action::FixSettlement { .. } => "fix_settlement",
        Action::ObserveSettlement { .. } => "observe_settlement",
        Action::ReturnBond { .. } => "return_bond",
        Action::ProposePrice { .. } => "propose_settlement",
        Action::DisputePrice { .. } => "dispute_settlement",
        Action::DrawSenior => "draw_senior",
        Action::RepaySenior => "repay_senior",
        Action::UpdateRequirement { .. } => "update_requirement",
        Action::CoverShortfall { .. } => "cover_shortfall",
        Action::SettleAccount { .. } => "settle_account",
        Action::CollectFees { .. } => "collect_fees",
        Action::CloseExpiry { .. } => "close_expiry",
        Action::SlashPublisher { .. } => "slash_publisher",
        Action::Heartbeat => "heartbeat",
        Action::TakeLease { .. } => "take_lease",
        Action::ResolveLease { .. } => "resolve_lease",
    }
}

/// The keeper's own binary as a child process; killing it is SIGKILL.
pub struct Processes {
    binary: PathBuf,
    rpc: String,
    market_id: u16,
    folder: PathBuf,
    child: Option<Child>,
    logs: Vec<Log>,
}

impl Processes {
    /// `folder` takes keys and logs.
    ///
    /// # Errors
    /// When the folder cannot be emptied and made.
    pub fn new(binary: PathBuf, rpc: String, market_id: u16, folder: PathBuf) -> Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
        }
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        Ok(Self { binary, rpc, market_id, folder, child: None, logs: Vec::new() })
    }
}

impl<C: Stagehand> Keepers<C> for Processes {
    fn start(&mut self, key: &Keypair) -> Result<()> {
        let name = format!("keeper-{}", self.logs.len() + 1);
        let keypair = self.folder.join(format!("{name}.json"));
        write_keypair(&keypair, key)?;
        let deeds = self.folder.join(format!("{name}.jsonl"));
        let child = Command::new(&self.binary)
            .args(["run", "--json", "--interval-ms", "300", "--rpc", &self.rpc])
            .args(["--market-id", &self.market_id.to_string()])
            .arg("--keypair")
            .arg(&keypair)
            .stdin(Stdio::null())
            .stdout(File::create(&deeds)?)
            .stderr(File::create(self.folder.join(format!("{name}.log")))?)
            .spawn()
            .with_context(|| format!("cannot start {}", self.binary.display()))?;
        self.child = Some(child);
        self.logs.push(Log { path: deeds, read: 0 });
        Ok(())
    }

    fn kill(&mut self) -> Result<()> {
        let mut child = self.child.take().context("no keeper is alive")?;
        child.kill()?;
        child.wait()?;
        Ok(())
    }

    fn tick(&mut self, _: &mut Stage<C>) -> Result<Vec<Deed>> {
        let mut deeds = Vec::new();
        for log in &mut self.logs {
            deeds.extend(log.news()?);
        }
        Ok(deeds)
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

/// What a keeper prints with `--json`: one object a line.
struct Log {
    path: PathBuf,
    /// Bytes read so far.
    read: u64,
}

#[derive(Deserialize)]
struct Line {
    action: String,
    outcome: String,
    compute_units: u64,
    #[serde(default)]
    message: String,
}

impl Log {
    /// The deeds of all lines completed since the last call.
    fn news(&mut self) -> Result<Vec<Deed>> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.read))?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        self.read += u64::try_from(whole)?;
        text[..whole]
            .lines()
            .map(|line| {
                let Line { action, outcome, compute_units, message } = serde_json::from_str(line)
                    .with_context(|| format!("{} holds no keeper's line: {line}", self.path.display()))?;
                let failure = (outcome == "failed").then_some(message);
                Ok(Deed { action, compute_units, failure })
            })
            .collect()
    }
}

fn write_keypair(path: &Path, key: &Keypair) -> Result<()> {
    let bytes: Vec<u8> = key.to_bytes().to_vec();
    fs::write(path, serde_json::to_string(&bytes)?)?;
    Ok(())
}
