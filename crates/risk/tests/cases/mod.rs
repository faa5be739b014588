//! How many cases the property tests run.

use proptest::test_runner::Config;

/// The usual number of cases, or the one `PROPTEST_CASES` asks for.
pub fn usually(usual: u32) -> Config {
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => Config::default(),
        None => Config::with_cases(usual),
    }
}
