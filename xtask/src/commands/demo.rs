//! `cargo xtask demo`

use anyhow::{Context, Result};
use clap::Args;

use super::build;
use crate::{cargo, interrupt::Interrupt, localnet::Localnet, process, workspace::Workspace};

#[derive(Args, Default)]
pub struct DemoArgs {
    /// Run against a real local validator instead of the virtual machine in this process
    #[arg(long)]
    pub validator: bool,
    /// Seed of everything random in the drill
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Speed of the replay
    #[arg(long, value_name = "X")]
    pub speed: Option<f64>,
    /// Leave the validator running after the drill, until Ctrl-C
    #[arg(long, requires = "validator")]
    pub keep_running: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}

pub fn run(workspace: &Workspace, args: &DemoArgs) -> Result<()> {
    build::program(workspace)?;
    if !args.validator {
        return drill(workspace, args, &[]);
    }
    let interrupt = Interrupt::listen()?;
    let mut localnet = Localnet::start_temporary(&interrupt)?;
    let validator = [
        ("--rpc", localnet.validator.rpc_url()),
        ("--ws", localnet.validator.ws_url()),
        ("--keypair", localnet.payer.display().to_string()),
    ];
    let result = drill(workspace, args, &validator);
    if args.keep_running && !interrupt.is_requested() {
        eprintln!("the validator still runs at {}; Ctrl-C stops it", localnet.validator.rpc_url());
        localnet.validator.wait_for(&interrupt)?;
    }
    result
}

fn drill(workspace: &Workspace, args: &DemoArgs, validator: &[(&str, String)]) -> Result<()> {
    let mut build = cargo::command(workspace);
    build.args(["build", "--ignore-rust-version", "--package", "bulkhead-drill", "--bin", "drill"]);
    process::run("Building the drill", &mut build)?;

    let mut command = cargo::command(workspace);
    command.args([
        "run",
        "--quiet",
        "--ignore-rust-version",
        "--package",
        "bulkhead-drill",
        "--bin",
        "drill",
        "--",
    ]);
    command.arg("--so").arg(workspace.program_so());
    if args.validator {
        command.arg("--validator").arg("--program-keypair").arg(workspace.program_keypair());
        command.args(validator.iter().flat_map(|(name, value)| [*name, value.as_str()]));
    }
    if let Some(seed) = args.seed {
        command.args(["--seed", &seed.to_string()]);
    }
    if let Some(speed) = args.speed {
        command.args(["--speed", &speed.to_string()]);
    }
    if args.json {
        command.arg("--json");
    }
    process::hand_over(&mut command).context("the drill found a broken promise or could not run; see above")
}
