//! Plays the crashes and writes tables and pictures.

use {
    anyhow::{bail, Context, Result},
    bulkhead_stress::{
        document,
        path::{self, Path},
        plot, policy,
        population::Population,
        progress::Progress,
        report::{self, Report},
        run, staging,
    },
    clap::Parser,
    std::{fs, path::PathBuf},
};

/// Carry thousands of accounts through crashes on the real program, and through models of other policies.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// Seed of the accounts, of all keys and of the paths
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many accounts trade; the last may bring its counterparty
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(20..=20_000))]
    accounts: u64,
    /// Play only this path; may be repeated
    #[arg(long, value_name = "NAME")]
    path: Vec<String>,
    /// List the paths and the policies
    #[arg(long)]
    list: bool,
    /// Print the report as JSON instead of tables
    #[arg(long)]
    json: bool,
    /// The program, as built by `cargo xtask build`
    #[arg(long, default_value = "target/deploy/bulkhead.so")]
    so: PathBuf,
    /// Folder for the report and the pictures
    #[arg(long, default_value = "target/stress")]
    out: PathBuf,
    /// Write the report, of all paths, to this file
    #[arg(long, value_name = "FILE", conflicts_with = "path")]
    write: Option<PathBuf>,
}

fn main() -> Result<()> {
    let args = Args::parse();
    if args.list {
        list();
        return Ok(());
    }
    let paths = chosen(&args)?;
    fs::create_dir_all(&args.out).with_context(|| format!("cannot create {}", args.out.display()))?;
    let report = play(&args, &paths)?;
    for played in &report.played {
        plot::draw(played, &args.out.join(format!("{}.svg", played.path)))?;
    }
    let json = serde_json::to_string_pretty(&report)?;
    let file = args.out.join("report.json");
    fs::write(&file, &json).with_context(|| format!("cannot write {}", file.display()))?;
    if args.json {
        println!("{json}");
    } else {
        print!("{}", report::terminal(&report));
        println!("\nreport   {}\npictures {}", file.display(), args.out.display());
    }
    if let Some(file) = &args.write {
        fs::write(file, document::document(&report))
            .with_context(|| format!("cannot write {}", file.display()))?;
        eprintln!("written  {}", file.display());
    }
    Ok(())
}

fn play(args: &Args, paths: &[Path]) -> Result<Report> {
    let population = Population::of_seed(args.seed, usize::try_from(args.accounts)?);
    let progress = Progress::new(staging::steps(&population), args.json);
    let staged = staging::stage(&args.so, args.seed, &population, || {
        progress.step("setting the stage: everybody deposits and trades")
    })?;
    progress.finish();
    let steps = paths.iter().map(|path| run::steps(path, args.seed)).sum();
    let progress = Progress::new(steps, args.json);
    let played = run::play_all(&staged, paths, args.seed, |what| progress.step(what))?;
    progress.finish();
    Ok(Report::new(args.seed, &population, &staged, played))
}

fn chosen(args: &Args) -> Result<Vec<Path>> {
    if args.path.is_empty() {
        return Ok(path::all());
    }
    let find = |name: &String| match path::named(name) {
        Some(found) => Ok(found),
        None => bail!("there is no path {name}; --list shows them"),
    };
    args.path.iter().map(find).collect()
}

fn list() {
    println!("paths");
    for path in path::all() {
        println!("  {:<12} {}", path.name, path.about);
    }
    println!("policies");
    for name in policy::ALL {
        println!("  {name:<12} {}", policy::about(name));
    }
}
