//! `cargo xtask localnet`

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use super::build;
use crate::{
    interrupt::Interrupt,
    localnet::{Genesis, Localnet, Place},
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
    let place = Place::Kept { ports, dir: dir.clone() };
    let mut localnet = Localnet::start(workspace, place, Genesis::Empty, &interrupt)?;
    // Safe to repeat: on a kept cluster the script does only what is missing.
    let addresses =
        if args.no_deploy { None } else { Some(localnet.migrate(workspace, &dir.join("deployment.json"))?) };
    println!("\nRPC        {}", localnet.validator.rpc_url());
    println!("WebSocket  {}", localnet.validator.ws_url());
    println!("payer      {}", localnet.payer.display());
    if let Some(addresses) = addresses {
        println!("{addresses}");
    }
    println!("\nRunning. Ctrl-C stops it; the ledger stays in {}.", dir.display());
    localnet.validator.wait_for(&interrupt)?;
    println!("stopped");
    Ok(())
}
