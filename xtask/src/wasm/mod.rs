//! Compiles crates to WebAssembly: the risk crate for `app/risk`, and the kernels for its test.

mod linker;
mod tools;

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use anyhow::{ensure, Context, Result};

use crate::{hash::sha256_hex, process, workspace::Workspace};

pub use linker::find as find_linker;

pub const TARGET: &str = "wasm32-unknown-unknown";
/// The header of version 1, the only one.
const HEADER: &[u8] = b"\0asm\x01\0\0\0";

/// The profile, set by environment as for programs. Level 3 costs 2 KB of download over `s` and saves a sixth
/// of the time of rows.
const PROFILE: [(&str, &str); 8] = [
    ("CARGO_PROFILE_RELEASE_LTO", "fat"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "3"),
    ("CARGO_PROFILE_RELEASE_PANIC", "abort"),
    ("CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS", "true"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
    ("CARGO_PROFILE_RELEASE_STRIP", "symbols"),
    ("CARGO_PROFILE_RELEASE_INCREMENTAL", "false"),
];

/// A finished module.
pub struct Module {
    path: PathBuf,
    size: usize,
    sha256: String,
    tools: &'static str,
}

impl fmt::Display for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, size, sha256, tools } = self;
        write!(f, "{}\n  size    {size} bytes\n  sha256  {sha256}\n  tools   {tools}", path.display())
    }
}

/// The module of `app/risk`.
pub fn risk(workspace: &Workspace) -> Result<Module> {
    build(workspace, "bulkhead-risk-wasm", "core", &workspace.risk_dist().join("risk.wasm"))
}

/// The module that digests the numeric kernels for a test.
pub fn kernels(workspace: &Workspace) -> Result<Module> {
    build(workspace, "kernel-probe-wasm", "std,panic_abort", &workspace.wasm_dir().join("kernels.wasm"))
}

/// `library` is the part of the standard library that the package stands on.
fn build(workspace: &Workspace, package: &str, library: &str, to: &Path) -> Result<Module> {
    let target_dir = workspace.cargo_target().join("wasm");
    let (mut command, tools) = tools::cargo_rustc(workspace, library)?;
    command
        .args(["--release", "--lib", "--locked", "--ignore-rust-version", "--package", package])
        .args(["--crate-type", "cdylib", "--target", TARGET, "--target-dir"])
        .arg(&target_dir)
        .current_dir(workspace.root())
        .envs(PROFILE);
    process::run(&format!("Building {package} for {TARGET}"), &mut command)?;

    let name = format!("{}.wasm", package.replace('-', "_"));
    let built = target_dir.join(TARGET).join("release").join(name);
    let bytes = fs::read(&built).with_context(|| format!("cannot read {}", built.display()))?;
    ensure!(bytes.starts_with(HEADER), "{} is no WebAssembly module", built.display());
    let folder = to.parent().context("a module without a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    fs::write(to, &bytes).with_context(|| format!("cannot write {}", to.display()))?;
    Ok(Module { path: to.to_owned(), size: bytes.len(), sha256: sha256_hex(&bytes), tools })
}
