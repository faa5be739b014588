//! The per-user cache, shared by all clones: what is installed or built once per machine.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// Written last into every finished entry. An entry without it is an interrupted installation.
const COMPLETE: &str = ".complete";

pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// `$BULKHEAD_CACHE_DIR`, else `$XDG_CACHE_HOME/bulkhead`, else `~/.cache/bulkhead`.
    pub fn open() -> Result<Self> {
        let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let root = set("BULKHEAD_CACHE_DIR")
            .or_else(|| set("XDG_CACHE_HOME").map(|dir| dir.join("bulkhead")))
            .or_else(|| set("HOME").map(|dir| dir.join(".cache/bulkhead")))
            .context("no home folder: set BULKHEAD_CACHE_DIR to a folder of your choice")?;
        Self::at(&root)
    }

    pub fn at(root: &Path) -> Result<Self> {
        fs::create_dir_all(root).with_context(|| {
            format!(
                "cannot create the cache folder {}; set BULKHEAD_CACHE_DIR to one you can write",
                root.display()
            )
        })?;
        // A relative path would mean another folder to each child.
        let root = root.canonicalize().with_context(|| format!("cannot resolve {}", root.display()))?;
        Ok(Self { root })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    pub fn is_complete(&self, name: &str) -> bool {
        self.path(name).join(COMPLETE).is_file()
    }

    /// Waits for other clones that install the same thing. The lock ends with the returned file.
    pub fn lock(&self, name: &str) -> Result<File> {
        let path = self.root.join(format!("{name}.lock"));
        let file = File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
        if file.try_lock().is_err() {
            eprintln!("waiting for another clone that installs {name} ({})", path.display());
            file.lock().with_context(|| format!("cannot lock {}", path.display()))?;
        }
        Ok(file)
    }

    /// Returns the folder of a cached thing and builds it first where it is missing.
    ///
    /// `build` gets the final folder and a folder for intermediate files. After an interruption both are handed in
    /// as they were left, so that finished parts are not redone; the intermediate one is deleted at the end.
    pub fn install(&self, name: &str, build: impl FnOnce(&Path, &Path) -> Result<()>) -> Result<PathBuf> {
        let path = self.path(name);
        if self.is_complete(name) {
            return Ok(path);
        }
        let _lock = self.lock(name)?;
        if self.is_complete(name) {
            return Ok(path);
        }
        let work = self.root.join(format!("{name}.build"));
        for dir in [&path, &work] {
            fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
        }
        build(&path, &work)?;
        fs::remove_dir_all(&work).with_context(|| format!("cannot remove {}", work.display()))?;
        fs::write(path.join(COMPLETE), "")
            .with_context(|| format!("cannot write into {}", path.display()))?;
        Ok(path)
    }
}

/// Runs `work` unless an earlier, interrupted installation finished it.
pub fn once(stamp: &Path, work: impl FnOnce() -> Result<()>) -> Result<()> {
    if stamp.is_file() {
        return Ok(());
    }
    work()?;
    fs::write(stamp, "").with_context(|| format!("cannot write {}", stamp.display()))
}
