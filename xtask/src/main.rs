//! `cargo xtask`: builds, tests, runs and measures Bulkhead.

mod cache;
mod cargo;
mod commands;
mod hash;
mod idl;
mod interrupt;
mod localnet;
mod native;
mod process;
mod program_key;
mod progress;
mod python;
mod sbf;
mod toolchain;
mod typescript;
mod validator;
mod wasm;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// Build, test, run and measure Bulkhead.
///
/// What a command needs is installed when it is first needed, into a cache that all clones share
/// ($BULKHEAD_CACHE_DIR, else $XDG_CACHE_HOME/bulkhead, else ~/.cache/bulkhead).
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the program, its IDL, the TypeScript client and the WebAssembly module of app/risk
    Build(commands::build::BuildArgs),
    /// Run everything CI runs and report all failures
    Test(commands::test::TestArgs),
    /// Run the crash drill: a market carried through a historical crash with faults injected
    Demo(commands::demo::DemoArgs),
    /// Compare the mark with other oracle policies over price paths with faults
    OracleSim(commands::oracle_sim::OracleSimArgs),
    /// Play thousands of random sequences of instructions in three markets
    Fuzz(commands::fuzz::FuzzArgs),
    /// Carry thousands of accounts through crashes on the real program, and through models of other policies
    Stress(commands::stress::StressArgs),
    /// Start a local validator with the program deployed and the demo market initialised
    Localnet(commands::localnet::LocalnetArgs),
    /// Measure the compute units of every instruction and of the numeric kernels
    Bench(commands::bench::BenchArgs),
    /// Say what is installed, what is missing and how to get it
    Doctor,
    /// Delete build results
    Clean(commands::clean::CleanArgs),
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    let workspace = Workspace::current()?;
    match command {
        Command::Build(args) => commands::build::run(&workspace, &args),
        Command::Test(args) => commands::test::run(&workspace, &args),
        Command::Demo(args) => commands::demo::run(&workspace, &args),
        Command::OracleSim(args) => commands::oracle_sim::run(&workspace, &args),
        Command::Fuzz(args) => commands::fuzz::run(&workspace, &args),
        Command::Stress(args) => commands::stress::run(&workspace, &args),
        Command::Localnet(args) => commands::localnet::run(&workspace, &args),
        Command::Bench(args) => commands::bench::run(&workspace, &args),
        Command::Doctor => commands::doctor::run(),
        Command::Clean(args) => commands::clean::run(&workspace, &args),
    }
}
