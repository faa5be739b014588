//! The registry tool chain: SBPF v3 programs from Debian, PyPI and crates.io packages only.
//!
//! Debian's compiler, its standard library sources with the edits in `toolchain/std`, and a linker from crates.io
//! that is linked against a static LLVM from PyPI. Each part lives in the cache under a name that holds its pins
//! and a hash of our edits, so changing a pin installs anew and leaves other clones alone.

pub mod debian;
pub mod linker;
mod llvm;
pub mod patch;
pub mod rustc_wrapper;
pub mod std_overlay;
pub mod target_spec;

use std::{env, path::PathBuf, process::Command};

use anyhow::Result;

use crate::cache::Cache;

/// Where the parts of an installed tool chain lie.
pub struct RegistryToolchain {
    /// Holds `sbpf-linker`.
    pub linker_bin: PathBuf,
    /// The edited `library` folder of the standard library.
    pub std_library: PathBuf,
    pub target_spec: PathBuf,
    pub rustc_wrapper: PathBuf,
}

impl RegistryToolchain {
    /// Installs what is missing; does nothing but check when all is there.
    pub fn install(cache: &Cache) -> Result<Self> {
        let package = debian::ensure_compiler()?;
        let linker_bin = linker::install(cache)?;
        let sysroot = std_overlay::install(cache, &package)?;
        Ok(Self {
            linker_bin,
            std_library: sysroot.join(std_overlay::LIBRARY),
            target_spec: sysroot.join(target_spec::FILE_NAME),
            rustc_wrapper: sysroot.join(rustc_wrapper::BINARY),
        })
    }
}

/// Removes what a developer's shell, rustup or an outer cargo may have set and what would change the result.
pub fn clean_environment(command: &mut Command) {
    const KEEP: [&str; 6] =
        ["CARGO_HOME", "CARGO_NET_", "CARGO_HTTP_", "CARGO_REGISTR", "CARGO_TERM_", "CARGO_BUILD_JOBS"];
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        let foreign = name.starts_with("CARGO") && !KEEP.iter().any(|keep| name.starts_with(keep));
        // `cargo run` points the loader at the libraries of its own tool chain.
        if foreign || name.starts_with("RUST") && name != "RUSTUP_HOME" || name == "LD_LIBRARY_PATH" {
            command.env_remove(name.as_ref());
        }
    }
}
