//! Where the program is, and the second machine that can run it.

use {
    bulkhead_drill::svm::SvmChain,
    solana_account::Account,
    solana_address::Address,
    std::path::{Path, PathBuf},
};

/// Folder of the built program.
#[must_use]
pub fn program_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/deploy")
}

/// The built program.
#[must_use]
pub fn program_file() -> PathBuf {
    program_folder().join("bulkhead.so")
}

/// LiteSVM with the program and some accounts.
///
/// # Panics
/// When the program was not built.
#[must_use]
pub fn svm(upgrade_authority: &Address, start: i64, accounts: &[(Address, Account)]) -> SvmChain {
    let mut chain =
        SvmChain::new(&program_file(), upgrade_authority, start).expect("run `cargo xtask build` first");
    for (key, account) in accounts {
        chain.put(*key, account.clone()).expect("the machine takes accounts");
    }
    chain
}

/// A wallet with lamports.
#[must_use]
pub fn wallet(lamports: u64) -> Account {
    Account {
        lamports,
        data: Vec::new(),
        owner: bulkhead_sdk::instructions::SYSTEM_PROGRAM,
        executable: false,
        rent_epoch: u64::MAX,
    }
}
