//! `cargo xtask doctor`: what is here, what is missing, and how to get it.

use std::process::Command;

use anyhow::{bail, Result};

use crate::{
    cache::Cache,
    process,
    toolchain::{debian, linker, std_overlay},
    validator, wasm,
};

struct Finding {
    subject: &'static str,
    state: Result<String>,
    remedy: &'static str,
}

pub fn run() -> Result<()> {
    let cache = Cache::open()?;
    let findings = [
        Finding {
            subject: "cargo",
            state: process::read(crate::cargo::anywhere().arg("--version")),
            remedy: "install Rust 1.95 or newer from https://rustup.rs",
        },
        Finding {
            subject: "node",
            state: process::read(Command::new("node").arg("--version")),
            remedy: "install Node 20.19 or newer from https://nodejs.org",
        },
        Finding {
            subject: "npm",
            state: process::read(Command::new("npm").arg("--version")),
            remedy: "install Node 20.19 or newer from https://nodejs.org",
        },
        Finding {
            subject: "compiler for programs",
            state: debian::check_compiler().map(|package| format!("rust-web-src {}", package.version)),
            remedy: "`cargo xtask build` installs it",
        },
        Finding {
            subject: "linker for programs",
            state: linker_state(&cache),
            remedy: "`cargo xtask build` installs it",
        },
        Finding {
            subject: "standard library",
            state: library_state(&cache),
            remedy: "`cargo xtask build` prepares it",
        },
        Finding {
            subject: "linker for WebAssembly",
            state: wasm::find_linker().map(|path| path.display().to_string()),
            remedy: "`cargo xtask build` installs it",
        },
        Finding {
            subject: "test validator",
            state: validator_state(&cache),
            remedy: "`cargo xtask localnet` installs it, once, in about 40 minutes",
        },
    ];
    println!("cache: {}", cache.root().display());
    let mut missing = 0;
    for Finding { subject, state, remedy } in findings {
        match state {
            Ok(found) => println!("  ok       {subject}: {found}"),
            Err(error) => {
                missing += 1;
                println!("  missing  {subject}: {error:#}\n           {remedy}");
            }
        }
    }
    if missing > 0 {
        println!("{missing} missing; all but Rust and Node is installed when a command first needs it");
    }
    Ok(())
}

fn linker_state(cache: &Cache) -> Result<String> {
    cached(cache, linker::cache_name())
}

fn library_state(cache: &Cache) -> Result<String> {
    cached(cache, std_overlay::cache_name(&debian::check_compiler()?))
}

fn cached(cache: &Cache, name: String) -> Result<String> {
    if !cache.is_complete(&name) {
        bail!("{name} is not in the cache");
    }
    Ok(name)
}

fn validator_state(cache: &Cache) -> Result<String> {
    match validator::install::find(cache) {
        Some(path) => Ok(path.display().to_string()),
        None => bail!("no solana-test-validator on the PATH or in the cache"),
    }
}
