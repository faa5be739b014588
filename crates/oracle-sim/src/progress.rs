//! A bar where somebody watches a terminal, a line for each scenario elsewhere.

use indicatif::{ProgressBar, ProgressStyle};

pub struct Progress {
    bar: ProgressBar,
    begun: u64,
}

impl Progress {
    #[must_use]
    pub fn new(seconds: i64) -> Self {
        let bar = ProgressBar::new(seconds.unsigned_abs());
        let style = ProgressStyle::with_template("{bar:30.cyan/blue} {percent:>3}%  {elapsed}  {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, begun: 0 }
    }

    pub fn begin(&mut self, scenario: &'static str) {
        self.begun = self.bar.position();
        self.bar.set_message(scenario);
        if self.bar.is_hidden() {
            let percent = self.begun * 100 / self.bar.length().unwrap_or(1).max(1);
            eprintln!("{percent:>3}%  {scenario}");
        }
    }

    /// A second of the scenario.
    pub fn at(&self, second: i64) {
        // A terminal shows a few dozen changes a second; more only costs time.
        if second % 600 == 0 {
            self.bar.set_position(self.begun + second.unsigned_abs());
        }
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
