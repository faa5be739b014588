//! Applies the edits of third-party sources, strictly: an edit that does not fit exactly is an error.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{bail, Context, Result};

/// A unified diff under `toolchain/`, with its reason at the top.
pub struct Patch {
    pub name: &'static str,
    pub text: &'static str,
}

/// Applies a patch inside `dir`. No fuzz: context lines must match.
pub fn apply(dir: &Path, patch: &Patch) -> Result<()> {
    let file = tempfile::NamedTempFile::new().context("cannot create a temporary file")?;
    fs::write(file.path(), patch.text).context("cannot write a temporary file")?;
    let output = Command::new("patch")
        .args(["--strip=1", "--fuzz=0", "--forward", "--batch", "--no-backup-if-mismatch", "--input"])
        .arg(file.path())
        .current_dir(dir)
        .stdin(Stdio::null())
        .output()
        .context("cannot start `patch`; install it with `apt-get install patch`")?;
    if !output.status.success() {
        bail!(
            "the edit {} does not fit the sources in {}; they are not the pinned version\n{}{}",
            patch.name,
            dir.display(),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}
