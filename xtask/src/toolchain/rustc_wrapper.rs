//! Installs the compiler wrapper that makes symbol names independent of folders.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result};

use super::debian;
use crate::process;

pub const BINARY: &str = "rustc-stable-metadata";
pub const SOURCE: &str = include_str!("../../toolchain/rustc_stable_metadata.rs");

pub fn install(dir: &Path) -> Result<()> {
    let source = dir.join("rustc_stable_metadata.rs");
    fs::write(&source, SOURCE).with_context(|| format!("cannot write {}", source.display()))?;
    let mut command = Command::new(debian::RUSTC);
    super::clean_environment(&mut command);
    process::read(command.args(["--edition=2021", "-O", "-o"]).arg(dir.join(BINARY)).arg(&source))?;
    Ok(())
}

/// The wrapper's own tests; its `main` is for the stand-alone program.
#[cfg(test)]
#[allow(dead_code)]
#[path = "../../toolchain/rustc_stable_metadata.rs"]
mod stand_alone;
