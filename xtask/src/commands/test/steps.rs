//! The steps of a test run, in their order: what fails fast comes first.

use anyhow::{ensure, Result};
use clap::ValueEnum;

use super::counts::Counts;
use crate::{
    cache::Cache,
    cargo,
    commands::{
        bench::{self, BenchArgs},
        build,
        demo::{self, DemoArgs},
    },
    interrupt::Interrupt,
    localnet::{Genesis, Localnet, Place},
    process, typescript, validator, wasm,
    workspace::Workspace,
};

/// What property tests draw their cases from. Fixed unless the caller sets it, so that a run tells of the change at hand and not
/// of luck; `cargo test` alone draws new cases every time.
const CASES_SEED: &str = "PROPTEST_RNG_SEED";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Step {
    /// Rust formatting
    Fmt,
    /// Clippy on every target, warnings as errors
    Clippy,
    /// The program and the test programs of the tool chain and the kernels
    Build,
    /// The WebAssembly modules of the risk crate and of the kernels
    Wasm,
    /// The IDL and the TypeScript client
    Idl,
    /// All Rust tests
    Rust,
    /// Compute units and program size against their bounds
    Bench,
    /// TypeScript formatting, lints and types
    TsCheck,
    /// TypeScript tests
    TsTest,
    /// The crash drill in the virtual machine
    Demo,
    /// The local validator's installation, once per machine
    Validator,
    /// TypeScript against a local validator
    E2e,
    /// The crash drill against a local validator
    DemoValidator,
}

impl Step {
    pub fn needs_validator(self) -> bool {
        matches!(self, Self::Validator | Self::E2e | Self::DemoValidator)
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Fmt => "Rust formatting",
            Self::Clippy => "Rust lints",
            Self::Build => "program build",
            Self::Wasm => "WebAssembly build",
            Self::Idl => "IDL and client",
            Self::Rust => "Rust tests",
            Self::Bench => "compute-unit bounds",
            Self::TsCheck => "TypeScript checks",
            Self::TsTest => "TypeScript tests",
            Self::Demo => "crash drill",
            Self::Validator => "validator installation",
            Self::E2e => "end to end on a validator",
            Self::DemoValidator => "crash drill on a validator",
        }
    }

    pub fn run(self, workspace: &Workspace) -> Result<Counts> {
        match self {
            Self::Fmt => cargo_step(workspace, "Checking Rust formatting", &["fmt", "--all", "--check"]),
            Self::Clippy => cargo_step(
                workspace,
                "Checking Rust lints",
                &[
                    "clippy",
                    "--ignore-rust-version",
                    "--workspace",
                    "--all-targets",
                    "--",
                    "--deny",
                    "warnings",
                ],
            ),
            Self::Build => build(workspace),
            Self::Wasm => modules(workspace),
            Self::Idl => one(build::interface(workspace)),
            Self::Rust => rust_tests(workspace),
            Self::Bench => one(bench::run(workspace, &BenchArgs { check: true, ..BenchArgs::default() })),
            Self::TsCheck => npm_step(workspace, "Checking TypeScript", "check", &[]),
            Self::TsTest => npm_step(workspace, "Running TypeScript tests", "test", &[]),
            Self::Demo => one(demo::run(workspace, &DemoArgs::default())),
            Self::Validator => {
                one(Cache::open().and_then(|cache| validator::install::ensure(&cache)).map(drop))
            }
            Self::E2e => end_to_end(workspace),
            Self::DemoValidator => {
                // Its time is the story's, so the short steps of the default would take twice as long.
                one(demo::run(
                    workspace,
                    &DemoArgs { validator: true, speed: Some(2), ..DemoArgs::default() },
                ))
            }
        }
    }
}

fn build(workspace: &Workspace) -> Result<Counts> {
    for program in [build::program(workspace)?, build::probe(workspace)?, build::kernels(workspace)?] {
        println!("{program}");
    }
    Ok(Counts::one_passed())
}

fn modules(workspace: &Workspace) -> Result<Counts> {
    for module in [wasm::risk(workspace)?, wasm::kernels(workspace)?] {
        println!("{module}");
    }
    Ok(Counts::one_passed())
}

fn rust_tests(workspace: &Workspace) -> Result<Counts> {
    let mut command = cargo::command(workspace);
    command.args(["test", "--ignore-rust-version", "--workspace", "--no-fail-fast"]);
    if std::env::var_os(CASES_SEED).is_none() {
        command.env(CASES_SEED, "1");
    }
    let outcome = process::observe("Running Rust tests", &mut command)?;
    Ok(Counts::of_runner(&outcome.output, outcome.succeeded()))
}

fn one(result: Result<()>) -> Result<Counts> {
    result.map(|()| Counts::one_passed())
}

fn cargo_step(workspace: &Workspace, label: &str, arguments: &[&str]) -> Result<Counts> {
    let outcome = process::observe(label, cargo::command(workspace).args(arguments))?;
    Ok(Counts::of_runner(&outcome.output, outcome.succeeded()))
}

fn npm_step(
    workspace: &Workspace,
    label: &str,
    script: &str,
    environment: &[(&str, String)],
) -> Result<Counts> {
    let app = workspace.app();
    ensure!(app.join("package.json").is_file(), "app/package.json is missing");
    typescript::install(&app)?;
    let mut command = typescript::npm(&app);
    command.args(["run", "--silent", script]).envs(environment.iter().map(|(name, value)| (name, value)));
    let outcome = process::observe(label, &mut command)?;
    Ok(Counts::of_runner(&outcome.output, outcome.succeeded()))
}

fn end_to_end(workspace: &Workspace) -> Result<Counts> {
    let interrupt = Interrupt::listen()?;
    let localnet = Localnet::start(workspace, Place::Temporary, Genesis::Empty, &interrupt)?;
    let environment = [
        ("BULKHEAD_RPC_URL", localnet.validator.rpc_url()),
        ("BULKHEAD_PROGRAM_SO", workspace.program_so().display().to_string()),
        ("BULKHEAD_PROGRAM_KEYPAIR", workspace.program_keypair().display().to_string()),
        ("BULKHEAD_PAYER_KEYPAIR", localnet.payer.display().to_string()),
    ];
    npm_step(workspace, "Running the end to end tests", "e2e", &environment)
}
