//! Python packages for checks, in a virtual environment of their own.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result};

use crate::{cache::Cache, hash::sha256_hex, process, workspace::Workspace};

/// pip refuses anything but the files whose hashes it names.
const REQUIREMENTS: &str = "tests/accuracy/requirements.txt";

/// Where the packages are, by what they are.
pub fn cache_name(workspace: &Workspace) -> Result<String> {
    let path = workspace.root().join(REQUIREMENTS);
    let pins = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(format!("accuracy-{}", &sha256_hex(&pins)[..12]))
}

/// Installs the packages where they are missing and returns the interpreter that sees them.
pub fn install(workspace: &Workspace, cache: &Cache) -> Result<PathBuf> {
    let folder = cache.install(&cache_name(workspace)?, |folder, _| {
        let venv = folder.join("venv");
        if venv.exists() {
            fs::remove_dir_all(&venv).with_context(|| format!("cannot remove {}", venv.display()))?;
        }
        process::read(Command::new("/usr/bin/python3").args(["-m", "venv"]).arg(&venv))
            .context("python3 cannot make a virtual environment: `apt-get install python3-venv`")?;
        process::run(
            "Downloading mpmath",
            Command::new(venv.join("bin/pip"))
                .args([
                    "install",
                    "--no-input",
                    "--disable-pip-version-check",
                    "--no-deps",
                    "--require-hashes",
                ])
                .args(["--only-binary=:all:", "--progress-bar=off", "--requirement"])
                .arg(workspace.root().join(REQUIREMENTS)),
        )
        .context("mpmath comes from PyPI: check the network, then run the command again")
    })?;
    Ok(folder.join("venv/bin/python"))
}
