//! Calls of the cargo that runs this program.

use std::{env, path::PathBuf, process::Command};

use anyhow::Result;

use crate::{process, toolchain::debian, workspace::Workspace};

/// The user's cargo, started in the root of the clone.
pub fn command(workspace: &Workspace) -> Command {
    let mut command = anywhere();
    command.current_dir(workspace.root());
    command
}

/// The user's cargo, for what does not concern this clone.
pub fn anywhere() -> Command {
    // By its own path: under rustup the plain name would be resolved again, perhaps to another version.
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // Cargo sets these for the program it runs; inherited by another cargo they would only confuse build scripts.
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_") {
            command.env_remove(name);
        }
    }
    command.env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_MANIFEST_PATH");
    command
}

/// Builds a program of this machine and returns its path.
pub fn build_binary(workspace: &Workspace, binary: &str) -> Result<PathBuf> {
    debian::ensure_host_tools()?;
    let mut build = command(workspace);
    // The whole workspace is selected, so that dependencies keep the features that the tests build them with.
    build.args(["build", "--workspace", "--ignore-rust-version", "--bin", binary]);
    process::run(&format!("Building {binary}"), &mut build)?;
    Ok(workspace.cargo_target().join("debug").join(binary))
}

/// Builds a program of this machine optimised, for what would take minutes otherwise, and returns its path.
pub fn build_release(workspace: &Workspace, package: &str, binary: &str) -> Result<PathBuf> {
    debian::ensure_host_tools()?;
    let mut build = command(workspace);
    build.args(["build", "--release", "--ignore-rust-version", "--package", package, "--bin", binary]);
    process::run(&format!("Building {binary}"), &mut build)?;
    Ok(workspace.cargo_target().join("release").join(binary))
}
