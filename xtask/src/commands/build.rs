//! `cargo xtask build`

use anyhow::Result;
use clap::Args;

use crate::{
    idl, program_key,
    sbf::{self, reproducible, Program, Toolchain},
    typescript, wasm,
    workspace::Workspace,
};

const PROGRAM: &str = "programs/bulkhead";
const PROBE: &str = "tests/toolchain";
const KERNELS: &str = "tests/kernels";

#[derive(Args)]
pub struct BuildArgs {
    /// Build only the program: neither its IDL, the TypeScript client nor the WebAssembly module
    #[arg(long)]
    no_idl: bool,
    /// Build only the WebAssembly module of app/risk
    #[arg(long, conflicts_with_all = ["no_idl", "program", "toolchain", "verify_reproducible"])]
    wasm: bool,
    /// Build only this program crate, for example tests/toolchain
    #[arg(long, value_name = "FOLDER")]
    program: Option<String>,
    /// Which tool chain builds
    #[arg(long, value_enum, default_value_t)]
    toolchain: Toolchain,
    /// Build a second time in another folder, with the tool chain in another folder, and compare the bytes
    #[arg(long)]
    verify_reproducible: bool,
}

pub fn run(workspace: &Workspace, args: &BuildArgs) -> Result<()> {
    if args.wasm {
        return module(workspace);
    }
    let folder = args.program.as_deref().unwrap_or(PROGRAM);
    let built = sbf::build(workspace, args.toolchain, folder)?;
    println!("{built}");
    if args.verify_reproducible {
        reproducible::verify(workspace, args.toolchain, folder, &built)?;
        println!("  the same bytes come from other folders");
    }
    if args.program.is_some() {
        return Ok(());
    }
    program_key::write(workspace)?;
    if !args.no_idl {
        interface(workspace)?;
        module(workspace)?;
    }
    Ok(())
}

/// Builds the program and the key pair under which a local validator runs it.
pub fn program(workspace: &Workspace) -> Result<Program> {
    let program = sbf::build(workspace, Toolchain::Auto, PROGRAM)?;
    program_key::write(workspace)?;
    Ok(program)
}

pub fn probe(workspace: &Workspace) -> Result<Program> {
    sbf::build(workspace, Toolchain::Auto, PROBE)
}

/// The program that calls the numeric kernels, built as the real one: same flags, same checks.
pub fn kernels(workspace: &Workspace) -> Result<Program> {
    sbf::build(workspace, Toolchain::Auto, KERNELS)
}

/// The IDL and what is generated from it.
pub fn interface(workspace: &Workspace) -> Result<()> {
    idl::generate(workspace)?;
    typescript::generate_client(workspace)
}

/// The risk crate for the app.
pub fn module(workspace: &Workspace) -> Result<()> {
    println!("{}", wasm::risk(workspace)?);
    Ok(())
}
