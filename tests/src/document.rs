//! `docs/BENCHMARKS.md` in sections, so that each measurement rewrites its own and leaves the others.

use {
    anyhow::{Context, Result},
    std::{
        fmt::Write as _,
        fs,
        path::{Path, PathBuf},
    },
};

/// The document.
#[must_use]
pub fn file() -> PathBuf {
    root().join("docs/BENCHMARKS.md")
}

/// Where measurements leave their figures.
#[must_use]
pub fn bench_folder() -> PathBuf {
    root().join("target/bench")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Replaces the section under a heading (`## Name`), or the text before the first one when `heading` is empty. A
/// section that is not there yet goes to the end.
///
/// # Errors
/// When the document cannot be read or written.
pub fn put(heading: &str, body: &str) -> Result<()> {
    let path = file();
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    fs::write(&path, replaced(&text, heading, body))
        .with_context(|| format!("cannot write {}", path.display()))
}

fn replaced(text: &str, heading: &str, body: &str) -> String {
    let mut sections = vec![(String::new(), String::new())];
    for line in text.lines() {
        if line.starts_with("## ") {
            sections.push((line.to_owned(), String::new()));
        } else if let Some((_, body)) = sections.last_mut() {
            body.push_str(line);
            body.push('\n');
        }
    }
    match sections.iter_mut().find(|(name, _)| name == heading) {
        Some((_, old)) => body.clone_into(old),
        None => sections.push((heading.to_owned(), body.to_owned())),
    }
    let parts: Vec<String> =
        sections.iter().map(|(name, body)| format!("{name}\n\n{}", body.trim()).trim().to_owned()).collect();
    format!("{}\n", parts.join("\n\n"))
}

/// A table in Markdown.
#[must_use]
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for row in rows {
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
    text
}

/// With a comma between thousands.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Smallest, middle and largest.
#[must_use]
pub fn spread(values: &[u64]) -> [u64; 3] {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let at = |i: usize| sorted.get(i).copied().unwrap_or(0);
    [at(0), at(sorted.len() / 2), at(sorted.len().saturating_sub(1))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_replaced_and_the_others_stay() {
        let text = "# A\n\nintro\n\n## B\n\nold\n\n## C\n\nstays\n";
        let new = replaced(text, "## B", "new\n");
        assert_eq!(new, "# A\n\nintro\n\n## B\n\nnew\n\n## C\n\nstays\n");
        assert_eq!(replaced(&new, "", "# Z\n"), "# Z\n\n## B\n\nnew\n\n## C\n\nstays\n");
        assert!(replaced(text, "## D", "last").ends_with("stays\n\n## D\n\nlast\n"));
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([7, 999, 1_000, 1_234_567].map(grouped), ["7", "999", "1,000", "1,234,567"]);
    }
}
