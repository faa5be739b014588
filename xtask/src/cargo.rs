//! Calls of the cargo that runs this program.

use std::{env, process::Command};

use crate::workspace::Workspace;

/// The user's cargo, started in the root of the clone.
pub fn command(workspace: &Workspace) -> Command {
    let mut command = anywhere();
    command.current_dir(workspace.root());
    command
}

/// The user's cargo, for what does not concern this clone.
pub fn anywhere() -> Command {
    // By its own path: under rustup the plain name would be resolved again, perhaps to another version.
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // Cargo sets these for the program it runs; inherited by another cargo they would only confuse build scripts.
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_") {
            command.env_remove(name);
        }
    }
    command.env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_MANIFEST_PATH");
    command
}
