//! `cargo xtask localnet`

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use super::build;
use crate::{
    hash::sha256_hex,
    interrupt::Interrupt,
    localnet::{Addresses, Localnet},
    validator::{Ports, DEFAULT_RPC},
    workspace::Workspace,
};

#[derive(Args)]
pub struct LocalnetArgs {
    /// Port of the RPC server; its WebSocket takes the next one
    #[arg(long, value_name = "PORT", default_value_t = DEFAULT_RPC)]
    rpc_port: u16,
    /// Folder that keeps the cluster between runs
    #[arg(long, value_name = "FOLDER", default_value = "target/localnet")]
    ledger: PathBuf,
    /// Forget what an earlier run left in the folder
    #[arg(long)]
    reset: bool,
    /// Start a bare validator: do not build, deploy or initialise anything
    #[arg(long)]
    no_deploy: bool,
}

pub fn run(workspace: &Workspace, args: &LocalnetArgs) -> Result<()> {
    // Before the long work: a taken port should be reported at once.
    let ports = Ports::with_rpc(args.rpc_port)?;
    let dir = workspace.root().join(&args.ledger);
    if args.reset && dir.exists() {
        fs::remove_dir_all(&dir).with_context(|| format!("cannot remove {}", dir.display()))?;
    }
    if !args.no_deploy {
        build::program(workspace)?;
        build::interface(workspace)?;
    }
    let interrupt = Interrupt::listen()?;
    let mut localnet = Localnet::start(ports, &dir, args.reset, &interrupt)?;
    println!("\nRPC        {}", localnet.validator.rpc_url());
    println!("WebSocket  {}", localnet.validator.ws_url());
    println!("payer      {}", localnet.payer.display());
    if !args.no_deploy {
        deployment(workspace, &localnet, &dir)?.print();
    }
    println!("\nRunning. Ctrl-C stops it; the ledger stays in {}.", dir.display());
    localnet.validator.wait_for(&interrupt)?;
    println!("stopped");
    Ok(())
}

/// Deploys unless the kept cluster has this very program.
fn deployment(workspace: &Workspace, localnet: &Localnet, dir: &std::path::Path) -> Result<Addresses> {
    let out = dir.join("deployment.json");
    let stamp = dir.join("deployed.sha256");
    let program = sha256_hex(&fs::read(workspace.program_so()).context("cannot read the program")?);
    if fs::read_to_string(&stamp).is_ok_and(|deployed| deployed == program) {
        return Addresses::read(&out);
    }
    let addresses = localnet
        .migrate(workspace, &out)
        .context("if an earlier cluster is in the way, start afresh with `cargo xtask localnet --reset`")?;
    fs::write(&stamp, program).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(addresses)
}
