//! The compilation target of Solana programs.

use std::{fs, path::Path};

use anyhow::{Context, Result};

/// Cargo names the target after the file.
pub const NAME: &str = "sbpf-solana-solana";
pub const FILE_NAME: &str = "sbpf-solana-solana.json";
pub const CONTENTS: &str = include_str!("../../toolchain/target.json");

pub fn write(dir: &Path) -> Result<()> {
    let path = dir.join(FILE_NAME);
    fs::write(&path, CONTENTS).with_context(|| format!("cannot write {}", path.display()))
}
