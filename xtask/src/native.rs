//! The kernels' binary for this machine: for times and answers, not for chain programs.

use std::path::PathBuf;

use anyhow::Result;

use crate::{cargo, process, workspace::Workspace};

/// What every server of the last ten years has. The scan of accounts needs its vectors of 256 bits; with those of 512
/// bits, which `native` would choose on some machines, it was slower.
const TARGET_CPU: &str = "-Ctarget-cpu=x86-64-v3";

/// Builds it optimised, in a folder of its own because of its flags, and returns its path.
pub fn build(workspace: &Workspace) -> Result<PathBuf> {
    let target_dir = workspace.cargo_target().join("native");
    let mut build = cargo::command(workspace);
    build
        .args(["build", "--release", "--locked", "--ignore-rust-version", "--package", "bulkhead-probe"])
        .args(["--features", "peers", "--bin", "native", "--target-dir"])
        .arg(&target_dir);
    if is_v3() {
        build.env("RUSTFLAGS", TARGET_CPU);
    }
    process::run("Building the kernels for this machine", &mut build)?;
    Ok(target_dir.join("release/native"))
}

#[cfg(target_arch = "x86_64")]
fn is_v3() -> bool {
    std::is_x86_feature_detected!("avx2")
        && std::is_x86_feature_detected!("bmi2")
        && std::is_x86_feature_detected!("fma")
}

#[cfg(not(target_arch = "x86_64"))]
fn is_v3() -> bool {
    false
}
