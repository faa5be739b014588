//! A local cluster for this clone: a validator, the deployed program, the initialised demo market.

use std::{
    collections::BTreeMap,
    fmt, fs,
    path::{Path, PathBuf},
};

use anyhow::{ensure, Context, Result};
use serde_json::Value;

use crate::{
    cache::Cache,
    interrupt::Interrupt,
    program_key, typescript,
    validator::{self, GenesisProgram, Options, Ports, Validator},
    workspace::Workspace,
};

/// What a cluster starts with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Genesis {
    /// Nothing of ours: the deployment script puts the program there.
    Empty,
    /// The built program, as if the payer had deployed it.
    Program,
}

/// A running validator and the key pair that owns its lamports.
pub struct Localnet {
    pub validator: Validator,
    pub payer: PathBuf,
    /// Removed with this value; `None` when the ledger is kept.
    _temporary: Option<tempfile::TempDir>,
}

/// Where a cluster lives.
pub enum Place {
    /// In a folder that the next run finds again.
    Kept { ports: Ports, dir: PathBuf },
    /// On free ports, leaving nothing behind.
    Temporary,
}

impl Localnet {
    /// A cluster in `dir`.
    pub fn start(
        workspace: &Workspace,
        place: Place,
        genesis: Genesis,
        interrupt: &Interrupt,
    ) -> Result<Self> {
        let binary = validator::install::ensure(&Cache::open()?)?;
        let (ports, dir, temporary) = match place {
            Place::Kept { ports, dir } => (ports, dir, None),
            Place::Temporary => {
                let temporary = tempfile::tempdir().context("cannot create a temporary folder")?;
                (Ports::free()?, temporary.path().to_owned(), Some(temporary))
            }
        };
        let payer = dir.join("payer.json");
        // The genesis block names the payer, so a kept ledger needs the payer it was made with.
        let funded =
            if payer.exists() { program_key::address_in(&payer)? } else { program_key::write_new(&payer)? };
        let program = match genesis {
            Genesis::Empty => None,
            Genesis::Program => Some(GenesisProgram {
                address: program_key::address_in(&workspace.program_keypair())?,
                so: workspace.program_so(),
            }),
        };
        let validator = Validator::start(&Options { binary, ports, dir, funded, program }, interrupt)?;
        Ok(Self { validator, payer, _temporary: temporary })
    }

    /// Deploys the program and initialises the demo market; returns what the script wrote, its addresses.
    pub fn migrate(&self, workspace: &Workspace, out: &Path) -> Result<Addresses> {
        let app = workspace.app();
        ensure!(
            app.join("package.json").is_file(),
            "app/package.json is missing, and with it the deployment script"
        );
        ensure!(workspace.program_so().is_file(), "the program is not built: run `cargo xtask build`");
        typescript::install(&app)?;
        let [so, payer, program_keypair, out_text] =
            [&workspace.program_so(), &self.payer, &workspace.program_keypair(), out]
                .map(|path| path.display().to_string());
        typescript::run_script(
            "Deploying the program and initialising the market",
            &app,
            &[
                "deploy",
                "--",
                "--rpc",
                &self.validator.rpc_url(),
                "--ws",
                &self.validator.ws_url(),
                "--so",
                &so,
                "--keypair",
                &payer,
                "--program-keypair",
                &program_keypair,
                "--out",
                &out_text,
            ],
        )?;
        Addresses::read(out)
    }
}

/// What the deployment script wrote: names and addresses.
pub struct Addresses(BTreeMap<String, String>);

impl Addresses {
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path)
            .with_context(|| format!("the deployment script did not write {}", path.display()))?;
        let value: Value =
            serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?;
        let mut lines = BTreeMap::new();
        flatten("", &value, &mut lines);
        Ok(Self(lines))
    }
}

impl fmt::Display for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.0.keys().map(String::len).max().unwrap_or(0);
        self.0.iter().try_for_each(|(name, address)| writeln!(f, "  {name:width$}  {address}"))
    }
}

fn flatten(prefix: &str, value: &Value, lines: &mut BTreeMap<String, String>) {
    let named = |key: &str| if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, field)| flatten(&named(key), field, lines)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| flatten(&named(&at.to_string()), item, lines));
        }
        Value::String(text) => {
            lines.insert(prefix.to_owned(), text.clone());
        }
        other => {
            lines.insert(prefix.to_owned(), other.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_nested_addresses_by_path() {
        let mut lines = BTreeMap::new();
        flatten(
            "",
            &json!({"program": "A", "sources": ["B", "C"], "market": {"vault": "D"}, "slot": 3}),
            &mut lines,
        );
        let lines: Vec<(&str, &str)> =
            lines.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            lines,
            [("market.vault", "D"), ("program", "A"), ("slot", "3"), ("sources.0", "B"), ("sources.1", "C")]
        );
    }
}
