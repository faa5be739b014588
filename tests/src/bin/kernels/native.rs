//! Times on this machine, from the lines of `native time`.

use {
    anyhow::{Context, Result},
    std::{fs, path::Path},
};

/// Minimum, median and maximum: nanoseconds per call, or millions of accounts per second.
pub struct Timed {
    pub title: String,
    pub values: [f64; 3],
    pub is_rate: bool,
}

pub fn read(path: &Path) -> Result<Vec<Timed>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    text.lines().map(|line| of_line(line).with_context(|| format!("no times in `{line}`"))).collect()
}

fn of_line(line: &str) -> Option<Timed> {
    let mut parts = line.split('\t');
    let title = parts.next()?.to_owned();
    let values = [parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?];
    let is_rate = title.contains("legs");
    Some(Timed { title, values, is_rate })
}
