//! The digests of the numeric kernels: what native code answers today is what the lock file says, and the test of
//! `app/risk` holds WebAssembly to the same file.

use {
    crate::{locks, repository::read},
    bulkhead_probe::{digest, number_of},
    serde_json::{json, Map, Value},
};

const LOCK: &str = "kernels.json";
/// Calls over all kernels.
const TOTAL: u64 = 1_000_000;
/// Kernels that take part in others, and the empty call.
const NOT_ALONE: [&str; 3] = ["nothing", "terms", "book"];

/// How many calls each kernel gets, and in how many digests; written by hand.
fn locked() -> Map<String, Value> {
    let text = read(&format!("tests/meta/locks/{LOCK}"));
    serde_json::from_str(&text).expect("the lock file holds an object")
}

fn number(of: &Value, field: &str) -> u64 {
    of[field].as_u64().unwrap_or_else(|| panic!("{field} is a number"))
}

#[test]
fn native_kernels_answer_as_locked() {
    let found: Map<String, Value> = locked()
        .iter()
        .map(|(name, entry)| {
            let kernel = number_of(name).unwrap_or_else(|| panic!("there is no kernel {name}"));
            let (calls, seeds) = (number(entry, "calls_per_seed"), number(entry, "seeds"));
            let count = u32::try_from(calls).expect("calls fit 32 bits");
            let digests: Vec<String> =
                (0..seeds).map(|seed| format!("{:016x}", digest(kernel, seed, count))).collect();
            let entry =
                json!({ "kernel": kernel, "calls_per_seed": calls, "seeds": seeds, "digests": digests });
            (name.clone(), entry)
        })
        .collect();
    locks::check(LOCK, &Value::Object(found));
}

#[test]
fn every_kernel_is_locked() {
    let locked = locked();
    let missing: Vec<&str> = (0..bulkhead_probe::count())
        .filter_map(|kernel| Some(bulkhead_probe::kernel(kernel)?.name))
        .filter(|name| !locked.contains_key(*name) && !NOT_ALONE.contains(name))
        .collect();
    assert!(missing.is_empty(), "give these calls in tests/meta/locks/{LOCK}: {missing:?}");
    let calls: u64 =
        locked.values().map(|entry| number(entry, "calls_per_seed") * number(entry, "seeds")).sum();
    assert!(calls >= TOTAL, "only {calls} calls are compared");
}
