//! The program's address on a local validator.
//!
//! A program is deployed under a key pair, and Anchor programs refuse to run under another address than the one
//! compiled in. Clones must agree on that address without a secret in the repository, so the pair is derived from a
//! public sentence: anyone can derive it, and it is worth nothing outside a local validator. A deployment elsewhere
//! takes a key pair of its own and the program rebuilt with that address in `declare_id!`.

use std::{fs, path::PathBuf};

use anyhow::{ensure, Context, Result};
use sha2::{Digest, Sha256};
use solana_keypair::Keypair;
use solana_signer::Signer;

use crate::workspace::Workspace;

const SEED: &[u8] = b"bulkhead localnet program";

/// Writes the key pair where the Solana and Anchor tools look for it and returns its path.
pub fn write(workspace: &Workspace) -> Result<PathBuf> {
    let path = workspace.program_keypair();
    let keypair = localnet();
    // A pair that someone put there for another cluster is left alone.
    if path.exists() {
        return Ok(path);
    }
    fs::create_dir_all(workspace.deploy_dir()).context("cannot create target/deploy")?;
    let text = serde_json::to_string(&keypair.to_bytes().to_vec()).context("cannot encode the key pair")?;
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

/// The address that the localnet key pair stands for.
pub fn localnet_address() -> String {
    localnet().pubkey().to_string()
}

/// A localnet deployment would fail late and unclearly where the compiled-in address is another one.
pub fn check_declared(idl_address: &str) -> Result<()> {
    let expected = localnet_address();
    ensure!(
        idl_address == expected,
        "declare_id! says {idl_address}, but the localnet key pair is {expected}: restore declare_id! for localnet"
    );
    Ok(())
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
        assert_eq!(localnet_address(), "3nxukxbdVMCZJ5XLRnBCRxN1ddgF3zMXYCfFR7oXK4ry");
        let anchor_toml = include_str!("../../Anchor.toml");
        assert!(anchor_toml.contains(&localnet_address()));
    }
}
