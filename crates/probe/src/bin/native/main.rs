//! The kernels on this machine: how long they take, and what they answer.
//!
//! `native time` prints a line per case: its name, then minimum, median and maximum. `native stream KERNEL
//! hostile|ordinary SEED COUNT` writes every call's six argument words and twelve answer words, little-endian.

mod accounts;
mod stream;
mod time;

use std::{env, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["time"] => {
            time::calls();
            accounts::scan();
            Ok(())
        }
        ["stream", kernel, inputs, seed, count] => stream::write(kernel, inputs, seed, count),
        _ => Err("usage: native time | native stream KERNEL hostile|ordinary SEED COUNT".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
