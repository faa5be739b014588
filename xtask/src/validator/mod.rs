//! A local validator: started on the loopback address, stopped when dropped.

pub mod install;
mod ports;
mod rpc;

use std::{
    fs::{self, File},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{bail, Context, Result};
use rustix::process::{kill_process, set_parent_process_death_signal, Pid, Signal};

pub use ports::{Ports, DEFAULT_RPC};

use crate::{interrupt::Interrupt, progress::Step};

/// Slow shared machines need a while to unpack the genesis block.
const START_TIMEOUT: Duration = Duration::from_secs(180);
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(200);

pub struct Options {
    pub binary: PathBuf,
    pub ports: Ports,
    /// Holds the ledger and the validator's output.
    pub dir: PathBuf,
    /// The address that owns all lamports at genesis.
    pub funded: String,
    pub program: Option<GenesisProgram>,
}

/// A program that is there from the first block, upgradeable by the funded address.
pub struct GenesisProgram {
    pub address: String,
    pub so: PathBuf,
}

pub struct Validator {
    child: Child,
    pub ports: Ports,
}

impl Validator {
    /// Starts a validator and waits until it processes transactions.
    pub fn start(options: &Options, interrupt: &Interrupt) -> Result<Self> {
        let mut step = Step::start("Starting the validator");
        fs::create_dir_all(&options.dir)
            .with_context(|| format!("cannot create {}", options.dir.display()))?;
        let output_path = options.dir.join("output.log");
        let output =
            File::create(&output_path).with_context(|| format!("cannot create {}", output_path.display()))?;
        let child = command(options, output)?.spawn().context("cannot start the validator")?;
        let mut validator = Self { child, ports: options.ports };

        let started = Instant::now();
        while !rpc::is_ready(options.ports.rpc) {
            interrupt.check()?;
            if let Some(status) = validator.child.try_wait().context("cannot watch the validator")? {
                bail!("the validator ended while starting ({status}):\n{}", tail(&output_path));
            }
            if started.elapsed() > START_TIMEOUT {
                bail!(
                    "the validator was not healthy after {START_TIMEOUT:?}; its log is {}\n{}",
                    options.dir.join("ledger/validator.log").display(),
                    tail(&output_path)
                );
            }
            step.tick();
            thread::sleep(POLL);
        }
        step.finish();
        Ok(validator)
    }

    pub fn rpc_url(&self) -> String {
        self.ports.rpc_url()
    }

    pub fn ws_url(&self) -> String {
        self.ports.ws_url()
    }

    /// Waits until Ctrl-C or until the validator ends by itself, which is an error.
    pub fn wait_for(&mut self, interrupt: &Interrupt) -> Result<()> {
        while !interrupt.is_requested() {
            if let Some(status) = self.child.try_wait().context("cannot watch the validator")? {
                bail!("the validator ended ({status})");
            }
            thread::sleep(POLL);
        }
        Ok(())
    }

    fn stop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        if let Some(pid) = Pid::from_raw(self.child.id() as i32) {
            // Without an answer to this it is killed below.
            let _ = kill_process(pid, Signal::TERM);
        }
        let asked = Instant::now();
        while asked.elapsed() < STOP_TIMEOUT {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(POLL);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Validator {
    fn drop(&mut self) {
        self.stop();
    }
}

fn command(options: &Options, output: File) -> Result<Command> {
    let ports = &options.ports;
    let mut command = Command::new(&options.binary);
    command
        .args(["--quiet", "--bind-address", "127.0.0.1", "--mint", &options.funded])
        .arg("--ledger")
        .arg(options.dir.join("ledger"))
        .args(["--rpc-port", &ports.rpc.to_string(), "--faucet-port", &ports.faucet.to_string()])
        .args(["--gossip-port", &ports.gossip.to_string()])
        .args(["--dynamic-port-range", &format!("{}-{}", ports.node_first, ports.node_last)])
        .stdin(Stdio::null())
        .stdout(output.try_clone().context("cannot share the validator's log file")?)
        .stderr(output)
        // Its own group: Ctrl-C reaches only us, and we stop it when what uses it has ended.
        .process_group(0);
    if let Some(program) = &options.program {
        command.args(["--upgradeable-program", &program.address]).arg(&program.so).arg(&options.funded);
    }
    // SAFETY: the closure makes one system call, which is allowed between fork and exec.
    unsafe {
        // Should this program be killed outright, the validator must not stay and hold the ports.
        command.pre_exec(|| Ok(set_parent_process_death_signal(Some(Signal::TERM))?));
    }
    Ok(command)
}

fn tail(log: &Path) -> String {
    const LINES: usize = 20;
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}
