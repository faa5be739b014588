//! The standard library for the Solana VM: a copy of Debian's sources with our edits.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{ensure, Context, Result};

use super::{
    debian::{self, CompilerPackage},
    patch::{self, Patch},
    rustc_wrapper, target_spec,
};
use crate::{cache::Cache, hash::short_key, process, progress::Step};

pub const LIBRARY: &str = "library";

macro_rules! patches {
    ($($name:literal),+ $(,)?) => {
        [$(Patch { name: $name, text: include_str!(concat!("../../toolchain/std/", $name)) }),+]
    };
}

const PATCHES: [Patch; 7] = patches![
    "allocator.patch",
    "single-thread.patch",
    "io-error.patch",
    "hash-seed.patch",
    "memory.patch",
    "sort-scratch.patch",
    "panic-location.patch",
];
const MEMORY: &str = include_str!("../../toolchain/std/memory.rs");
const BUILTINS: &str = "compiler-builtins/compiler-builtins/src";

/// Files of compiler-builtins whose functions LLVM calls by itself, with the number of functions in each.
///
/// LLVM passes and returns i128 in registers; rustc's "C" ABI for this target passes it by pointer, which faults
/// at run time. The "unadjusted" ABI is LLVM's own.
const LIBCALLS: [(&str, usize); 5] =
    [("int/udiv.rs", 10), ("int/sdiv.rs", 5), ("int/mul.rs", 7), ("int/shift.rs", 9), ("float/conv.rs", 36)];

pub fn cache_name(package: &CompilerPackage) -> String {
    let mut parts = vec![package.version.as_str(), target_spec::CONTENTS, rustc_wrapper::SOURCE, MEMORY];
    parts.extend(PATCHES.iter().map(|patch| patch.text));
    let libcalls = format!("{LIBCALLS:?}");
    parts.push(&libcalls);
    format!("sysroot-{}-{}", debian::RUST_VERSION, short_key(&parts))
}

/// Returns the folder that holds the edited library, the target specification and the compiler wrapper.
pub fn install(cache: &Cache, package: &CompilerPackage) -> Result<PathBuf> {
    cache.install(&cache_name(package), |sysroot, work| {
        let step = Step::start("Preparing the standard library");
        // Cheap enough to start over: a half-copied or half-edited tree must not survive.
        let copy = work.join(LIBRARY);
        remove(&copy)?;
        remove(&sysroot.join(LIBRARY))?;
        process::read(Command::new("cp").arg("--recursive").arg(debian::STD_SOURCES).arg(&copy))?;
        edit(&copy)?;
        fs::rename(&copy, sysroot.join(LIBRARY)).context("cannot move the edited library into place")?;
        target_spec::write(sysroot)?;
        rustc_wrapper::install(sysroot)?;
        step.finish();
        Ok(())
    })
}

fn edit(library: &Path) -> Result<()> {
    for patch in &PATCHES {
        patch::apply(library, patch)?;
    }
    let memory = library.join(BUILTINS).join("mem/solana.rs");
    fs::write(&memory, MEMORY).with_context(|| format!("cannot write {}", memory.display()))?;
    for (file, functions) in LIBCALLS {
        let path = library.join(BUILTINS).join(file);
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        fs::write(
            &path,
            with_register_abi(&text, functions).with_context(|| format!("in {}", path.display()))?,
        )
        .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn with_register_abi(text: &str, functions: usize) -> Result<String> {
    const C_ABI: &str = "pub extern \"C\" fn";
    let found = text.matches(C_ABI).count();
    ensure!(found == functions, "expected {functions} library calls, found {found}: not the pinned sources");
    Ok(text.replace(C_ABI, "pub extern \"unadjusted\" fn"))
}

fn remove(dir: &Path) -> Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("cannot remove {}", dir.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_another_number_of_library_calls() {
        let text = "pub extern \"C\" fn a() {}\npub extern \"C\" fn b() {}\n";
        assert!(with_register_abi(text, 1).is_err());
        assert!(!with_register_abi(text, 2).unwrap().contains("\"C\""));
    }
}
