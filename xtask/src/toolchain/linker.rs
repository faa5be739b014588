//! `sbpf-linker` from crates.io, with signed division lowered, linked against the static LLVM.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{ensure, Context, Result};
use serde::Deserialize;

use super::{
    debian, llvm,
    patch::{self, Patch},
};
use crate::{
    cache::{once, Cache},
    hash::short_key,
    process,
};

pub const VERSION: &str = "0.2.6";
const BINARY: &str = "sbpf-linker";
const FETCH_MANIFEST: &str = include_str!("../../toolchain/linker/fetch.toml");
const FETCH_LOCK: &str = include_str!("../../toolchain/linker/fetch.lock");
const SIGNED_DIVISION: &str = include_str!("../../toolchain/linker/signed_division.rs");
const PATCH: Patch =
    Patch { name: "bpf-linker.patch", text: include_str!("../../toolchain/linker/bpf-linker.patch") };

pub fn cache_name() -> String {
    let key = short_key(&[
        debian::RUST_VERSION,
        llvm::VERSION,
        llvm::REQUIREMENTS,
        FETCH_MANIFEST,
        FETCH_LOCK,
        SIGNED_DIVISION,
        PATCH.text,
    ]);
    format!("linker-{VERSION}-{key}")
}

/// Returns the folder that holds the linker. LLVM and the build folder (1 GB) are deleted after the build.
pub fn install(cache: &Cache) -> Result<PathBuf> {
    let dir = cache.install(&cache_name(), |dir, work| {
        let llvm_prefix = llvm::unpack(work)?;
        let sources = work.join("sources");
        once(&work.join("sources.done"), || prepare_sources(work, &sources))?;
        build(&sources.join("sbpf-linker"), &llvm_prefix, &work.join("target"))?;
        let built = work.join("target/release").join(BINARY);
        fs::copy(&built, dir.join(BINARY)).with_context(|| format!("cannot copy {}", built.display()))?;
        check(dir)
    })?;
    Ok(dir)
}

/// The linker must at least start: it prints its usage.
fn check(dir: &Path) -> Result<()> {
    let usage = process::read(Command::new(dir.join(BINARY)).arg("--help"))?;
    ensure!(usage.contains("--export"), "the built {BINARY} does not print the expected usage");
    Ok(())
}

/// Lets cargo download and check both crates, then edits copies of them.
fn prepare_sources(work: &Path, sources: &Path) -> Result<()> {
    let fetch = work.join("fetch");
    fs::create_dir_all(&fetch).with_context(|| format!("cannot create {}", fetch.display()))?;
    for (name, text) in [("Cargo.toml", FETCH_MANIFEST), ("Cargo.lock", FETCH_LOCK), ("lib.rs", "")] {
        fs::write(fetch.join(name), text).with_context(|| format!("cannot write {name}"))?;
    }
    let metadata = process::run_for_output(
        "Downloading the linker's sources",
        cargo().args(["metadata", "--locked", "--format-version", "1"]).current_dir(&fetch),
    )
    .context("the sources come from crates.io: check the network, then run the command again")?;
    let metadata: Metadata = serde_json::from_str(&metadata).context("cannot read cargo's metadata")?;

    if sources.exists() {
        fs::remove_dir_all(sources).with_context(|| format!("cannot remove {}", sources.display()))?;
    }
    fs::create_dir_all(sources).with_context(|| format!("cannot create {}", sources.display()))?;
    for name in ["sbpf-linker", "bpf-linker"] {
        let package = metadata
            .packages
            .iter()
            .find(|package| package.name == name)
            .with_context(|| format!("cargo does not know {name}"))?;
        let from = package.manifest_path.parent().context("a manifest without a folder")?;
        process::read(Command::new("cp").arg("--recursive").arg(from).arg(sources.join(name)))?;
    }

    patch::apply(&sources.join("bpf-linker"), &PATCH)?;
    fs::write(sources.join("bpf-linker/src/llvm/signed_division.rs"), SIGNED_DIVISION)
        .context("cannot write signed_division.rs")?;
    let manifest = sources.join("sbpf-linker/Cargo.toml");
    let mut text = fs::read_to_string(&manifest).context("cannot read the linker's manifest")?;
    text.push_str("\n[patch.crates-io]\nbpf-linker = { path = \"../bpf-linker\" }\n\n[workspace]\n");
    fs::write(&manifest, text).context("cannot write the linker's manifest")
}

fn build(sources: &Path, llvm_prefix: &Path, target: &Path) -> Result<()> {
    let path = env::var("PATH").unwrap_or_default();
    process::run(
        "Building the linker",
        cargo()
            .args(["build", "--release", "--bin", BINARY, "--no-default-features"])
            .args(["--features", "bpf-linker/llvm-23,bpf-linker/llvm-link-static"])
            .arg("--target-dir")
            .arg(target)
            .env("LLVM_PREFIX", llvm_prefix)
            .env("PATH", format!("{}:{path}", llvm_prefix.join("bin").display()))
            .current_dir(sources),
    )
}

/// Debian's cargo and compiler, so that the result does not depend on the user's.
fn cargo() -> Command {
    let mut command = Command::new(debian::CARGO);
    super::clean_environment(&mut command);
    command.env("RUSTC", debian::RUSTC);
    command
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
}
