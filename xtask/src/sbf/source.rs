//! What cargo knows of a program crate.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::{cargo, process, workspace::Workspace};

/// A crate to compile to a program.
pub struct Crate {
    /// Relative to the root of the clone.
    pub folder: String,
    /// Name of its library and so of the program.
    pub library: String,
    /// See [`super::flags::program`]; from `[package.metadata.sbf] libcalls` in its manifest.
    pub libcalls: Vec<String>,
    /// Its folder in cargo's target folder; from `[package.metadata.sbf] target`. A crate that depends on another program needs one of
    /// its own: cargo would leave that program, as the dependency is built, in place of the real one.
    pub target: String,
}

impl Crate {
    pub fn find(workspace: &Workspace, folder: &str) -> Result<Self> {
        let mut command = cargo::command(workspace);
        command.args(["metadata", "--no-deps", "--format-version", "1"]);
        let metadata: Metadata =
            serde_json::from_str(&process::read(&mut command)?).context("cannot read cargo's metadata")?;
        let manifest = workspace.root().join(folder).join("Cargo.toml");
        let package = metadata
            .packages
            .into_iter()
            .find(|package| manifest == Path::new(&package.manifest_path))
            .with_context(|| format!("{} is no member of the workspace", manifest.display()))?;
        let library = package
            .targets
            .into_iter()
            .find(|target| target.crate_types.iter().any(|kind| kind == "cdylib"))
            .with_context(|| format!("{} has no library of the kind \"cdylib\"", manifest.display()))?
            .name;
        let Sbf { libcalls, target } = package.metadata.unwrap_or_default().sbf;
        let target = target.unwrap_or_else(|| "sbf".to_owned());
        Ok(Self { folder: folder.to_owned(), library, libcalls, target })
    }
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    manifest_path: String,
    targets: Vec<Target>,
    metadata: Option<PackageMetadata>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    crate_types: Vec<String>,
}

#[derive(Default, Deserialize)]
struct PackageMetadata {
    #[serde(default)]
    sbf: Sbf,
}

#[derive(Default, Deserialize)]
struct Sbf {
    #[serde(default)]
    libcalls: Vec<String>,
    target: Option<String>,
}
