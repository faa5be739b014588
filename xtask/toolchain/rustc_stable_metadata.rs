//! A compiler wrapper for cargo (`RUSTC_WRAPPER`) that replaces `-C metadata`.
//!
//! Cargo derives `-C metadata` from, among others, the paths of path dependencies, of the target specification and
//! of the flags. rustc derives every crate's identity from it, and with that the order of symbols: the same
//! sources gave another program where the clone or the tool chain lay in another folder. Here the identity is what
//! it should be: name, version, features and kind of the crate.

use std::{
    env,
    os::unix::process::CommandExt,
    process::{exit, Command},
};

fn main() {
    // Cargo calls: <wrapper> <rustc> <arguments>...
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.is_empty() {
        eprintln!("rustc-stable-metadata: call it through cargo's RUSTC_WRAPPER");
        exit(1);
    }
    let rustc = arguments.remove(0);
    let package = env::var("CARGO_PKG_NAME").unwrap_or_default();
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    stabilise(&mut arguments, &package, &version);
    // Only returns when the compiler cannot be started.
    let error = Command::new(&rustc).args(&arguments).exec();
    eprintln!("rustc-stable-metadata: cannot start {rustc}: {error}");
    exit(1);
}

/// Replaces the value of `-C metadata=...`; a call without one (a version query) stays as it is.
fn stabilise(arguments: &mut [String], package: &str, version: &str) {
    let identity = identity(arguments, package, version);
    for at in 1..arguments.len() {
        if arguments[at - 1] == "-C" && arguments[at].starts_with("metadata=") {
            arguments[at] = format!("metadata={identity}");
        }
    }
}

fn identity(arguments: &[String], package: &str, version: &str) -> String {
    let values_of = |flag: &str| -> Vec<&str> {
        arguments.windows(2).filter(|pair| pair[0] == flag).map(|pair| pair[1].as_str()).collect()
    };
    let mut features: Vec<&str> =
        values_of("--cfg").into_iter().filter(|cfg| cfg.starts_with("feature=")).collect();
    features.sort_unstable();
    // A package built both for the VM and for the host (a build script's or macro's dependency) is two crates.
    let place = if values_of("--target").is_empty() { "host" } else { "target" };
    let kinds = values_of("--crate-type").join(",");
    let name = values_of("--crate-name").join(",");
    format!("{package}@{version};{name};{kinds};{place};{}", features.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(metadata: &str, extra: &[&str]) -> Vec<String> {
        let base = ["--crate-name", "demo", "--crate-type", "lib", "-C", metadata, "-C", "opt-level=3"];
        base.iter().chain(extra).map(|argument| (*argument).to_owned()).collect()
    }

    fn stable(metadata: &str, extra: &[&str], version: &str) -> Vec<String> {
        let mut arguments = call(metadata, extra);
        stabilise(&mut arguments, "demo", version);
        arguments
    }

    #[test]
    fn forgets_what_cargo_hashed() {
        assert_eq!(stable("metadata=1111", &[], "1.0.0"), stable("metadata=2222", &[], "1.0.0"));
    }

    #[test]
    fn keeps_versions_features_and_places_apart() {
        let plain = stable("metadata=1", &[], "1.0.0");
        assert_ne!(plain[5], stable("metadata=1", &[], "1.0.1")[5]);
        assert_ne!(plain[5], stable("metadata=1", &["--cfg", "feature=\"std\""], "1.0.0")[5]);
        assert_ne!(plain[5], stable("metadata=1", &["--target", "spec.json"], "1.0.0")[5]);
    }

    #[test]
    fn leaves_other_flags_and_queries_alone() {
        assert_eq!(stable("metadata=1", &[], "1.0.0")[7], "opt-level=3");
        let mut query = vec!["-vV".to_owned()];
        stabilise(&mut query, "", "");
        assert_eq!(query, ["-vV"]);
    }
}
