//! The table at the end of a test run.

use std::{fmt, time::Duration};

use super::counts::Counts;
use crate::progress::seconds;

pub struct Row {
    pub name: &'static str,
    pub counts: Counts,
    pub elapsed: Duration,
}

#[derive(Default)]
pub struct Summary {
    rows: Vec<Row>,
}

impl Summary {
    pub fn push(&mut self, row: Row) {
        self.rows.push(row);
    }

    pub fn total(&self) -> Counts {
        self.rows.iter().map(|row| row.counts).fold(Counts::default(), |sum, counts| sum + counts)
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
        writeln!(f, "\n{:width$}  result  passed  failed  time", "step")?;
        for Row { name, counts, elapsed } in &self.rows {
            let result = if counts.failed == 0 { "ok" } else { "FAILED" };
            let time = seconds(*elapsed);
            writeln!(f, "{name:width$}  {result:6}  {:6}  {:6}  {time}", counts.passed, counts.failed)?;
        }
        let total = self.total();
        // On a line of its own, for programs that read the result.
        write!(f, "\n{} passed, {} failed", total.passed, total.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_with_the_total_alone_on_its_line() {
        let mut summary = Summary::default();
        summary.push(Row {
            name: "formatting",
            counts: Counts::one_passed(),
            elapsed: Duration::from_millis(1_500),
        });
        summary.push(Row { name: "lints", counts: Counts::one_failed(), elapsed: Duration::from_secs(61) });
        let text = summary.to_string();
        assert_eq!(text.lines().last(), Some("1 passed, 1 failed"));
        assert!(text.contains("lints       FAILED       0       1  1 min 01 s"), "{text}");
    }
}
