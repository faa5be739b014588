//! Tables of figures as the simulators print them. A table is its rows, the head first; every row has as many cells.

use std::fmt::Write as _;

/// For a terminal: the first column to the left, figures to the right.
///
/// # Panics
/// When a row is shorter than the one before it.
#[must_use]
pub fn aligned(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            let width = width(column);
            let _ = match column {
                0 => write!(text, "  {cell:<width$}"),
                _ => write!(text, "  {cell:>width$}"),
            };
        }
        text.push('\n');
    }
    text
}

/// For a document in Markdown.
#[must_use]
pub fn markdown(rows: &[Vec<String>]) -> String {
    let mut text = String::new();
    for (i, row) in rows.iter().enumerate() {
        let _ = writeln!(text, "| {} |", row.join(" | "));
        if i == 0 {
            let _ = writeln!(text, "|{}", "---|".repeat(row.len()));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Vec<String>> {
        [["policy", "lost"], ["ours", "7"]].map(|row| row.map(str::to_owned).to_vec()).to_vec()
    }

    #[test]
    fn a_terminal_gets_names_to_the_left_and_figures_to_the_right() {
        assert_eq!(aligned(&rows()), "  policy  lost\n  ours       7\n");
    }

    #[test]
    fn a_document_gets_a_line_below_the_head() {
        assert_eq!(markdown(&rows()), "| policy | lost |\n|---|---|\n| ours | 7 |\n");
    }
}
