//! `cargo xtask fuzz`

use anyhow::{ensure, Result};
use clap::Args;

use crate::{cargo, process, toolchain::debian, workspace::Workspace};

/// In the first line of what the sequences print at their end.
const SUMMARY: &str = "sequences of";

#[derive(Args)]
pub struct FuzzArgs {
    /// Sequences to play
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub seeds: u64,
    /// First seed; the others follow it
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub first: u64,
    /// Moves of each sequence before the wind-down
    #[arg(long, value_name = "N", default_value_t = 300)]
    pub steps: u64,
    /// Play only this seed and print its trail when it fails
    #[arg(long, value_name = "SEED", conflicts_with_all = ["seeds", "first"])]
    pub seed: Option<u64>,
}

/// Plays random sequences of `tests/stateful`. The seeds that fail are in the last line; they belong into its `seeds.txt`.
pub fn run(workspace: &Workspace, args: &FuzzArgs) -> Result<()> {
    debian::ensure_host_tools()?;
    let mut play = cargo::command(workspace);
    // With all of the workspace chosen, as the tests are: another choice means other features, and everything compiles again.
    play.args(["test", "--ignore-rust-version", "--workspace"]);
    play.args(["--test", "stateful", "--", "--nocapture"]);
    play.env("BULKHEAD_STEPS", args.steps.to_string());
    match args.seed {
        Some(seed) => play.env("BULKHEAD_SEED", seed.to_string()),
        None => play
            .env("BULKHEAD_SEEDS", args.seeds.to_string())
            .env("BULKHEAD_FIRST_SEED", args.first.to_string()),
    };
    let outcome = process::observe("Playing random sequences", &mut play)?;
    // A terminal has shown one line at a time.
    let summary = outcome
        .output
        .lines()
        .skip_while(|line| !line.contains(SUMMARY))
        .take_while(|line| !line.starts_with("test "));
    summary.for_each(|line| println!("{line}"));
    ensure!(outcome.succeeded(), "a sequence failed: replay it with `cargo xtask fuzz --seed SEED`");
    Ok(())
}
