//! How many tests passed and failed, read from what the test runners print.

use std::ops::Add;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
}

impl Counts {
    /// A step without tests of its own is one check.
    pub fn one_passed() -> Self {
        Self { passed: 1, failed: 0 }
    }

    pub fn one_failed() -> Self {
        Self { passed: 0, failed: 1 }
    }

    /// The tests that a runner reported, and its exit status, which counts where it found no test at fault.
    pub fn of_runner(output: &str, succeeded: bool) -> Self {
        let mut counts = output.lines().filter_map(of_line).fold(Self::default(), Add::add);
        if !succeeded && counts.failed == 0 {
            counts.failed = 1;
        }
        if succeeded && counts.passed == 0 {
            counts.passed = 1;
        }
        counts
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

/// Rust: `test result: ok. 3 passed; 0 failed; ...`. Node: `# pass 3` and `# fail 0` (or with `ℹ`).
/// Vitest: `Tests  1 failed | 2 passed (3)`.
fn of_line(line: &str) -> Option<Counts> {
    let line = line.trim();
    if let Some(result) = line.strip_prefix("test result: ") {
        return Some(Counts { passed: before(result, " passed")?, failed: before(result, " failed")? });
    }
    if let Some(result) = line.strip_prefix("Tests ") {
        return Some(Counts {
            passed: before(result, " passed").unwrap_or(0),
            failed: before(result, " failed").unwrap_or(0),
        });
    }
    let node = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ "))?;
    let (word, number) = node.split_once(' ')?;
    let number = number.parse().ok()?;
    match word {
        "pass" => Some(Counts { passed: number, failed: 0 }),
        "fail" => Some(Counts { passed: 0, failed: number }),
        _ => None,
    }
}

/// The number that stands before a word.
fn before(text: &str, word: &str) -> Option<u64> {
    text.split_once(word)?.0.rsplit(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_up_what_runners_print() {
        let rust = "running 2 tests\ntest result: ok. 2 passed; 0 failed; 1 ignored; 0 measured\n\ntest result: FAILED. \
                    1 passed; 3 failed; 0 ignored\n";
        assert_eq!(Counts::of_runner(rust, false), Counts { passed: 3, failed: 3 });
        let node = "ok 1 - trades\n# tests 5\n# suites 0\n# pass 4\n# fail 1\n";
        assert_eq!(Counts::of_runner(node, false), Counts { passed: 4, failed: 1 });
        let spec = "ℹ tests 2\nℹ pass 2\nℹ fail 0\n";
        assert_eq!(Counts::of_runner(spec, true), Counts { passed: 2, failed: 0 });
        let vitest = " Test Files  1 passed (1)\n      Tests  1 failed | 2 passed (3)\n";
        assert_eq!(Counts::of_runner(vitest, false), Counts { passed: 2, failed: 1 });
    }

    #[test]
    fn counts_the_exit_status_where_no_test_is_at_fault() {
        assert_eq!(Counts::of_runner("error: could not compile", false), Counts::one_failed());
        assert_eq!(Counts::of_runner("", true), Counts::one_passed());
    }
}
