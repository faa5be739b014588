//! Compiles `crates/risk-wasm` to the WebAssembly module of `app/risk`.

mod linker;
mod tools;

use std::{fmt, fs};

use anyhow::{ensure, Context, Result};

use crate::{hash::sha256_hex, process, workspace::Workspace};

pub use linker::find as find_linker;

pub const TARGET: &str = "wasm32-unknown-unknown";
const CRATE: &str = "bulkhead-risk-wasm";
/// What cargo makes of the crate's name.
const BUILT: &str = "bulkhead_risk_wasm.wasm";
/// The header of version 1, the only one.
const HEADER: &[u8] = b"\0asm\x01\0\0\0";

/// The profile, set by environment as for programs. Level 3 costs 3 KB over `s` and saves 7 % of the time of a row.
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
    path: String,
    size: usize,
    sha256: String,
    tools: &'static str,
}

impl fmt::Display for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, size, sha256, tools } = self;
        write!(f, "{path}\n  size    {size} bytes\n  sha256  {sha256}\n  tools   {tools}")
    }
}

/// Builds the module into `app/risk/dist`.
pub fn build(workspace: &Workspace) -> Result<Module> {
    let target_dir = workspace.cargo_target().join("wasm");
    let (mut command, tools) = tools::cargo_rustc(workspace)?;
    command
        .args(["--release", "--lib", "--locked", "--ignore-rust-version", "--package", CRATE])
        .args(["--crate-type", "cdylib", "--target", TARGET, "--target-dir"])
        .arg(&target_dir)
        .current_dir(workspace.root())
        .envs(PROFILE);
    process::run(&format!("Building crates/risk-wasm for {TARGET}"), &mut command)?;

    let built = target_dir.join(TARGET).join("release").join(BUILT);
    let bytes = fs::read(&built).with_context(|| format!("cannot read {}", built.display()))?;
    ensure!(bytes.starts_with(HEADER), "{} is no WebAssembly module", built.display());
    let path = workspace.risk_dist().join("risk.wasm");
    fs::create_dir_all(workspace.risk_dist()).context("cannot create app/risk/dist")?;
    fs::write(&path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(Module { path: path.display().to_string(), size: bytes.len(), sha256: sha256_hex(&bytes), tools })
}
