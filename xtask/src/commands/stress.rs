//! `cargo xtask stress`

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result};
use clap::Args;

use super::build;
use crate::{cargo, process, workspace::Workspace};

#[derive(Args, Default)]
pub struct StressArgs {
    /// Seed of the accounts, of all keys and of the paths
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// How many accounts trade; by default 2,000
    #[arg(long, value_name = "N")]
    pub accounts: Option<u64>,
    /// Play only this path; may be repeated
    #[arg(long, value_name = "NAME")]
    pub path: Vec<String>,
    /// List the paths and the policies
    #[arg(long)]
    pub list: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
    /// Folder for the report and the pictures; by default target/stress
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Also write docs/STRESS.md
    #[arg(long, conflicts_with_all = ["path", "list"])]
    pub write: bool,
}

pub fn run(workspace: &Workspace, args: &StressArgs) -> Result<()> {
    if !args.list {
        build::program(workspace)?;
    }
    let mut command = Command::new(cargo::build_binary(workspace, "stress")?);
    command.arg("--so").arg(workspace.program_so());
    command.args(args.seed.iter().flat_map(|seed| ["--seed".to_owned(), seed.to_string()]));
    command.args(args.accounts.iter().flat_map(|count| ["--accounts".to_owned(), count.to_string()]));
    command.args(args.path.iter().flat_map(|name| ["--path", name]));
    command.args(args.list.then_some("--list"));
    command.args(args.json.then_some("--json"));
    command.arg("--out").arg(args.out.clone().unwrap_or_else(|| workspace.target().join("stress")));
    if args.write {
        command.arg("--write").arg(workspace.root().join("docs/STRESS.md"));
    }
    process::hand_over(&mut command).context("the books of a market do not balance; see above")
}
