//! `bulkhead-keeper`: keeps one market until it is told to stop.

use {
    anyhow::{anyhow, bail, Context, Result},
    bulkhead_keeper::{
        mirror::Mirror,
        options::{Options, Settings},
        rpc::RpcChain,
        surface::command::FitSurface,
        Action, Config, Keeper, Outcome, Role, TickReport,
    },
    clap::{Parser, Subcommand},
    serde_json::{json, Value},
    signal_hook::{
        consts::{SIGINT, SIGTERM},
        flag,
    },
    solana_keypair::{read_keypair_file, Keypair},
    solana_signer::Signer,
    std::{
        io,
        process::ExitCode,
        sync::{
            atomic::{AtomicBool, Ordering},
            Arc,
        },
        thread,
        time::{Duration, Instant},
    },
    tracing::{error, info, warn},
    tracing_subscriber::EnvFilter,
};

const RPC_TIMEOUT: Duration = Duration::from_secs(30);
/// How soon a stop signal is noticed between ticks.
const WAKE_EVERY: Duration = Duration::from_millis(50);
const INTERRUPTED: i32 = 130;

/// Keep a Bulkhead market going: update its oracle and risk arrays, report faults, liquidate, settle.
///
/// Anybody may run one, and any number may run side by side. A keeper remembers nothing: it may be killed and
/// started again at any moment. Only liquidations need a funded margin account, and the role propose a margin account
/// and a wallet for bonds; everything else needs just SOL for transaction fees.
///
/// Set RUST_LOG (for example to "debug") to log more or less.
#[derive(Parser)]
#[command(name = "bulkhead-keeper", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Tick until SIGINT or SIGTERM; a second one ends at once
    Run(Options),
    /// Tick once; the exit code is 0 when nothing failed
    Once(Options),
    /// Fit a smile to quotes and submit it as the surface of an expiry
    ///
    /// Shows every quote with its implied volatility, the volatilities of the listed strikes and a picture. Goes as far
    /// towards the smile as the market allows for the time since the last surface and the neighbouring expiries leave
    /// room, and says what the rest of the way waits for. The whole way is sent as raw SVI, with the quoted call prices
    /// where every listed strike has one for the chain to check; a part of it as volatilities. Half-spread and depth are
    /// the medians of the quotes within a standard deviation of the money.
    ///
    /// Only the market's surface authority may submit; anybody may look with --dry-run.
    FitSurface(FitSurface),
}

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_target(false).init();
    let done = match Cli::parse().command {
        Command::Run(options) => options.resolve().and_then(run),
        Command::Once(options) => options.resolve().and_then(once),
        Command::FitSurface(command) => fit_surface(&command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(settings: Settings) -> Result<()> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_shutdown(signal, INTERRUPTED, Arc::clone(&stop))
            .and_then(|_| flag::register(signal, Arc::clone(&stop)))
            .context("cannot listen for signals")?;
    }
    let (mut keeper, mut chain) = start(&settings)?;
    while !stop.load(Ordering::Relaxed) {
        let next = Instant::now() + settings.interval;
        let report = keeper.tick(&mut chain);
        log_actions(&report, settings.json);
        // A node that is away comes back, or is replaced by a restart: the market needs a keeper that stays.
        if let Some(error) = &report.error {
            warn!("the tick ended early: {error:#}");
        }
        while !stop.load(Ordering::Relaxed) && Instant::now() < next {
            thread::sleep(WAKE_EVERY);
        }
    }
    info!("stopped");
    Ok(())
}

fn once(settings: Settings) -> Result<()> {
    let (mut keeper, mut chain) = start(&settings)?;
    let mut report = keeper.tick(&mut chain);
    log_actions(&report, settings.json);
    match report.error.take() {
        Some(error) => Err(error),
        None if report.is_clean() => Ok(()),
        None => bail!("not every action succeeded"),
    }
}

fn fit_surface(command: &FitSurface) -> Result<()> {
    let settings = command.connection().resolve()?;
    let keypair = if command.dry_run { None } else { Some(load(&settings)?) };
    let mut chain = RpcChain::new(&settings.rpc, RPC_TIMEOUT);
    print!("{}", command.run(&mut chain, settings.market_id, keypair.as_ref())?);
    Ok(())
}

fn start(settings: &Settings) -> Result<(Keeper, RpcChain)> {
    let keypair = load(settings)?;
    let config = Config {
        wallet: settings.wallet,
        roles: settings.roles.clone(),
        limits: settings.limits.clone(),
        ..Config::new(settings.market_id, keypair.pubkey(), settings.account)
    };
    let chain = RpcChain::new(&settings.rpc, RPC_TIMEOUT);
    info!(keeper = %config.authority, market = %config.market, rpc = settings.rpc, "started");
    if config.roles.contains(&Role::Liquidation) {
        warn_without_account(&chain, &config);
    }
    Ok((Keeper::new(keypair, config), chain))
}

fn load(settings: &Settings) -> Result<Keypair> {
    let path = &settings.keypair;
    read_keypair_file(path)
        .map_err(|error| anyhow!("cannot read the keypair {}: {error}; pass --keypair", path.display()))
}

fn warn_without_account(chain: &RpcChain, config: &Config) {
    match Mirror::read(chain, &config.market) {
        Ok(mirror) if mirror.account(&config.account).is_none() => {
            warn!(account = %config.account, "the keeper's margin account does not exist: it will not liquidate");
        }
        Ok(_) => {}
        Err(error) => warn!("cannot read the market yet: {error:#}"),
    }
}

fn log_actions(report: &TickReport, as_json: bool) {
    for (action, outcome, compute_units) in &report.actions {
        if as_json {
            println!("{}", line(action, outcome, *compute_units));
            continue;
        }
        match outcome {
            Outcome::Done => info!(compute_units, "{action}: done"),
            Outcome::LostRace(reason) => info!("{action}: somebody was faster: {reason}"),
            Outcome::Failed(reason) => {
                error!("{action}: {reason}");
                reason.logs.iter().for_each(|log| error!("  {log}"));
            }
        }
    }
}

fn line(action: &Action, outcome: &Outcome, compute_units: u64) -> Value {
    let (name, reason) = match outcome {
        Outcome::Done => ("done", None),
        Outcome::LostRace(reason) => ("lost_race", Some(reason)),
        Outcome::Failed(reason) => ("failed", Some(reason)),
    };
    let mut line = json!(action);
    line["outcome"] = json!(name);
    line["compute_units"] = json!(compute_units);
    if let Some(reason) = reason {
        line["code"] = json!(reason.code);
        line["message"] = json!(reason.message);
    }
    line
}
