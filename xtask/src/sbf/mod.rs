//! Compiles a crate of the workspace to an SBPF v3 program.

mod elf;
mod flags;
mod registry;
pub mod reproducible;

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::{cache::Cache, cargo, hash::sha256_hex, process, workspace::Workspace};

/// A finished program under `target/deploy`.
pub struct Program {
    pub path: PathBuf,
    pub size: usize,
    pub sha256: String,
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  size    {} bytes\n  sha256  {}", self.path.display(), self.size, self.sha256)
    }
}

/// Builds the program crate in `crate_dir` (relative to the root) into `target/deploy`.
pub fn build(workspace: &Workspace, crate_dir: &str) -> Result<Program> {
    build_with(workspace, &Cache::open()?, crate_dir)
}

fn build_with(workspace: &Workspace, cache: &Cache, crate_dir: &str) -> Result<Program> {
    let library = library_name(workspace, &workspace.root().join(crate_dir))?;
    let built = registry::build(workspace, cache, crate_dir, &library)?;
    let bytes = fs::read(&built).with_context(|| format!("cannot read {}", built.display()))?;
    elf::check(&bytes).with_context(|| format!("{} is not a usable program", built.display()))?;

    let path = workspace.deploy_dir().join(format!("{library}.so"));
    fs::create_dir_all(workspace.deploy_dir()).context("cannot create target/deploy")?;
    fs::write(&path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(Program { path, size: bytes.len(), sha256: sha256_hex(&bytes) })
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
