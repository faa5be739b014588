//! The Promises table of the README names files that exist and tests that run; so does the catalogue of faults.

use {
    crate::repository::{functions, read, root, rust_files, Function},
    std::{collections::BTreeMap, fs},
};

/// Where tests live.
const TESTED: [&str; 4] = ["crates", "keeper", "programs", "tests"];
const LEAST_PROMISES: usize = 12;

/// One row of the table.
struct Promise {
    name: String,
    files: Vec<String>,
    tests: Vec<String>,
}

/// Cells of a table's row.
fn cells(row: &str) -> Vec<&str> {
    row.trim().trim_matches('|').split('|').map(str::trim).collect()
}

fn promises() -> Vec<Promise> {
    let readme = read("README.md");
    let section = readme.split("\n## Promises").nth(1).expect("the README has a section \"Promises\"");
    let section = section.split("\n## ").next().unwrap_or(section);
    let rows = section.lines().filter(|l| l.starts_with('|'));
    // The first two rows are the heading and its underline.
    rows.skip(2).map(promise).collect()
}

fn promise(row: &str) -> Promise {
    let cells = cells(row);
    assert_eq!(cells.len(), 3, "a row has three columns: {row}");
    Promise { name: cells[0].to_owned(), files: quoted(cells[1]), tests: quoted(cells[2]) }
}

/// What stands in backticks.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn all_functions() -> BTreeMap<String, Function> {
    let mut all: BTreeMap<String, Function> = BTreeMap::new();
    for path in TESTED.iter().flat_map(|folder| rust_files(folder)) {
        let source =
            fs::read_to_string(&path).unwrap_or_else(|e| panic!("cannot read {}: {e}", path.display()));
        for (name, function) in functions(&source) {
            let known = all.entry(name).or_default();
            // Of namesakes the best counts: a test that runs.
            if rank(&function) > rank(known) {
                *known = function;
            }
        }
    }
    all
}

fn rank(function: &Function) -> (bool, bool) {
    (function.is_test, !function.is_ignored)
}

/// Why a name in a table is no test that runs.
fn fault_of(test: &str, functions: &BTreeMap<String, Function>) -> Option<String> {
    match functions.get(test) {
        Some(Function { is_test: true, is_ignored: false }) => None,
        Some(Function { is_test: true, .. }) => Some(format!("{test} is ignored")),
        Some(_) => Some(format!("{test} is not a test")),
        None => Some(format!("{test} does not exist")),
    }
}

#[test]
fn promises_name_existing_tests() {
    let promises = promises();
    assert!(promises.len() >= LEAST_PROMISES, "only {} promises found", promises.len());
    let functions = all_functions();
    let mut faults = Vec::new();
    for Promise { name, files, tests } in &promises {
        if files.is_empty() || tests.is_empty() {
            faults.push(format!("{name}: names no file or no test"));
        }
        for file in files.iter().filter(|f| !root().join(f).exists()) {
            faults.push(format!("{name}: {file} does not exist"));
        }
        faults.extend(
            tests.iter().filter_map(|test| fault_of(test, &functions)).map(|f| format!("{name}: {f}")),
        );
    }
    assert!(faults.is_empty(), "the README's Promises table is not true:\n  {}", faults.join("\n  "));
}

#[test]
fn faults_name_existing_checks_of_the_drill() {
    let text = read("docs/FAULTS.md");
    let named: Vec<&str> =
        text.lines().filter_map(|l| l.split_once("drill: ")?.1.strip_suffix(" |")).collect();
    assert!(named.len() >= 3, "only {} checks found", named.len());
    let sources: String = ["crates/drill/src/story.rs", "crates/drill/src/verdict.rs"].map(read).concat();
    let unknown: Vec<&&str> =
        named.iter().filter(|check| !sources.contains(&format!("\"{check}\""))).collect();
    assert!(unknown.is_empty(), "docs/FAULTS.md names checks that the drill does not make: {unknown:?}");
}

#[test]
fn faults_name_existing_tests() {
    let text = read("docs/FAULTS.md");
    let functions = all_functions();
    let last_cells = text.lines().filter(|l| l.starts_with('|')).filter_map(|row| cells(row).last().copied());
    let named: Vec<String> = last_cells.flat_map(quoted).collect();
    assert!(named.len() > 20, "only {} tests found", named.len());
    let faults: Vec<String> = named.iter().filter_map(|test| fault_of(test, &functions)).collect();
    assert!(faults.is_empty(), "docs/FAULTS.md is not true:\n  {}", faults.join("\n  "));
}
