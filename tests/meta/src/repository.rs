//! Reads the files of the repository.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

/// Folders that hold nothing a person wrote.
const GENERATED: [&str; 6] = [".anchor", ".git", "dist", "node_modules", "target", "test-ledger"];

/// The root of the clone that the tests were called in. The compiled-in path alone would be wrong where clones share a
/// target folder.
pub fn root() -> PathBuf {
    let here = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).to_owned(), PathBuf::from);
    here.ancestors().nth(2).expect("the package lies two folders below the root").to_owned()
}

/// The text of a file by its path from the root.
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("cannot read {path}: {e}"))
}

/// Every file below a folder that a person wrote, sorted.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(dir) = open.pop() {
        let entries = fs::read_dir(&dir).unwrap_or_else(|e| panic!("cannot read {}: {e}", dir.display()));
        for entry in entries {
            let entry = entry.expect("a readable folder entry");
            let name = entry.file_name();
            let kind = entry.file_type().expect("a file type");
            if kind.is_dir() {
                if !GENERATED.iter().any(|g| name == *g) {
                    open.push(entry.path());
                }
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

/// Rust sources below a folder given from the root.
pub fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut found = files(&root().join(folder));
    found.retain(|path| path.extension().is_some_and(|e| e == "rs"));
    found
}

/// A function found in a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Function {
    pub is_test: bool,
    pub is_ignored: bool,
}

/// Functions of a Rust source by name; a test wins over a helper of the same name.
pub fn functions(source: &str) -> BTreeMap<String, Function> {
    let mut found: BTreeMap<String, Function> = BTreeMap::new();
    let mut next = Function::default();
    for line in source.lines().map(str::trim) {
        if line.starts_with("#[") {
            next.is_test |= line.contains("test]") || line.contains("test(");
            next.is_ignored |= line.starts_with("#[ignore");
        } else if let Some(name) = function_name(line) {
            let known = found.entry(name.to_owned()).or_default();
            if next.is_test || !known.is_test {
                *known = next;
            }
            next = Function::default();
        } else if !line.is_empty() && !line.starts_with("//") {
            next = Function::default();
        }
    }
    found
}

fn function_name(line: &str) -> Option<&str> {
    let line = line.strip_prefix("pub ").unwrap_or(line);
    let line = line.strip_prefix("const ").unwrap_or(line);
    let line = line.strip_prefix("async ").unwrap_or(line);
    let rest = line.strip_prefix("fn ")?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    Some(&rest[..end])
}

/// Names of the structs that directly follow an attribute, in the order of the source.
pub fn structs_after(source: &str, is_attribute: impl Fn(&str) -> bool) -> Vec<String> {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let named = |pair: &[&str]| {
        let rest = pair[1].strip_prefix("pub struct ")?;
        is_attribute(pair[0]).then(|| rest.trim_end_matches(" {").to_owned())
    };
    lines.windows(2).filter_map(named).collect()
}

#[test]
fn functions_are_told_from_tests_and_ignored_tests() {
    let source = "#[test]\nfn a() {}\n#[test]\n#[ignore = \"slow\"]\nfn b() {}\nfn c() {}\n\
                  #[test]\n/// doc\n#[should_panic]\npub async fn d<T>() {}\n#[tokio::test(flavor = \"x\")]\nasync fn e() {}";
    let found = functions(source);
    let of = |name: &str| (found[name].is_test, found[name].is_ignored);
    assert_eq!(
        ["a", "b", "c", "d", "e"].map(of),
        [(true, false), (true, true), (false, false), (true, false), (true, false)]
    );
}
