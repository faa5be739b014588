//! Compiles a crate of the workspace to an SBPF v3 program.

mod anza;
mod elf;
mod flags;
mod registry;
pub mod reproducible;
mod source;

use std::{fmt, fs, path::PathBuf};

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::{cache::Cache, hash::sha256_hex, workspace::Workspace};
use source::Crate;

/// A finished program under `target/deploy`.
pub struct Program {
    pub path: PathBuf,
    pub size: usize,
    pub sha256: String,
    tools: &'static str,
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}\n  size    {} bytes\n  sha256  {}\n  tools   {}",
            self.path.display(),
            self.size,
            self.sha256,
            self.tools
        )
    }
}

/// With which tool chain to build.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Toolchain {
    /// Anza's where it is installed and recent enough, else the registry tool chain
    #[default]
    Auto,
    /// Anza's `cargo build-sbf`
    Anza,
    /// Put together from Debian, PyPI and crates.io packages
    Registry,
}

/// Builds the program crate in `crate_dir` (relative to the root) into `target/deploy`.
pub fn build(workspace: &Workspace, toolchain: Toolchain, crate_dir: &str) -> Result<Program> {
    build_with(workspace, toolchain, &Cache::open()?, crate_dir)
}

fn build_with(
    workspace: &Workspace,
    toolchain: Toolchain,
    cache: &Cache,
    crate_dir: &str,
) -> Result<Program> {
    let source = Crate::find(workspace, crate_dir)?;
    let with_anza = match toolchain {
        Toolchain::Auto => anza::check().is_ok(),
        Toolchain::Anza => anza::check().map(|()| true)?,
        Toolchain::Registry => false,
    };
    let (built, tools) = if with_anza {
        (anza::build(workspace, &source)?, "Anza's")
    } else {
        (registry::build(workspace, cache, &source)?, "registry")
    };
    let bytes = fs::read(&built).with_context(|| format!("cannot read {}", built.display()))?;
    elf::check(&bytes).with_context(|| format!("{} is not a usable program", built.display()))?;

    let path = workspace.deploy_dir().join(format!("{}.so", source.library));
    fs::create_dir_all(workspace.deploy_dir()).context("cannot create target/deploy")?;
    fs::write(&path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(Program { path, size: bytes.len(), sha256: sha256_hex(&bytes), tools })
}
