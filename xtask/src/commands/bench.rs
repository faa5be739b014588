//! `cargo xtask bench`

use anyhow::Result;

use super::build;
use crate::{cargo, process, workspace::Workspace};

pub fn run(workspace: &Workspace) -> Result<()> {
    build::program(workspace)?;
    let mut command = cargo::command(workspace);
    command.args([
        "run",
        "--quiet",
        "--ignore-rust-version",
        "--package",
        "bulkhead-tests",
        "--bin",
        "bench",
    ]);
    process::hand_over(&mut command)
}
