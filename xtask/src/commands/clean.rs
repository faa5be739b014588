//! `cargo xtask clean`

use std::{fs, path::Path};

use anyhow::{Context, Result};
use clap::Args;

use crate::{cache::Cache, workspace::Workspace};

#[derive(Args)]
pub struct CleanArgs {
    /// Also delete the per-user cache: the tool chain and the validator, which take an hour to install
    #[arg(long)]
    cache: bool,
}

pub fn run(workspace: &Workspace, args: &CleanArgs) -> Result<()> {
    remove(&workspace.target())?;
    remove(&workspace.risk_dist())?;
    if args.cache {
        remove(Cache::open()?.root())?;
    }
    Ok(())
}

fn remove(dir: &Path) -> Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("cannot remove {}", dir.display()))?;
        println!("removed {}", dir.display());
    }
    Ok(())
}
