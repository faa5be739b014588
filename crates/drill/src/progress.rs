//! Live progress: a bar where somebody watches a terminal, plain lines elsewhere, nothing beside JSON.

use indicatif::{ProgressBar, ProgressStyle};

/// Lines of progress per story where there is no terminal.
const LINES: u64 = 20;

pub struct Progress {
    bar: ProgressBar,
    is_silent: bool,
}

impl Progress {
    #[must_use]
    pub fn new(steps: i64, is_silent: bool) -> Self {
        let steps = u64::try_from(steps).unwrap_or(1);
        let bar = if is_silent { ProgressBar::hidden() } else { ProgressBar::new(steps) };
        let style = ProgressStyle::with_template("{bar:30.cyan/blue} {percent:>3}%  {elapsed}  {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_length(steps);
        Self { bar, is_silent }
    }

    /// What the market looks like after a step.
    pub fn at(&self, step: i64, line: String) {
        let step = u64::try_from(step).unwrap_or(0);
        let total = self.bar.length().unwrap_or(1).max(1);
        let is_due = step.is_multiple_of((total / LINES).max(1));
        if self.bar.is_hidden() && !self.is_silent && is_due {
            eprintln!("{:>3}%  {line}", (step * 100 / total).min(100));
        }
        self.bar.set_position(step.min(total));
        self.bar.set_message(line);
    }

    /// Something that happened, above the bar.
    pub fn tell(&self, line: &str) {
        if self.is_silent {
            return;
        }
        if self.bar.is_hidden() {
            eprintln!("      {line}");
        } else {
            self.bar.println(line);
        }
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
