//! Builds with Anza's platform tools, where they are installed and recent enough.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result};

use super::Crate;
use crate::{process, toolchain::clean_environment, workspace::Workspace};

/// The oldest platform tools whose compiler (Rust 1.89) builds the program's dependencies.
const OLDEST: (u32, u32) = (1, 54);

/// Whether `cargo build-sbf` is here and its platform tools are recent enough; if not, why.
pub fn check() -> Result<()> {
    let version =
        process::read(&mut cargo_build_sbf(&["--version"])).context("`cargo build-sbf` is not installed")?;
    let found = platform_tools(&version).context("`cargo build-sbf --version` names no platform tools")?;
    anyhow::ensure!(
        found >= OLDEST,
        "`cargo build-sbf` uses platform tools v{}.{}, but v{}.{} or newer are needed",
        found.0,
        found.1,
        OLDEST.0,
        OLDEST.1
    );
    Ok(())
}

/// Returns the program as `cargo build-sbf` left it.
pub fn build(workspace: &Workspace, source: &Crate) -> Result<PathBuf> {
    let Crate { folder, library, target, .. } = source;
    let target_dir = workspace.cargo_target().join(format!("{target}-anza"));
    let out = target_dir.join("out");
    fs::create_dir_all(&out).with_context(|| format!("cannot create {}", out.display()))?;
    let mut command = cargo_build_sbf(&["--arch", "v3", "--manifest-path"]);
    command
        .arg(workspace.root().join(folder).join("Cargo.toml"))
        .arg("--sbf-out-dir")
        .arg(&out)
        .args(["--", "--locked", "--ignore-rust-version"])
        .env("CARGO_TARGET_DIR", &target_dir)
        .current_dir(workspace.root());
    process::run(&format!("Building {folder} with Anza's tool chain"), &mut command)
        .context("`--toolchain registry` builds without Anza's tool chain")?;
    Ok(out.join(format!("{library}.so")))
}

fn cargo_build_sbf(arguments: &[&str]) -> Command {
    // By rustup's name: the tools choose their own compiler.
    let mut command = Command::new("cargo");
    clean_environment(&mut command);
    command.arg("build-sbf").args(arguments);
    command
}

/// From `cargo-build-sbf 4.1.0\nplatform-tools v1.54\n...`.
fn platform_tools(text: &str) -> Option<(u32, u32)> {
    let version = text.lines().find_map(|line| line.trim().strip_prefix("platform-tools v"))?;
    let mut parts = version.split('.').map(|part| part.trim().parse::<u32>());
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_version_of_the_platform_tools() {
        assert_eq!(
            platform_tools("cargo-build-sbf 4.1.0\nplatform-tools v1.54\nrustc 1.89.0"),
            Some((1, 54))
        );
        assert_eq!(platform_tools("error: no such command"), None);
        assert!(platform_tools("platform-tools v1.9") < Some(OLDEST));
    }
}
