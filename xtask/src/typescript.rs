//! The TypeScript side: packages, the generated client, scripts.

use std::{fs, path::Path, process::Command};

use anyhow::{ensure, Context, Result};

use crate::{hash::sha256_hex, process, workspace::Workspace};

/// Major and minor version below which a package of the lock file refuses to install.
const OLDEST_NODE: (u32, u32) = (20, 19);

/// Generates the client from the IDL.
pub fn generate_client(workspace: &Workspace) -> Result<()> {
    let app = workspace.app();
    if !app.join("package.json").is_file() {
        eprintln!("there is no app/package.json here, so no TypeScript client was generated");
        return Ok(());
    }
    install(&app)?;
    run_script("Generating the TypeScript client", &app, &["generate"])
}

/// `npm ci`, unless the installed packages are those of the lock file.
pub fn install(package: &Path) -> Result<()> {
    let lock = package.join("package-lock.json");
    let wanted = sha256_hex(&fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?);
    let stamp = package.join("node_modules/.installed-from");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    check_node()?;
    process::run(
        &format!("Installing the packages of {}", short_name(package)),
        // No install scripts: nothing of ours needs them, and they run foreign code.
        npm(package).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]),
    )
    .context("the packages come from the npm registry: check the network, then run the command again")?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

/// `npm run <script> [-- arguments]`, given as one list.
pub fn run_script(label: &str, package: &Path, script: &[&str]) -> Result<()> {
    process::run(label, npm(package).args(["run", "--silent"]).args(script))
}

pub fn npm(package: &Path) -> Command {
    let mut command = Command::new("npm");
    command.current_dir(package);
    command
}

fn check_node() -> Result<()> {
    let wanted =
        format!("Node {}.{} or newer is needed; see https://nodejs.org", OLDEST_NODE.0, OLDEST_NODE.1);
    let version = process::read(Command::new("node").arg("--version")).with_context(|| wanted.clone())?;
    let mut parts = version.trim_start_matches('v').split('.').map_while(|part| part.parse::<u32>().ok());
    let found = parts.next().zip(parts.next());
    ensure!(found.is_some_and(|found| found >= OLDEST_NODE), "{wanted}; this is {version}");
    Ok(())
}

fn short_name(package: &Path) -> String {
    package.file_name().map_or_else(|| "this folder".into(), |name| name.to_string_lossy().into_owned())
}
