//! Runs the drill and writes its report and picture.

use {
    anyhow::{bail, Context, Result},
    bulkhead_drill::{
        keepers::{InProcess, Keepers, Processes},
        key_maker::KeyMaker,
        market::setup,
        pace::{Pace, MAX_SPEED, STORY_START},
        plot,
        progress::Progress,
        report::Report,
        stage::Stage,
        stagehand::Stagehand,
        story::Story,
        svm::SvmChain,
    },
    bulkhead_keeper::{chain::Chain, rpc::RpcChain},
    clap::Parser,
    solana_keypair::read_keypair_file,
    solana_signer::Signer,
    std::{fs, path::PathBuf, time::Duration},
};

const LAMPORTS: u64 = 1_000_000_000_000;
const RPC_TIMEOUT: Duration = Duration::from_secs(30);
const SVM_MARKET: u16 = 1;
/// Apart from the markets of the migration and the end-to-end tests.
const VALIDATOR_MARKET: u16 = 77;

/// Carry an options market through the crash of March 2020 with faults injected, on the real program.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// Seed of the noise of honest price sources; in process of all keys too.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Story time per step, as a multiple of the usual.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_SPEED)))]
    speed: u32,
    /// Print the report as JSON instead of tables.
    #[arg(long)]
    json: bool,
    /// The program, as built by `cargo xtask build`.
    #[arg(long, default_value = "target/deploy/bulkhead.so")]
    so: PathBuf,
    /// Folder for the report and the picture.
    #[arg(long, default_value = "target/demo")]
    out: PathBuf,
    /// Play against a validator at this RPC URL instead of the virtual machine of this process.
    #[arg(long, requires = "payer", requires = "keeper")]
    rpc: Option<String>,
    /// Keypair of the program's upgrade authority, which pays; with --rpc.
    #[arg(long)]
    payer: Option<PathBuf>,
    /// The keeper's binary; with --rpc.
    #[arg(long)]
    keeper: Option<PathBuf>,
}

fn main() -> Result<()> {
    let args = Args::parse();
    fs::create_dir_all(&args.out).with_context(|| format!("cannot create {}", args.out.display()))?;
    let report = match &args.rpc {
        None => in_process(&args)?,
        Some(url) => on_validator(&args, url)?,
    };
    let picture = args.out.join("drill.svg");
    plot::draw(&report, &picture)?;
    let json = serde_json::to_string_pretty(&report)?;
    let file = args.out.join("report.json");
    fs::write(&file, &json).with_context(|| format!("cannot write {}", file.display()))?;
    if args.json {
        println!("{json}");
    } else {
        println!("{}", report.tables());
        println!("report  {}\npicture {}", file.display(), picture.display());
    }
    if !report.ok {
        bail!("a promise failed: see the checks above and {}", file.display());
    }
    Ok(())
}

fn in_process(args: &Args) -> Result<Report> {
    let mut key_maker = KeyMaker::of_seed(args.seed);
    let payer = key_maker.make();
    let mut chain = SvmChain::new(&args.so, &payer.pubkey(), STORY_START)?;
    chain.svm.airdrop(&payer.pubkey(), LAMPORTS).ok();
    let pace = Pace::simulated(args.speed);
    let stage = Stage::build(chain, payer, &setup(&pace, SVM_MARKET, key_maker))?;
    play(args, stage, InProcess::new(SVM_MARKET), pace)
}

fn on_validator(args: &Args, url: &str) -> Result<Report> {
    let path = args.payer.as_deref().context("--payer is missing")?;
    let payer = read_keypair_file(path)
        .map_err(|e| anyhow::anyhow!("cannot read the keypair {}: {e}", path.display()))?;
    let keeper = args.keeper.clone().context("--keeper is missing")?;
    let chain = RpcChain::new(url, RPC_TIMEOUT);
    let pace = Pace::compressed(args.speed, chain.now()?.unix);
    let stage = Stage::build(chain, payer, &setup(&pace, VALIDATOR_MARKET, KeyMaker::random()))?;
    let keepers = Processes::new(keeper, url.to_owned(), VALIDATOR_MARKET, args.out.join("keepers"))?;
    play(args, stage, keepers, pace)
}

fn play<C: Stagehand, K: Keepers<C>>(
    args: &Args,
    mut stage: Stage<C>,
    keepers: K,
    pace: Pace,
) -> Result<Report> {
    let progress = Progress::new(pace.steps(), args.json);
    Story { stage: &mut stage, keepers, pace, seed: args.seed, progress }.play()
}
