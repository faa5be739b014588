//! Lock files: what was agreed on with everybody who reads the program's accounts, codes and interface.

use {
    crate::repository::root,
    serde_json::Value,
    std::{env, fs, path::PathBuf},
};

const HOW: &str =
    "If the change is meant, run `UPDATE_LOCKS=1 cargo test -p bulkhead-meta` and say why in the commit.";
/// Enough to see what changed, short enough to read.
const SHOWN: usize = 20;

/// True when the run rewrites the lock files.
pub fn is_update() -> bool {
    env::var_os("UPDATE_LOCKS").is_some_and(|v| v == "1")
}

fn path(name: &str) -> PathBuf {
    root().join("tests/meta/locks").join(name)
}

/// Compares what was found with a lock file, or rewrites it.
pub fn check(name: &str, found: &Value) {
    let path = path(name);
    if is_update() {
        let mut text = serde_json::to_string_pretty(found).expect("JSON");
        text.push('\n');
        fs::write(&path, text).unwrap_or_else(|e| panic!("cannot write {}: {e}", path.display()));
        return;
    }
    let text =
        fs::read_to_string(&path).unwrap_or_else(|e| panic!("cannot read {}: {e}. {HOW}", path.display()));
    let locked: Value = serde_json::from_str(&text).expect("a lock file holds JSON");
    let mut changes = Vec::new();
    differences("", &locked, found, &mut changes);
    let shown = changes.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join("\n  ");
    assert!(changes.is_empty(), "{} differences to {name}:\n  {shown}\n{HOW}", changes.len());
}

/// Where two values differ, as `path: locked -> found`.
fn differences(at: &str, locked: &Value, found: &Value, out: &mut Vec<String>) {
    match (locked, found) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys().filter(|k| !a.contains_key(*k))) {
                let [left, right] = [a, b].map(|map| map.get(key).unwrap_or(&Value::Null));
                differences(&format!("{at}/{key}"), left, right, out);
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            for i in 0..a.len().max(b.len()) {
                let [left, right] = [a, b].map(|list| list.get(i).unwrap_or(&Value::Null));
                differences(&format!("{at}/{i}"), left, right, out);
            }
        }
        _ if locked == found => {}
        _ => out.push(format!("{at}: {locked} -> {found}")),
    }
}

#[test]
fn differences_name_the_place() {
    let mut out = Vec::new();
    let [a, b] = [r#"{"x": [1, 2], "y": 3}"#, r#"{"x": [1, 5, 6], "z": 3}"#];
    differences("", &a.parse().expect("JSON"), &b.parse().expect("JSON"), &mut out);
    assert_eq!(out, ["/x/1: 2 -> 5", "/x/2: null -> 6", "/y: 3 -> null", "/z: null -> 3"]);
}
