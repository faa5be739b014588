//! Plays the scenarios and writes tables and pictures.

use {
    anyhow::{bail, Context, Result},
    bulkhead_oracle_sim::{plot, policy, progress::Progress, report, run, scenario},
    clap::Parser,
    std::{fs, path::PathBuf},
};

/// Compare the mark with other oracle policies over price paths with faults.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// Seed of the paths and of the noise of honest sources
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Play only this scenario; may be repeated
    #[arg(long, value_name = "NAME")]
    scenario: Vec<String>,
    /// List the scenarios and the policies
    #[arg(long)]
    list: bool,
    /// Folder for the pictures
    #[arg(long, default_value = "target/oracle-sim")]
    out: PathBuf,
    /// Write the report, of all scenarios, to this file
    #[arg(long, value_name = "FILE", conflicts_with = "scenario")]
    write: Option<PathBuf>,
}

fn main() -> Result<()> {
    let args = Args::parse();
    if args.list {
        list();
        return Ok(());
    }
    let scenarios = chosen(&args)?;
    fs::create_dir_all(&args.out).with_context(|| format!("cannot create {}", args.out.display()))?;
    let seconds = scenarios.iter().map(|scenario| scenario.truth(args.seed).seconds()).sum();
    let mut progress = Progress::new(seconds);
    let mut all = Vec::new();
    for scenario in &scenarios {
        progress.begin(scenario.name);
        let played = run::play(scenario, args.seed, |second| progress.at(second));
        plot::draw(scenario, &played, &args.out.join(format!("{}.svg", scenario.name)))?;
        all.push(played);
    }
    progress.finish();
    for played in &all {
        print!("{}", report::terminal(played));
    }
    if all.len() > 1 {
        print!("{}", report::terminal_totals(&all));
    }
    println!("\npictures {}", args.out.display());
    if let Some(file) = &args.write {
        fs::write(file, report::document(&all, args.seed))
            .with_context(|| format!("cannot write {}", file.display()))?;
        println!("report   {}", file.display());
    }
    Ok(())
}

fn chosen(args: &Args) -> Result<Vec<scenario::Scenario>> {
    if args.scenario.is_empty() {
        return Ok(scenario::all());
    }
    let find = |name: &String| match scenario::named(name) {
        Some(found) => Ok(found),
        None => bail!("there is no scenario {name}; --list shows them"),
    };
    args.scenario.iter().map(find).collect()
}

fn list() {
    println!("scenarios");
    for scenario in scenario::all() {
        println!("  {:<14} {}", scenario.name, scenario.about);
    }
    println!("policies");
    for policy in policy::all(&[]) {
        println!("  {:<18} {}", policy.name(), policy.about());
    }
}
