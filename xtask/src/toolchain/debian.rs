//! The compiler, its cargo and its sources, from Debian packages.

use std::{path::Path, process::Command};

use anyhow::{bail, ensure, Context, Result};

use crate::process;

pub const RUST_VERSION: &str = "1.96.0";
pub const RUSTC: &str = "/usr/bin/rustc";
pub const CARGO: &str = "/usr/bin/cargo";
pub const STD_SOURCES: &str = "/usr/src/rustc-1.96.0/library";
/// Debian's rolling Rust for browsers. The three come from one source package and must match.
const RUST_PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];
/// For the linker: a C compiler and what the static LLVM links; `venv` to unpack LLVM's wheels; `patch` for edits.
const BUILD_PACKAGES: [&str; 6] = ["g++", "libc6-dev", "zlib1g-dev", "libzstd-dev", "python3-venv", "patch"];

/// The installed compiler's package version: the standard library's sources may differ between builds of 1.96.0.
pub struct CompilerPackage {
    pub version: String,
}

pub fn ensure_compiler() -> Result<CompilerPackage> {
    let pin = format!("={RUST_VERSION}*");
    let mut wanted: Vec<(&str, String)> =
        RUST_PACKAGES.iter().map(|name| (*name, format!("{name}{pin}"))).collect();
    wanted.extend(BUILD_PACKAGES.iter().map(|name| (*name, (*name).to_owned())));
    install_missing(&wanted).context(
        "the compiler comes from Debian, whose security archive keeps only its newest build: if apt cannot find \
         this version, update RUST_VERSION and the edits in xtask/toolchain/std together",
    )?;
    check_compiler()
}

/// Checks the compiler without installing anything.
pub fn check_compiler() -> Result<CompilerPackage> {
    for tool in [RUSTC, CARGO] {
        let version = process::read(Command::new(tool).arg("--version"))
            .with_context(|| format!("install it with `apt-get install {}`", RUST_PACKAGES.join(" ")))?;
        ensure!(
            version.split_whitespace().nth(1) == Some(RUST_VERSION),
            "{tool} is \"{version}\", but the standard library's edits are made for {RUST_VERSION}. Install the pinned \
             build with `apt-get install --allow-downgrades {}`, or, where Debian no longer carries it, move the pin \
             in xtask/src/toolchain/debian.rs and refit the edits in xtask/toolchain/std",
            RUST_PACKAGES.map(|name| format!("{name}={RUST_VERSION}*")).join(" ")
        );
    }
    ensure!(
        Path::new(STD_SOURCES).join("std/src/lib.rs").is_file(),
        "no standard library sources in {STD_SOURCES}: reinstall rust-web-src"
    );
    let version = process::read(Command::new("dpkg-query").args(["-W", "-f=${Version}", "rust-web-src"]))?;
    Ok(CompilerPackage { version })
}

/// Packages not installed, of pairs (name, apt argument).
pub fn missing<'a>(wanted: &'a [(&'a str, String)]) -> Vec<&'a (&'a str, String)> {
    wanted.iter().filter(|(name, _)| !is_installed(name)).collect()
}

pub fn is_installed(package: &str) -> bool {
    process::read(Command::new("dpkg-query").args(["-W", "-f=${Status}", package]))
        .is_ok_and(|status| status.ends_with("ok installed"))
}

/// Installs missing packages with apt-get, through sudo where we are not root.
pub fn install_missing(wanted: &[(&str, String)]) -> Result<()> {
    let missing = missing(wanted);
    if missing.is_empty() {
        return Ok(());
    }
    let arguments: Vec<&str> = missing.iter().map(|(_, argument)| argument.as_str()).collect();
    let by_hand =
        format!("apt-get update && apt-get install --no-install-recommends '{}'", arguments.join("' '"));
    if !process::succeeds(Command::new("apt-get").arg("--version")) {
        bail!(
            "these packages are needed and there is no apt-get (Debian 12 is supported): {}",
            arguments.join(" ")
        );
    }
    let mut sudo: Vec<&str> = Vec::new();
    if !rustix::process::geteuid().is_root() {
        if !process::succeeds(Command::new("sudo").args(["--non-interactive", "true"])) {
            bail!("Debian packages are missing and sudo asks for a password. Run this, then try again:\n  sudo sh -c \"{by_hand}\"");
        }
        sudo = vec!["sudo", "--non-interactive"];
    }
    let apt = |label: &str, args: &[&str]| {
        let words = [&sudo[..], &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"], args].concat();
        process::run(label, Command::new(words[0]).args(&words[1..]))
    };
    apt("Updating Debian's package lists", &["update", "-q"])
        .with_context(|| format!("run it by hand as root: {by_hand}"))?;
    let install = [&["install", "-q", "-y", "--no-install-recommends"], &arguments[..]].concat();
    apt(&format!("Installing {}", arguments.join(" ")), &install)
        .with_context(|| format!("run it by hand as root: {by_hand}"))
}
