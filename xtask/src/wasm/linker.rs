//! LLVM's linker for WebAssembly: Debian's, or the one in every tool chain of rustup. Both make the same bytes.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{bail, Result};

use crate::{
    process,
    toolchain::debian::{self, Package},
};

const DEBIAN: &str = "wasm-ld";
const PACKAGE: Package = Package::any("lld");

/// The linker, installed first where there is none.
pub fn ensure() -> Result<PathBuf> {
    if let Ok(found) = find() {
        return Ok(found);
    }
    debian::install_missing(&[PACKAGE])?;
    find()
}

/// The linker, without installing anything.
pub fn find() -> Result<PathBuf> {
    if process::succeeds(Command::new(DEBIAN).arg("--version")) {
        return Ok(DEBIAN.into());
    }
    match of_rustup() {
        Some(found) => Ok(found),
        None => bail!("neither {DEBIAN} nor rust-lld is here"),
    }
}

fn of_rustup() -> Option<PathBuf> {
    let libraries = process::read(Command::new("rustc").args(["--print", "target-libdir"])).ok()?;
    let linker = Path::new(&libraries).parent()?.join("bin/rust-lld");
    linker.is_file().then_some(linker)
}
