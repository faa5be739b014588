//! The program's address on a local validator.
//!
//! A program is deployed under a key pair, and Anchor programs refuse to run under another address than the one
//! compiled in. Clones must agree on that address without a secret in the repository, so the pair is derived from a
//! public sentence: anyone can derive it, and it is worth nothing outside a local validator. A deployment elsewhere
//! takes a key pair of its own and the program rebuilt with that address in `declare_id!`.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use solana_keypair::Keypair;
use solana_signer::Signer;

use crate::workspace::Workspace;

const SEED: &[u8] = b"bulkhead localnet program";

/// Writes the key pair where the Solana and Anchor tools look for it and returns its path.
pub fn write(workspace: &Workspace) -> Result<()> {
    let path = workspace.program_keypair();
    // A pair that someone put there for another cluster is left alone.
    if path.exists() {
        return Ok(());
    }
    save(&localnet(), &path)
}

/// A new key pair in the format of the Solana tools. Returns its address.
pub fn write_new(path: &Path) -> Result<String> {
    let keypair = Keypair::new();
    save(&keypair, path)?;
    Ok(keypair.pubkey().to_string())
}

/// The address of a key pair in the format of the Solana tools.
pub fn address_in(path: &Path) -> Result<String> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let bytes: Vec<u8> =
        serde_json::from_str(&text).with_context(|| format!("{} is no key pair", path.display()))?;
    let keypair =
        Keypair::try_from(bytes.as_slice()).with_context(|| format!("{} is no key pair", path.display()))?;
    Ok(keypair.pubkey().to_string())
}

fn save(keypair: &Keypair, path: &Path) -> Result<()> {
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
    }
    let text = serde_json::to_string(&keypair.to_bytes().to_vec()).context("cannot encode the key pair")?;
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn localnet() -> Keypair {
    Keypair::new_from_array(Sha256::digest(SEED).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The address is compiled into the program and written in `Anchor.toml`.
    #[test]
    fn keeps_the_published_address() {
        assert_eq!(localnet().pubkey().to_string(), "3nxukxbdVMCZJ5XLRnBCRxN1ddgF3zMXYCfFR7oXK4ry");
        let anchor_toml = include_str!("../../Anchor.toml");
        assert!(anchor_toml.contains(&localnet().pubkey().to_string()));
    }
}
