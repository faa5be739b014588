//! `cargo xtask bench`

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use clap::Args;

use super::build;
use crate::{cache::Cache, cargo, native, process, python, workspace::Workspace};

#[derive(Args, Default)]
pub struct BenchArgs {
    /// Only check the bounds of compute units; leave docs/BENCHMARKS.md as it is
    #[arg(long)]
    pub check: bool,
    /// Also compare more than 100,000 answers of every kernel with high-precision values, which takes a few minutes and, once,
    /// mpmath from PyPI
    #[arg(long, conflicts_with = "check")]
    pub accuracy: bool,
}

pub fn run(workspace: &Workspace, args: &BenchArgs) -> Result<()> {
    build::program(workspace)?;
    build::kernels(workspace)?;
    let bench = cargo::build_binary(workspace, "bench")?;
    let kernels = cargo::build_binary(workspace, "kernels")?;
    let check = args.check.then_some("--check");
    let instructions = process::hand_over(Command::new(bench).args(check).current_dir(workspace.root()));

    let mut command = Command::new(kernels);
    command.args(check).current_dir(workspace.root());
    // Times are for reading: no test may fail because a machine is busy.
    let mut accurate = Ok(());
    if !args.check {
        let binary = native::build(workspace)?;
        command.arg("--native").arg(times(workspace, &binary)?);
        if args.accuracy {
            let result = bench_file(workspace, "accuracy.json")?;
            accurate = accuracy(workspace, &binary, &result);
            if result.is_file() {
                command.arg("--accuracy").arg(result);
            }
        }
    }
    // All three are measured and written, whichever of them exceeds a bound.
    instructions.and(process::hand_over(&mut command)).and(accurate)
}

fn times(workspace: &Workspace, binary: &Path) -> Result<PathBuf> {
    let file = bench_file(workspace, "native.txt")?;
    let lines = process::run_for_output("Timing the kernels", Command::new(binary).arg("time"))?;
    fs::write(&file, lines).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

fn accuracy(workspace: &Workspace, binary: &Path, result: &Path) -> Result<()> {
    let python = python::install(workspace, &Cache::open()?)?;
    // A failed run must not pass off an older one's figures as its own.
    if result.exists() {
        fs::remove_file(result).with_context(|| format!("cannot remove {}", result.display()))?;
    }
    eprintln!("==> Comparing the kernels with high-precision values");
    process::hand_over(
        Command::new(python).arg(workspace.root().join("tests/accuracy/accuracy.py")).arg(binary).arg(result),
    )
}

fn bench_file(workspace: &Workspace, name: &str) -> Result<PathBuf> {
    let folder = workspace.target().join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(folder.join(name))
}
