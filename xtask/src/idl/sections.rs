//! Cuts the output of the IDL tests into their sections.

use anyhow::{bail, ensure, Result};

#[derive(Debug, PartialEq)]
pub struct Section {
    pub kind: String,
    pub body: String,
}

/// Everything between `--- IDL begin <kind> ---` and `--- IDL end <kind> ---`; other lines are the test harness's.
pub fn parse(output: &str) -> Result<Vec<Section>> {
    let mut sections = Vec::new();
    let mut open: Option<Section> = None;
    for line in output.lines() {
        // Without a line break of its own the harness's progress may stand before a marker.
        if let Some(kind) = marker(line, "begin") {
            ensure!(open.is_none(), "IDL section {kind} begins inside another one");
            open = Some(Section { kind: kind.to_owned(), body: String::new() });
        } else if let Some(kind) = marker(line, "end") {
            match open.take() {
                Some(section) if section.kind == kind => sections.push(section),
                _ => bail!("IDL section {kind} ends without a beginning"),
            }
        } else if let Some(section) = &mut open {
            section.body.push_str(line);
            section.body.push('\n');
        }
    }
    if let Some(section) = open {
        bail!("IDL section {} does not end", section.kind);
    }
    Ok(sections)
}

fn marker<'a>(line: &'a str, edge: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(&format!("--- IDL {edge} "))?;
    rest.strip_suffix(" ---")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_sections_out_of_harness_output() {
        let output =
            "\nrunning 2 tests\n--- IDL begin address ---\nabc\n--- IDL end address ---\n.--- IDL begin \
                      errors ---\n[]\n--- IDL end errors ---\n.\ntest result: ok\n";
        let sections = parse(output).unwrap();
        let kinds: Vec<&str> = sections.iter().map(|section| section.kind.as_str()).collect();
        assert_eq!(kinds, ["address", "errors"]);
        assert_eq!(sections[0].body, "abc\n");
    }

    #[test]
    fn rejects_interleaved_or_unfinished_sections() {
        assert!(parse("--- IDL begin a ---\n--- IDL begin b ---\n").is_err());
        assert!(parse("--- IDL begin a ---\nx\n").is_err());
        assert!(parse("--- IDL end a ---\n").is_err());
    }
}
