//! Nothing that belongs to one person or one machine is in the repository.

use {
    crate::repository::{files, root},
    std::{env, fs},
};

/// Length of a key pair in the format of the Solana tools.
const KEYPAIR_BYTES: usize = 64;

/// True when the text holds a list of exactly 64 bytes.
fn has_keypair(text: &str) -> bool {
    let lists = text.split('[').skip(1).filter_map(|rest| rest.split_once(']'));
    lists.map(|(list, _)| list).any(|list| {
        let items = || list.split(',').map(str::trim);
        items().count() == KEYPAIR_BYTES && items().all(|item| item.parse::<u8>().is_ok())
    })
}

#[test]
fn no_secrets_are_committed() {
    let pem = ["PRIVATE", "KEY-----"].join(" ");
    let home = env::var("HOME").ok().filter(|home| home.len() > 1).map(|home| format!("{home}/"));
    let mut faults = Vec::new();
    for path in files(&root()) {
        // What is not text holds no key in a form that anyone reads.
        let Ok(text) = fs::read_to_string(&path) else { continue };
        if has_keypair(&text) || text.contains(&pem) {
            faults.push(format!("{} holds a private key", path.display()));
        }
        if home.as_ref().is_some_and(|home| text.contains(home.as_str())) {
            faults.push(format!("{} holds a path of this machine", path.display()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn key_pairs_are_recognised() {
    let list = |n: usize| format!("x = [{}];", vec!["17"; n].join(", "));
    assert!(has_keypair(&list(64)));
    assert!(!has_keypair(&list(63)) && !has_keypair(&list(65)));
    assert!(!has_keypair(&list(64).replacen("17", "300", 1)));
}
