//! What the numeric kernels cost: compute units of each in the virtual machine against their bounds, beside other ways
//! to the same figures, and what `--native FILE` and `--accuracy FILE` bring from other measurements.
//!
//! Writes `target/bench/kernels.json` and, without `--check`, the kernels' sections of `docs/BENCHMARKS.md`; exits
//! with an error when a bound is exceeded.

mod accuracy;
mod native;
mod report;
mod units;

use {
    anyhow::{bail, Result},
    std::{path::PathBuf, process::ExitCode},
};

#[derive(Default)]
struct Options {
    is_check: bool,
    native: Option<PathBuf>,
    accuracy: Option<PathBuf>,
}

impl Options {
    fn of_arguments() -> Result<Self> {
        let mut options = Self::default();
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--check" => options.is_check = true,
                "--native" => options.native = words.next().map(PathBuf::from),
                "--accuracy" => options.accuracy = words.next().map(PathBuf::from),
                other => bail!("unknown argument {other}"),
            }
        }
        Ok(options)
    }
}

fn main() -> ExitCode {
    let measured = Options::of_arguments().and_then(|options| report::report(&options, &units::measure()?));
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
