//! Finds Agave's test validator or builds it once per machine.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{
    cache::Cache,
    cargo, process,
    toolchain::debian::{self, Package},
};

pub const VERSION: &str = "4.2.2";
const BINARY: &str = "solana-test-validator";
/// The oldest that runs SBPF v3 programs with the entry point that Anchor 2 uses.
const OLDEST: (u32, u32) = (4, 2);
const LIBCLANG: &str = "/usr/lib/llvm-19/lib";
/// RocksDB and its bindings, protobuf, hardware wallets and TLS.
const PACKAGES: [Package; 7] = [
    Package::any("libclang-19-dev"),
    Package::any("clang-19"),
    Package::any("cmake"),
    Package::any("protobuf-compiler"),
    Package::any("libudev-dev"),
    Package::any("pkg-config"),
    Package::any("libssl-dev"),
];

pub fn cache_name() -> String {
    format!("validator-{VERSION}")
}

/// A usable validator that is already there: on the PATH or in the cache.
pub fn find(cache: &Cache) -> Option<PathBuf> {
    on_path().or_else(|| Some(cached(cache)).filter(|path| version_of(path).is_some()))
}

pub fn ensure(cache: &Cache) -> Result<PathBuf> {
    if let Some(path) = find(cache) {
        return Ok(path);
    }
    let _lock = cache.lock(&cache_name())?;
    // Another clone may have finished it while we waited.
    if let Some(path) = find(cache) {
        return Ok(path);
    }
    build(cache)?;
    let path = cached(cache);
    version_of(&path).with_context(|| format!("the built {} does not start", path.display()))?;
    Ok(path)
}

fn build(cache: &Cache) -> Result<()> {
    debian::install_missing(&PACKAGES)?;
    let target = cache.path(&format!("{}.build", cache_name()));
    let mut command = cargo::anywhere();
    command
        .args(["install", &format!("agave-validator@{VERSION}"), "--locked", "--bin", BINARY, "--root"])
        .arg(cache.path(&cache_name()))
        // Kept until the end, so that an interrupted build continues.
        .env("CARGO_TARGET_DIR", &target)
        .env("LIBCLANG_PATH", LIBCLANG)
        // Half the time to compile; a local cluster does not need the speed.
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    process::run(&format!("Building {BINARY} {VERSION}, once per machine (about 40 minutes)"), &mut command)
        .context("run the command again to continue where it stopped")?;
    fs::remove_dir_all(&target).with_context(|| format!("cannot remove {}", target.display()))
}

fn cached(cache: &Cache) -> PathBuf {
    cache.path(&cache_name()).join("bin").join(BINARY)
}

fn on_path() -> Option<PathBuf> {
    let path =
        env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(BINARY)).find(|path| path.is_file())?;
    version_of(&path).filter(|version| *version >= OLDEST).map(|_| path)
}

fn version_of(path: &Path) -> Option<(u32, u32)> {
    parse_version(&process::read(Command::new(path).arg("--version")).ok()?)
}

/// From, for example, `solana-test-validator 4.2.2 (src:00000000; feat:123, client:Agave)`.
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split_whitespace().nth(1)?.split('.').map(|part| part.parse::<u32>());
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_versions() {
        assert_eq!(parse_version("solana-test-validator 4.2.2 (src:0; feat:1, client:Agave)"), Some((4, 2)));
        assert_eq!(parse_version("solana-test-validator"), None);
        assert_eq!(
            [(3, 9), (4, 1), (4, 2), (4, 10), (5, 0)].map(|version| version >= OLDEST),
            [false, false, true, true, true]
        );
    }
}
