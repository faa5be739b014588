//! Runs child programs: a live line with elapsed time on a terminal, plain lines elsewhere.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read},
    process::{Command, ExitStatus, Stdio},
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread,
    time::Duration,
};

use anyhow::{bail, Context, Result};

use crate::progress::Step;

/// Lines of a failed child that are shown again; enough for a few compiler errors.
const TAIL_LINES: usize = 200;
const TICK: Duration = Duration::from_millis(100);

enum Line {
    Out(String),
    Err(String),
}

/// Runs a long command as one step. On failure its last lines are printed.
pub fn run(label: &str, command: &mut Command) -> Result<()> {
    follow(label, command, false).map(drop)
}

/// As [`run`], and returns what the command wrote to its standard output.
pub fn run_for_output(label: &str, command: &mut Command) -> Result<String> {
    follow(label, command, true)
}

/// Runs a short command silently and returns its trimmed standard output.
pub fn read(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start `{}`", describe(command)))?;
    if !output.status.success() {
        bail!(
            "`{}` failed ({})\n{}",
            describe(command),
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a command that talks to the terminal itself.
pub fn hand_over(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start `{}`", describe(command)))?;
    check(command, status)
}

/// Whether a command can be started and succeeds; its output is dropped.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn follow(label: &str, command: &mut Command, keep_output: bool) -> Result<String> {
    let mut step = Step::start(label);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{}`", describe(command)))?;
    let (sender, lines) = mpsc::channel();
    forward(child.stdout.take(), sender.clone(), Line::Out);
    forward(child.stderr.take(), sender, Line::Err);

    let mut kept = String::new();
    let mut tail = VecDeque::new();
    loop {
        match lines.recv_timeout(TICK) {
            Ok(Line::Out(line)) if keep_output => {
                kept.push_str(&line);
                kept.push('\n');
            }
            Ok(Line::Out(line) | Line::Err(line)) => {
                step.line(&line);
                if tail.len() == TAIL_LINES {
                    tail.pop_front();
                }
                tail.push_back(line);
            }
            Err(RecvTimeoutError::Timeout) => step.tick(),
            // Both pipes are closed: the child is done, or about to be.
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let status = child.wait().context("cannot wait for the child process")?;
    if status.success() {
        step.finish();
        return Ok(kept);
    }
    step.fail(tail.make_contiguous(), &kept);
    check(command, status)?;
    Ok(kept)
}

fn forward<R: Read + Send + 'static>(pipe: Option<R>, sender: Sender<Line>, wrap: fn(String) -> Line) {
    let Some(pipe) = pipe else { return };
    thread::spawn(move || {
        let mut reader = BufReader::new(pipe);
        let mut bytes = Vec::new();
        // Bytes, not `lines()`: one line that is not UTF-8 must not end the reading and block the child.
        while matches!(reader.read_until(b'\n', &mut bytes), Ok(n) if n > 0) {
            let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
            bytes.clear();
            if sender.send(wrap(line)).is_err() {
                break;
            }
        }
    });
}

fn check(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("`{}` failed ({status})", describe(command));
    }
    Ok(())
}

/// The command as a person would type it, without the environment.
pub fn describe(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|arg| {
        let arg = arg.to_string_lossy();
        if arg.is_empty() || arg.contains(char::is_whitespace) {
            format!("'{arg}'")
        } else {
            arg.into_owned()
        }
    }));
    words.join(" ")
}
