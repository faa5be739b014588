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

/// What a followed command printed and how it ended.
pub struct Outcome {
    /// All of its standard output.
    pub output: String,
    /// The last lines shown, of both outputs.
    pub tail: Vec<String>,
    status: ExitStatus,
}

impl Outcome {
    pub fn succeeded(&self) -> bool {
        self.status.success()
    }
}

/// Runs a long command as one step. On failure its last lines are printed.
pub fn run(label: &str, command: &mut Command) -> Result<()> {
    let outcome = follow(label, command, true)?;
    check(command, outcome.status)
}

/// As [`run`], and returns what the command wrote to its standard output, which is not shown.
pub fn run_for_output(label: &str, command: &mut Command) -> Result<String> {
    let outcome = follow(label, command, false)?;
    check(command, outcome.status)?;
    Ok(outcome.output)
}

/// As [`run`], but a failure is the caller's to judge.
pub fn observe(label: &str, command: &mut Command) -> Result<Outcome> {
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

fn follow(label: &str, command: &mut Command, show_output: bool) -> Result<Outcome> {
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

    let mut output = String::new();
    let mut tail = VecDeque::new();
    loop {
        let line = match lines.recv_timeout(TICK) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => {
                step.tick();
                continue;
            }
            // Both pipes are closed: the child is done, or about to be.
            Err(RecvTimeoutError::Disconnected) => break,
        };
        if let Line::Out(text) = &line {
            output.push_str(text);
            output.push('\n');
        }
        if show_output || matches!(line, Line::Err(_)) {
            let (Line::Out(text) | Line::Err(text)) = line;
            step.line(&text);
            if tail.len() == TAIL_LINES {
                tail.pop_front();
            }
            tail.push_back(text);
        }
    }
    let status = child.wait().context("cannot wait for the child process")?;
    if status.success() {
        step.finish();
    } else {
        step.fail(tail.make_contiguous(), if show_output { "" } else { &output });
    }
    Ok(Outcome { output, tail: tail.into(), status })
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

/// The command as a person would type it, without the environment, cut to a readable length.
fn describe(command: &Command) -> String {
    const MAX_CHARACTERS: usize = 160;
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|arg| {
        let arg = arg.to_string_lossy();
        if arg.is_empty() || arg.contains(char::is_whitespace) {
            format!("'{arg}'")
        } else {
            arg.into_owned()
        }
    }));
    let line = words.join(" ");
    if line.chars().count() <= MAX_CHARACTERS {
        return line;
    }
    line.chars().take(MAX_CHARACTERS).chain(" ...".chars()).collect()
}
