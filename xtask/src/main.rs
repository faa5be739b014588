//! `cargo xtask`: builds, tests, runs and measures Bulkhead.

mod cache;
mod cargo;
mod commands;
mod hash;
mod idl;
mod process;
mod program_key;
mod progress;
mod sbf;
mod toolchain;
mod typescript;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// Build, test, run and measure Bulkhead
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the program, its IDL and the TypeScript client
    Build(commands::build::BuildArgs),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = Workspace::current().and_then(|workspace| match &cli.command {
        Command::Build(args) => commands::build::run(&workspace, args),
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
