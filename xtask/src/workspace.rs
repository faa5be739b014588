//! Where things lie in a clone.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// A clone of the repository.
pub struct Workspace {
    root: PathBuf,
    cargo_target: PathBuf,
}

impl Workspace {
    /// The clone that `cargo xtask` was called in.
    pub fn current() -> Result<Self> {
        // Not the compiled-in path: clones may share a target folder and with it this binary.
        let manifest_dir = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(dir) => PathBuf::from(dir),
            None => around(&env::current_dir().context("cannot read the current folder")?)?,
        };
        let root = manifest_dir.parent().context("the xtask crate has no parent folder")?;
        let mut workspace = Self::at(root);
        if let Some(dir) = env::var_os("CARGO_TARGET_DIR") {
            workspace.cargo_target = root.join(dir);
        }
        Ok(workspace)
    }

    /// A copy elsewhere, with its intermediate files in it.
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_owned(), cargo_target: root.join("target") }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Finished artefacts; fixed, whatever `CARGO_TARGET_DIR` says, because other tools look for them here.
    pub fn target(&self) -> PathBuf {
        self.root.join("target")
    }

    pub fn deploy_dir(&self) -> PathBuf {
        self.target().join("deploy")
    }

    pub fn idl_dir(&self) -> PathBuf {
        self.target().join("idl")
    }

    pub fn program_so(&self) -> PathBuf {
        self.deploy_dir().join("bulkhead.so")
    }

    pub fn program_keypair(&self) -> PathBuf {
        self.deploy_dir().join("bulkhead-keypair.json")
    }

    pub fn app(&self) -> PathBuf {
        self.root.join("app")
    }

    /// WebAssembly for tests.
    pub fn wasm_dir(&self) -> PathBuf {
        self.target().join("wasm")
    }

    /// What `app/risk` loads; inside the package, because a bundler looks for it there.
    pub fn risk_dist(&self) -> PathBuf {
        self.app().join("risk/dist")
    }

    /// Where cargo keeps intermediate files.
    pub fn cargo_target(&self) -> &Path {
        &self.cargo_target
    }
}

/// The xtask crate of the clone around a folder, for calls without cargo.
fn around(dir: &Path) -> Result<PathBuf> {
    dir.ancestors()
        .map(|ancestor| ancestor.join("xtask"))
        .find(|xtask| xtask.join("Cargo.toml").is_file())
        .with_context(|| format!("{} is not inside a clone of Bulkhead", dir.display()))
}
