//! A bar where somebody watches a terminal, a line every tenth elsewhere, nothing beside JSON.

use indicatif::{ProgressBar, ProgressStyle};

/// Lines where there is no terminal.
const LINES: u64 = 10;

pub struct Progress {
    bar: ProgressBar,
    is_silent: bool,
}

impl Progress {
    #[must_use]
    pub fn new(steps: usize, is_silent: bool) -> Self {
        let bar = if is_silent { ProgressBar::hidden() } else { ProgressBar::new(0) };
        let style = ProgressStyle::with_template("{bar:30.cyan/blue} {percent:>3}%  {elapsed}  {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_length(steps as u64);
        Self { bar, is_silent }
    }

    /// One step more.
    pub fn step(&self, what: &str) {
        self.bar.inc(1);
        self.bar.set_message(what.to_owned());
        let (done, total) = (self.bar.position(), self.bar.length().unwrap_or(1).max(1));
        let is_due = done.is_multiple_of((total / LINES).max(1));
        if is_due && self.bar.is_hidden() && !self.is_silent {
            eprintln!("{:>3}%  {what}", done * 100 / total);
        }
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
