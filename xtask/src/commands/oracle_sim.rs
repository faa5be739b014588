//! `cargo xtask oracle-sim`

use std::{path::PathBuf, process::Command};

use anyhow::Result;
use clap::Args;

use crate::{cargo, process, workspace::Workspace};

const PACKAGE: &str = "bulkhead-oracle-sim";
const BINARY: &str = "oracle-sim";

#[derive(Args, Default)]
pub struct OracleSimArgs {
    /// Seed of the price paths and of the noise of honest sources
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Play only this scenario; may be repeated
    #[arg(long, value_name = "NAME")]
    pub scenario: Vec<String>,
    /// List the scenarios and the policies
    #[arg(long)]
    pub list: bool,
    /// Folder for the pictures; by default target/oracle-sim
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Also write docs/ORACLES_SIMULATED.md
    #[arg(long, conflicts_with_all = ["scenario", "list"])]
    pub write: bool,
}

pub fn run(workspace: &Workspace, args: &OracleSimArgs) -> Result<()> {
    let mut command = Command::new(cargo::build_release(workspace, PACKAGE, BINARY)?);
    command.args(args.seed.iter().flat_map(|seed| ["--seed".to_owned(), seed.to_string()]));
    command.args(args.scenario.iter().flat_map(|name| ["--scenario", name]));
    command.args(args.list.then_some("--list"));
    command.arg("--out").arg(args.out.clone().unwrap_or_else(|| workspace.target().join("oracle-sim")));
    if args.write {
        command.arg("--write").arg(workspace.root().join("docs/ORACLES_SIMULATED.md"));
    }
    process::hand_over(&mut command)
}
