//! `cargo xtask test`: everything CI runs.

mod counts;
mod steps;
mod summary;

use std::time::Instant;

use anyhow::{bail, Result};
use clap::{Args, ValueEnum};

use crate::{interrupt::Interrupt, toolchain::debian, workspace::Workspace};
use counts::Counts;
use steps::Step;
use summary::{Row, Summary};

#[derive(Args)]
pub struct TestArgs {
    /// Skip what needs a validator, which takes most of a machine's first run
    #[arg(long)]
    fast: bool,
    /// Run only this step; may be repeated
    #[arg(long, value_name = "STEP", conflicts_with = "fast")]
    only: Vec<Step>,
}

pub fn run(workspace: &Workspace, args: &TestArgs) -> Result<()> {
    let interrupt = Interrupt::listen()?;
    debian::ensure_host_tools()?;
    let mut summary = Summary::default();
    for &step in Step::value_variants() {
        let wanted = if args.only.is_empty() {
            !(args.fast && step.needs_validator())
        } else {
            args.only.contains(&step)
        };
        if !wanted {
            continue;
        }
        let started = Instant::now();
        // All steps run, whatever fails: one report should show everything that is wrong.
        let counts = step.run(workspace).unwrap_or_else(|error| {
            eprintln!("error: {error:#}");
            Counts::one_failed()
        });
        interrupt.check()?;
        summary.push(Row { name: step.title(), counts, elapsed: started.elapsed() });
    }
    println!("{summary}");
    if summary.total().failed > 0 {
        bail!("run a single step again with `cargo xtask test --only <STEP>`");
    }
    Ok(())
}
