//! `cargo xtask bench`

use std::process::Command;

use anyhow::Result;
use clap::Args;

use super::build;
use crate::{cargo, process, workspace::Workspace};

#[derive(Args, Default)]
pub struct BenchArgs {
    /// Only check the bounds; leave docs/BENCHMARKS.md as it is
    #[arg(long)]
    pub check: bool,
}

pub fn run(workspace: &Workspace, args: &BenchArgs) -> Result<()> {
    build::program(workspace)?;
    let bench = cargo::build_binary(workspace, "bench")?;
    process::hand_over(
        Command::new(bench).args(args.check.then_some("--check")).current_dir(workspace.root()),
    )
}
