//! The IDL equals its lock file, and the built IDL equals the sources.

use {
    crate::{errors::codes, locks, repository::root},
    serde_json::Value,
    std::fs,
};

const BUILD: &str = "run `cargo xtask build`";

fn built() -> Value {
    let path = root().join("target/idl/bulkhead.json");
    let text =
        fs::read_to_string(&path).unwrap_or_else(|e| panic!("cannot read {}: {e}; {BUILD}", path.display()));
    serde_json::from_str(&text).expect("the IDL is JSON")
}

/// Wording of the documentation is no interface; error messages are, because clients show them.
fn without_docs(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().filter(|(name, _)| name != "docs");
            Value::Object(kept.map(|(name, field)| (name, without_docs(field))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_docs).collect()),
        other => other,
    }
}

#[test]
fn idl_is_locked() {
    let idl = built();
    let errors: Vec<(String, u64)> = idl["errors"]
        .as_array()
        .expect("the IDL lists errors")
        .iter()
        .map(|e| (e["name"].as_str().unwrap_or_default().to_owned(), e["code"].as_u64().unwrap_or_default()))
        .collect();
    assert_eq!(errors, codes(), "the IDL was built from other sources; {BUILD}");
    locks::check("idl.json", &without_docs(idl));
}
