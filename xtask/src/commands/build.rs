//! `cargo xtask build`

use anyhow::Result;
use clap::Args;

use crate::{idl, program_key, sbf, typescript, workspace::Workspace};

pub const PROGRAM: &str = "programs/bulkhead";
pub const PROBE: &str = "tests/toolchain";

#[derive(Args)]
pub struct BuildArgs {
    /// Build only the program: neither its IDL nor the TypeScript client
    #[arg(long)]
    no_idl: bool,
    /// Also build the tool chain's test program, target/deploy/toolchain_probe.so
    #[arg(long)]
    probe: bool,
}

pub fn run(workspace: &Workspace, args: &BuildArgs) -> Result<()> {
    program(workspace)?;
    if args.probe {
        probe(workspace)?;
    }
    if !args.no_idl {
        interface(workspace)?;
    }
    Ok(())
}

/// Builds the program and the key pair under which a local validator runs it.
pub fn program(workspace: &Workspace) -> Result<()> {
    let program = sbf::build(workspace, PROGRAM)?;
    program_key::write(workspace)?;
    program.print(workspace);
    Ok(())
}

pub fn probe(workspace: &Workspace) -> Result<()> {
    sbf::build(workspace, PROBE)?.print(workspace);
    Ok(())
}

/// The IDL and what is generated from it.
pub fn interface(workspace: &Workspace) -> Result<()> {
    idl::generate(workspace)?;
    typescript::generate_client(workspace)
}
