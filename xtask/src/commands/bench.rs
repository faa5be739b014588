//! `cargo xtask bench`

use std::process::Command;

use anyhow::Result;

use super::build;
use crate::{cargo, process, workspace::Workspace};

pub fn run(workspace: &Workspace) -> Result<()> {
    build::program(workspace)?;
    let bench = cargo::build_binary(workspace, "bench")?;
    process::hand_over(Command::new(bench).current_dir(workspace.root()))
}
