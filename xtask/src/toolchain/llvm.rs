//! A static LLVM with the BPF back end, from PyPI. Only the linker's build needs it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{ensure, Context, Result};

use crate::{cache::once, process};

pub const VERSION: &str = "23.1.1.post0";

/// pip refuses anything but these files.
pub const REQUIREMENTS: &str = include_str!("../../toolchain/linker/llvm-requirements.txt");

/// Unpacks LLVM below `work` and returns its prefix.
pub fn unpack(work: &Path) -> Result<PathBuf> {
    let venv = work.join("llvm");
    once(&work.join("llvm.done"), || {
        if venv.exists() {
            fs::remove_dir_all(&venv).with_context(|| format!("cannot remove {}", venv.display()))?;
        }
        let requirements = work.join("llvm-requirements.txt");
        fs::write(&requirements, REQUIREMENTS).context("cannot write pip's requirements")?;
        process::read(Command::new("/usr/bin/python3").args(["-m", "venv"]).arg(&venv))
            .context("python3 cannot make a virtual environment; install python3-venv")?;
        process::run(
            &format!("Downloading LLVM {VERSION}"),
            Command::new(venv.join("bin/pip"))
                .args([
                    "install",
                    "--no-input",
                    "--disable-pip-version-check",
                    "--no-deps",
                    "--require-hashes",
                ])
                .args(["--only-binary=:all:", "--progress-bar=off", "--requirement"])
                .arg(&requirements),
        )
        .context("the LLVM wheels come from PyPI: check the network, then run the command again")
    })?;
    let prefix = prefix(&venv)?;
    let targets = process::read(Command::new(prefix.join("bin/llvm-config")).arg("--targets-built"))?;
    ensure!(
        targets.split_whitespace().any(|target| target == "BPF"),
        "the LLVM from PyPI lacks the BPF target"
    );
    Ok(prefix)
}

fn prefix(venv: &Path) -> Result<PathBuf> {
    let purelib = process::read(
        Command::new(venv.join("bin/python"))
            .args(["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]),
    )?;
    let prefix = Path::new(&purelib).join("mlc_llvm_static/static");
    ensure!(
        prefix.join("bin/llvm-config").is_file(),
        "no llvm-config in {}: the wheel's layout has changed",
        prefix.display()
    );
    Ok(prefix)
}
