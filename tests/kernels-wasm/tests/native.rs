//! What native code answers today is what `digests.json` says; `app/risk/test/kernels.test.ts` holds WebAssembly to the
//! same file.
//!
//! `UPDATE_LOCKS=1 cargo test -p kernel-probe-wasm` rewrites the digests after a kernel has changed on purpose. How many
//! calls a kernel gets is written by hand.

use std::{collections::BTreeMap, env, fs, path::PathBuf};

use bulkhead_probe::{count, digest, kernel, number_of};
use serde::{Deserialize, Serialize};

/// Calls over all kernels.
const TOTAL: u64 = 1_000_000;
/// Preparations that take part in other kernels, and the empty call.
const NOT_ALONE: [&str; 5] = ["nothing", "terms", "grid_terms", "reprice_terms", "book"];

/// One kernel's digests, one per seed from zero on.
#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Locked {
    kernel: u32,
    calls_per_seed: u32,
    digests: Vec<String>,
}

fn path() -> PathBuf {
    // Not the compiled-in path alone: clones may share a target folder.
    let dir = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    PathBuf::from(dir).join("digests.json")
}

fn locked() -> BTreeMap<String, Locked> {
    let text = fs::read_to_string(path()).expect("digests.json can be read");
    serde_json::from_str(&text).expect("digests.json names kernels")
}

/// The same with what native code answers.
fn found(name: &str, locked: &Locked) -> Locked {
    let kernel = number_of(name).unwrap_or_else(|| panic!("there is no kernel {name}"));
    let calls_per_seed = locked.calls_per_seed;
    let of = |(seed, _)| format!("{:016x}", digest(kernel, seed, calls_per_seed));
    Locked { kernel, calls_per_seed, digests: (0..).zip(&locked.digests).map(of).collect() }
}

#[test]
fn native_kernels_answer_as_locked() {
    let locked = locked();
    let found: BTreeMap<String, Locked> =
        locked.iter().map(|(name, locked)| (name.clone(), found(name, locked))).collect();
    if env::var_os("UPDATE_LOCKS").is_some_and(|v| v == "1") {
        let mut text = serde_json::to_string_pretty(&found).expect("JSON");
        text.push('\n');
        fs::write(path(), text).expect("digests.json can be written");
        return;
    }
    for (name, found) in &found {
        assert_eq!(&locked[name], found, "{name} answers otherwise than digests.json says");
    }
}

#[test]
fn a_million_calls_of_all_kernels_are_locked() {
    let locked = locked();
    let missing: Vec<&str> = (0..count())
        .filter_map(|number| Some(kernel(number)?.name))
        .filter(|name| !locked.contains_key(*name) && !NOT_ALONE.contains(name))
        .collect();
    assert!(missing.is_empty(), "give these calls in digests.json: {missing:?}");
    let calls = |of: &Locked| u64::from(of.calls_per_seed) * of.digests.len() as u64;
    assert!(locked.values().map(calls).sum::<u64>() >= TOTAL);
}
