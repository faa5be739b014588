//! Compiles a crate of the workspace to an SBPF v3 program.

mod anza;
mod elf;
mod flags;
mod registry;
pub mod reproducible;

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use clap::ValueEnum;
use serde::Deserialize;

use crate::{cache::Cache, cargo, hash::sha256_hex, process, workspace::Workspace};

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
    let library = library_name(workspace, &workspace.root().join(crate_dir))?;
    let with_anza = match toolchain {
        Toolchain::Auto => anza::check().is_ok(),
        Toolchain::Anza => anza::check().map(|()| true)?,
        Toolchain::Registry => false,
    };
    let (built, tools) = if with_anza {
        (anza::build(workspace, crate_dir, &library)?, "Anza's")
    } else {
        (registry::build(workspace, cache, crate_dir, &library)?, "registry")
    };
    let bytes = fs::read(&built).with_context(|| format!("cannot read {}", built.display()))?;
    elf::check(&bytes).with_context(|| format!("{} is not a usable program", built.display()))?;

    let path = workspace.deploy_dir().join(format!("{library}.so"));
    fs::create_dir_all(workspace.deploy_dir()).context("cannot create target/deploy")?;
    fs::write(&path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(Program { path, size: bytes.len(), sha256: sha256_hex(&bytes), tools })
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    manifest_path: PathBuf,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    crate_types: Vec<String>,
}

fn library_name(workspace: &Workspace, crate_dir: &Path) -> Result<String> {
    let mut command = cargo::command(workspace);
    command.args(["metadata", "--no-deps", "--format-version", "1"]);
    let metadata: Metadata =
        serde_json::from_str(&process::read(&mut command)?).context("cannot read cargo's metadata")?;
    let manifest = crate_dir.join("Cargo.toml");
    metadata
        .packages
        .into_iter()
        .filter(|package| package.manifest_path == manifest)
        .flat_map(|package| package.targets)
        .find(|target| target.crate_types.iter().any(|kind| kind == "cdylib"))
        .map(|target| target.name)
        .with_context(|| format!("{} has no library of the kind \"cdylib\"", manifest.display()))
}
