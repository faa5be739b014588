//! One line per step: a spinner with elapsed time on a terminal, start and end lines in a log.

use std::{
    io::{stderr, IsTerminal},
    time::{Duration, Instant},
};

use indicatif::{HumanDuration, ProgressBar, ProgressStyle};

/// A log without news for this long looks like a hang.
const HEARTBEAT: Duration = Duration::from_secs(60);
const SPINNER_TICK: Duration = Duration::from_millis(120);

pub struct Step {
    label: String,
    started: Instant,
    display: Display,
}

enum Display {
    Spinner(ProgressBar),
    Plain { last_news: Instant },
}

impl Step {
    pub fn start(label: &str) -> Self {
        let display = if stderr().is_terminal() && std::env::var_os("CI").is_none() {
            let bar = ProgressBar::new_spinner().with_prefix(label.to_owned());
            if let Ok(style) =
                ProgressStyle::with_template("{spinner:.cyan} {prefix} [{elapsed}] {wide_msg:.dim}")
            {
                bar.set_style(style);
            }
            bar.enable_steady_tick(SPINNER_TICK);
            Display::Spinner(bar)
        } else {
            eprintln!("==> {label}");
            Display::Plain { last_news: Instant::now() }
        };
        Self { label: label.to_owned(), started: Instant::now(), display }
    }

    /// Shows a line of the running child.
    pub fn line(&mut self, line: &str) {
        match &mut self.display {
            Display::Spinner(bar) if !line.trim().is_empty() => bar.set_message(line.trim().to_owned()),
            Display::Spinner(_) => {}
            Display::Plain { last_news } => {
                eprintln!("    {line}");
                *last_news = Instant::now();
            }
        }
    }

    /// Called often while nothing happens.
    pub fn tick(&mut self) {
        if let Display::Plain { last_news } = &mut self.display {
            if last_news.elapsed() >= HEARTBEAT {
                eprintln!(
                    "    ... {} is still running ({})",
                    self.label,
                    HumanDuration(self.started.elapsed())
                );
                *last_news = Instant::now();
            }
        }
    }

    pub fn finish(self) {
        let line = format!("{} ({})", self.label, seconds(self.started.elapsed()));
        match self.display {
            Display::Spinner(bar) => {
                bar.finish_and_clear();
                eprintln!("✓ {line}");
            }
            Display::Plain { .. } => eprintln!("    done: {line}"),
        }
    }

    /// Ends the step as failed and shows what the child said, unless a log has it already.
    pub fn fail(self, tail: &[String], captured: &str) {
        let line = format!("{} ({})", self.label, seconds(self.started.elapsed()));
        match self.display {
            Display::Spinner(bar) => {
                bar.finish_and_clear();
                for line in tail {
                    eprintln!("    {line}");
                }
                eprintln!("✗ {line}");
            }
            Display::Plain { .. } => eprintln!("    FAILED: {line}"),
        }
        if !captured.trim().is_empty() {
            eprintln!("{}", captured.trim_end());
        }
    }
}

/// `7.3 s` below a minute, `4 min 05 s` above.
pub fn seconds(elapsed: Duration) -> String {
    if elapsed < Duration::from_secs(60) {
        format!("{:.1} s", elapsed.as_secs_f64())
    } else {
        format!("{} min {:02} s", elapsed.as_secs() / 60, elapsed.as_secs() % 60)
    }
}
