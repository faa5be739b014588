//! Which compiler builds the module: the user's where rustup has its target, else Debian's, which compiles
//! the standard library too.

use std::{path::Path, process::Command};

use anyhow::{Context, Result};

use super::{linker, TARGET};
use crate::{
    cargo, process,
    toolchain::{clean_environment, debian},
    workspace::Workspace,
};

/// `cargo rustc` with what each compiler needs, and the compiler's name. `library` is what Debian's must compile first.
pub fn cargo_rustc(workspace: &Workspace, library: &str) -> Result<(Command, &'static str)> {
    if has_target(workspace)? {
        let mut command = cargo::command(workspace);
        command.arg("rustc");
        return Ok((command, "rustup"));
    }
    let mut command = with_debian()?;
    command.arg("rustc").arg(format!("-Zbuild-std={library}"));
    Ok((command, "Debian"))
}

/// Whether the compiler of the cargo that runs this program has a library for the target.
fn has_target(workspace: &Workspace) -> Result<bool> {
    let libraries = process::read(
        Command::new("rustc")
            .args(["--print", "target-libdir", "--target", TARGET])
            .current_dir(workspace.root()),
    )
    .context("rustc does not know the target")?;
    Ok(Path::new(&libraries).is_dir())
}

/// Debian ships no library for the target, but the sources.
fn with_debian() -> Result<Command> {
    debian::ensure_compiler()?;
    let linker = linker::ensure()?;
    let mut command = Command::new(debian::CARGO);
    clean_environment(&mut command);
    // Separated as cargo wants it, because a path may hold spaces.
    let flags = format!("-Clinker={}\x1f-Clinker-flavor=wasm-ld", linker.display());
    command.env("RUSTC", debian::RUSTC).env("RUSTC_BOOTSTRAP", "1").env("CARGO_ENCODED_RUSTFLAGS", flags);
    Ok(command)
}
