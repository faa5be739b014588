//! `cargo xtask demo`

use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use super::build;
use crate::{
    cargo,
    interrupt::Interrupt,
    localnet::{Genesis, Localnet, Place},
    process,
    workspace::Workspace,
};

#[derive(Args, Default)]
pub struct DemoArgs {
    /// Run against a real local validator instead of the virtual machine in this process
    #[arg(long)]
    pub validator: bool,
    /// Seed of the noise of honest price sources; in process of all keys too
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Story time per step, as a multiple of the usual: 1 or 2
    #[arg(long, value_name = "X", value_parser = clap::value_parser!(u32).range(1..=2))]
    pub speed: Option<u32>,
    /// Leave the validator running after the drill, until Ctrl-C
    #[arg(long, requires = "validator")]
    pub keep_running: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}

pub fn run(workspace: &Workspace, args: &DemoArgs) -> Result<()> {
    build::program(workspace)?;
    let drill = cargo::build_binary(workspace, "drill")?;
    let mut command = Command::new(&drill);
    command.arg("--so").arg(workspace.program_so()).arg("--out").arg(workspace.target().join("demo"));
    command.args(args.seed.iter().flat_map(|seed| ["--seed".to_owned(), seed.to_string()]));
    command.args(args.speed.iter().flat_map(|speed| ["--speed".to_owned(), speed.to_string()]));
    command.args(args.json.then_some("--json"));

    const BROKEN: &str = "the drill found a broken promise or could not run; see above";
    if !args.validator {
        return process::hand_over(&mut command).context(BROKEN);
    }
    let keeper = cargo::build_binary(workspace, "bulkhead-keeper")?;
    let interrupt = Interrupt::listen()?;
    let mut localnet = Localnet::start(workspace, Place::Temporary, Genesis::Program, &interrupt)?;
    command.arg("--rpc").arg(localnet.validator.rpc_url());
    command.arg("--payer").arg(&localnet.payer).arg("--keeper").arg(keeper);
    let result = process::hand_over(&mut command).context(BROKEN);
    if args.keep_running && !interrupt.is_requested() {
        eprintln!("the validator still runs at {}; Ctrl-C stops it", localnet.validator.rpc_url());
        localnet.validator.wait_for(&interrupt)?;
    }
    result
}
