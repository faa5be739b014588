//! The program's IDL, without the Anchor CLI.
//!
//! Anchor's `idl-build` feature adds tests that print the parts of the IDL between markers. Those tests are run,
//! and their sections joined, checked and written in a fixed order.

mod assemble;
mod names;
mod sections;

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};

use crate::{cargo, process, workspace::Workspace};

/// Writes `target/idl/bulkhead.json` and returns its path.
pub fn generate(workspace: &Workspace) -> Result<PathBuf> {
    let mut command = cargo::command(workspace);
    command
        .args(["test", "--ignore-rust-version", "--package", "bulkhead", "--lib", "--features", "idl-build"])
        .args(["--", "__anchor_private_print_idl", "--nocapture", "--test-threads=1", "--quiet"]);
    let printed = process::run_for_output("Generating the IDL", &mut command)?;
    let idl = assemble::idl(&sections::parse(&printed)?)?;
    write(workspace, &idl)
}

fn write(workspace: &Workspace, idl: &assemble::Idl) -> Result<PathBuf> {
    let dir = workspace.idl_dir();
    fs::create_dir_all(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
    let path = dir.join("bulkhead.json");
    let mut text = serde_json::to_string_pretty(idl).context("cannot write the IDL as JSON")?;
    text.push('\n');
    // An unchanged file keeps its time, so that nothing downstream is rebuilt.
    if fs::read_to_string(&path).ok().as_deref() != Some(text.as_str()) {
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    println!("{}: {}", path.strip_prefix(workspace.root()).unwrap_or(&path).display(), idl.summary());
    Ok(path)
}
