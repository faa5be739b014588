//! Every error has a code that never moves and a test that provokes it.

use {
    crate::{
        locks,
        repository::{read, rust_files},
    },
    bulkhead::error::BulkheadError,
    serde_json::{Map, Value},
    std::{collections::BTreeSet, fs},
};

/// What Anchor adds to every discriminant.
const OFFSET: u64 = 6_000;
/// Sources in which a test provokes an error on the real program and asserts untouched accounts.
const PROVOKING: &str = "tests/suites";

/// Variants of the error enum with their codes, from its source.
pub fn codes() -> Vec<(String, u64)> {
    let source = read("programs/bulkhead/src/error.rs");
    let body = source.split("pub enum BulkheadError {").nth(1).expect("the error enum");
    let body = body.split("\n}").next().unwrap_or(body);
    body.lines().filter_map(|line| variant(line.trim())).collect()
}

fn variant(line: &str) -> Option<(String, u64)> {
    let (name, code) = line.strip_suffix(',')?.split_once(" = ")?;
    let is_name = name.chars().all(char::is_alphanumeric);
    Some((name.to_owned(), code.parse::<u64>().ok()? + OFFSET)).filter(|_| is_name)
}

/// Words of the provoking sources, comments aside. The suites import the variants, so a test names one as
/// `BulkheadError::Variant` or as `Variant`.
fn provoked() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in rust_files(PROVOKING) {
        let source =
            fs::read_to_string(&path).unwrap_or_else(|e| panic!("cannot read {}: {e}", path.display()));
        for line in source.lines().filter(|l| !l.trim_start().starts_with("//")) {
            let words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            found.extend(words.filter(|w| !w.is_empty()).map(str::to_owned));
        }
    }
    found
}

#[test]
fn error_codes_are_locked() {
    let codes = codes();
    assert!(codes.len() > 50, "only {} errors found", codes.len());
    for (error, name) in [
        (BulkheadError::NotUpgradeAuthority, "NotUpgradeAuthority"),
        (BulkheadError::OutOfRange, "OutOfRange"),
    ] {
        let code = codes.iter().find(|(n, _)| n == name).map(|(_, code)| *code);
        assert_eq!(code, Some(error as u64 + OFFSET), "the source is read as the compiler reads it");
    }
    let distinct: BTreeSet<u64> = codes.iter().map(|(_, code)| *code).collect();
    assert_eq!(distinct.len(), codes.len(), "two errors share a code");
    let found: Map<String, Value> = codes.into_iter().map(|(name, code)| (name, code.into())).collect();
    locks::check("errors.json", &Value::Object(found));
}

#[test]
fn every_error_has_a_negative_test() {
    let provoked = provoked();
    let missing: Vec<String> =
        codes().into_iter().map(|(name, _)| name).filter(|name| !provoked.contains(name)).collect();
    assert!(missing.is_empty(), "no test under {PROVOKING} provokes {missing:?}");
}
