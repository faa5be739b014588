//! Builds with the registry tool chain.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{bail, Context, Result};

use super::{flags, Crate};
use crate::{
    cache::Cache,
    process,
    toolchain::{clean_environment, debian, target_spec, RegistryToolchain},
    workspace::Workspace,
};

/// Returns the program as cargo left it.
pub fn build(workspace: &Workspace, cache: &Cache, source: &Crate) -> Result<PathBuf> {
    let Crate { folder, library, libcalls, target } = source;
    let toolchain = RegistryToolchain::install(cache)?;
    let target_dir = workspace.cargo_target().join(target);
    let mut command = Command::new(debian::CARGO);
    clean_environment(&mut command);
    command
        .args(["rustc", "--release", "--lib", "--locked", "--ignore-rust-version", "--manifest-path"])
        .arg(workspace.root().join(folder).join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target_dir)
        .arg("--target")
        .arg(&toolchain.target_spec)
        .args(["-Zjson-target-spec", "-Zbuild-std=std,panic_abort"])
        .arg("-Zbuild-std-features=compiler-builtins-mem")
        .arg("--")
        .args(flags::program(libcalls))
        .current_dir(workspace.root())
        // The sources of std and the compiler must be of one version, and both need unstable flags.
        .env("RUSTC", debian::RUSTC)
        .env("RUSTC_WRAPPER", &toolchain.rustc_wrapper)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC_BOOTSTRAP_SYNTHETIC_TARGET", "1")
        .env("__CARGO_TESTS_ONLY_SRC_ROOT", &toolchain.std_library)
        .env("CARGO_ENCODED_RUSTFLAGS", rustflags(&toolchain, &target_dir)?.join("\x1f"))
        .env("PATH", path_with(&toolchain.linker_bin))
        .envs(flags::PROFILE);
    let outcome = process::observe(&format!("Building {folder}"), &mut command)?;
    if !outcome.succeeded() {
        if outcome.tail.iter().any(|line| line.contains("Export it with")) {
            bail!("add the missing symbols to [package.metadata.sbf] libcalls in {folder}/Cargo.toml");
        }
        bail!("{folder} does not compile for the virtual machine; see above");
    }

    let out = target_dir.join(target_spec::NAME).join("release");
    [format!("{library}.so"), format!("lib{library}.so")]
        .iter()
        .map(|name| out.join(name))
        .find(|path| path.is_file())
        .with_context(|| format!("cargo left no {library}.so in {}", out.display()))
}

fn rustflags(toolchain: &RegistryToolchain, target_dir: &Path) -> Result<Vec<String>> {
    let registries = registry_sources()?;
    // The clone itself is not among them: cargo names its files from its root. So clones that share a target folder
    // share the compiled dependencies, which flags of their own would prevent.
    let mut remaps: Vec<(&Path, &str)> = registries.iter().map(|dir| (dir.as_path(), "/crates")).collect();
    remaps.push((&toolchain.std_library, "/rust/library"));
    remaps.push((target_dir, "/target"));
    Ok(flags::every_crate(&remaps))
}

/// The folders, one per registry, in which cargo unpacks crates.
fn registry_sources() -> Result<Vec<PathBuf>> {
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")))
        .context("neither CARGO_HOME nor HOME is set")?;
    let sources = home.join("registry/src");
    // On a machine's first build the folder does not exist before cargo has downloaded something.
    fs::create_dir_all(&sources).with_context(|| format!("cannot create {}", sources.display()))?;
    let mut dirs = Vec::new();
    for entry in fs::read_dir(&sources).with_context(|| format!("cannot list {}", sources.display()))? {
        dirs.push(entry?.path());
    }
    dirs.sort();
    Ok(dirs)
}

fn path_with(dir: &Path) -> String {
    format!("{}:{}", dir.display(), env::var("PATH").unwrap_or_default())
}
