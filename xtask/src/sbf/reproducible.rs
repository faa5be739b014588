//! Shows that a build's bytes depend on the sources alone.

use std::{fs, path::Path, process::Command};

use anyhow::{ensure, Context, Result};

use super::{Program, Toolchain};
use crate::{
    cache::Cache,
    process,
    progress::Step,
    toolchain::{debian, linker, std_overlay},
    workspace::Workspace,
};

/// Builds once more from a copy of the sources, with a copy of the tool chain, both in other folders.
pub fn verify(workspace: &Workspace, toolchain: Toolchain, crate_dir: &str, first: &Program) -> Result<()> {
    let elsewhere = tempfile::tempdir().context("cannot create a temporary folder")?;
    let step = Step::start("Copying the sources and the tool chain");
    let copy = elsewhere.path().join("a clone of another name").join("bulkhead");
    copy_sources(workspace.root(), &copy)?;
    let cache = copy_toolchain(&Cache::open()?, &elsewhere.path().join("cache"))?;
    step.finish();

    let second = super::build_with(&Workspace::at(&copy), toolchain, &cache, crate_dir)?;
    ensure!(
        first.sha256 == second.sha256,
        "two builds differ: {} here, {} in another folder (sizes {} and {}). Look for what depends on a path: a build \
         script, a macro that reads a file, a flag without a remap in xtask/src/sbf",
        first.sha256,
        second.sha256,
        first.size,
        second.size
    );
    Ok(())
}

/// What git tracks or would track, as it is now.
fn copy_sources(from: &Path, to: &Path) -> Result<()> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(from);
    for name in process::read(&mut git)?.split('\0').filter(|name| !name.is_empty()) {
        let (source, target) = (from.join(name), to.join(name));
        // Deleted, but not yet for git.
        if !source.is_file() {
            continue;
        }
        let dir = target.parent().context("a file without a folder")?;
        fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
        fs::copy(&source, &target).with_context(|| format!("cannot copy {}", source.display()))?;
    }
    Ok(())
}

fn copy_toolchain(from: &Cache, to: &Path) -> Result<Cache> {
    let cache = Cache::at(to)?;
    // Absent where Anza's tool chain builds.
    let names =
        debian::check_compiler().map(|package| [linker::cache_name(), std_overlay::cache_name(&package)]);
    for name in names.into_iter().flatten().filter(|name| from.is_complete(name)) {
        process::read(Command::new("cp").arg("--recursive").arg(from.path(&name)).arg(cache.path(&name)))?;
    }
    Ok(cache)
}
