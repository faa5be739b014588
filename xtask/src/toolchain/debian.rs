//! The compiler, its cargo and its sources, from Debian packages.

use std::{
    io::{stdin, IsTerminal},
    path::Path,
    process::Command,
};

use anyhow::{bail, ensure, Context, Result};

use crate::process;

pub const RUST_VERSION: &str = "1.96.0";
pub const RUSTC: &str = "/usr/bin/rustc";
pub const CARGO: &str = "/usr/bin/cargo";
pub const STD_SOURCES: &str = "/usr/src/rustc-1.96.0/library";
/// Debian's rolling Rust for browsers. The three come from one source package and must match.
const RUST_PACKAGES: [Package; 3] = [
    Package::of_compiler("rustc-web"),
    Package::of_compiler("cargo-web"),
    Package::of_compiler("rust-web-src"),
];
/// For the linker: a C++ compiler and what the static LLVM links; `venv` to unpack LLVM's wheels; `patch` for edits.
const BUILD_PACKAGES: [Package; 6] = [
    Package::any("g++"),
    Package::any("libc6-dev"),
    Package::any("zlib1g-dev"),
    Package::any("libzstd-dev"),
    Package::any("python3-venv"),
    Package::any("patch"),
];

/// Tools that compile the C parts of this machine's own programs; `make` and `perl` build OpenSSL.
const HOST_TOOLS: [(&str, Package); 3] =
    [("c++", Package::any("g++")), ("make", Package::any("make")), ("perl", Package::any("perl"))];

/// A Debian package, perhaps of one version.
pub struct Package {
    name: &'static str,
    version: Option<&'static str>,
}

impl Package {
    pub const fn any(name: &'static str) -> Self {
        Self { name, version: None }
    }

    const fn of_compiler(name: &'static str) -> Self {
        Self { name, version: Some(RUST_VERSION) }
    }

    fn apt_argument(&self) -> String {
        match self.version {
            Some(version) => format!("{}={version}*", self.name),
            None => self.name.to_owned(),
        }
    }

    pub fn is_installed(&self) -> bool {
        process::read(Command::new("dpkg-query").args(["-W", "-f=${Status}", self.name]))
            .is_ok_and(|status| status.ends_with("ok installed"))
    }
}

/// The installed compiler's package version: the standard library's sources may differ between builds of 1.96.0.
pub struct CompilerPackage {
    pub version: String,
}

/// Installs what compiling for this machine needs and cannot be started.
pub fn ensure_host_tools() -> Result<()> {
    let runs = |tool: &str| process::succeeds(Command::new(tool).arg("--version"));
    let missing: Vec<Package> =
        HOST_TOOLS.into_iter().filter(|(tool, _)| !runs(tool)).map(|(_, package)| package).collect();
    install_missing(&missing)
}

pub fn ensure_compiler() -> Result<CompilerPackage> {
    install_missing(&BUILD_PACKAGES)?;
    install_missing(&RUST_PACKAGES).context(
        "the compiler comes from Debian, whose security archive keeps only its newest build: if apt cannot find this \
         version, move RUST_VERSION in xtask/src/toolchain/debian.rs and refit the edits in xtask/toolchain/std",
    )?;
    check_compiler()
}

/// Checks the compiler without installing anything.
pub fn check_compiler() -> Result<CompilerPackage> {
    for tool in [RUSTC, CARGO] {
        let version = process::read(Command::new(tool).arg("--version"))
            .with_context(|| format!("install it with `apt-get install {}`", pinned_packages()))?;
        ensure!(
            version.split_whitespace().nth(1) == Some(RUST_VERSION),
            "{tool} is \"{version}\", but the standard library's edits are made for {RUST_VERSION}. Install the pinned \
             build with `apt-get install --allow-downgrades {}`, or, where Debian no longer carries it, move the pin \
             in xtask/src/toolchain/debian.rs and refit the edits in xtask/toolchain/std",
            pinned_packages()
        );
    }
    ensure!(
        Path::new(STD_SOURCES).join("std/src/lib.rs").is_file(),
        "no standard library sources in {STD_SOURCES}: reinstall rust-web-src"
    );
    let version = process::read(Command::new("dpkg-query").args(["-W", "-f=${Version}", "rust-web-src"]))?;
    Ok(CompilerPackage { version })
}

fn pinned_packages() -> String {
    RUST_PACKAGES.map(|package| package.apt_argument()).join(" ")
}

/// Installs missing packages with apt-get, through sudo where we are not root.
pub fn install_missing(packages: &[Package]) -> Result<()> {
    let missing: Vec<String> =
        packages.iter().filter(|package| !package.is_installed()).map(Package::apt_argument).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !process::succeeds(Command::new("apt-get").arg("--version")) {
        bail!(
            "these packages are needed and there is no apt-get (Debian 12 is supported): {}",
            missing.join(" ")
        );
    }
    let by_hand = format!("apt-get update && apt-get install --no-install-recommends {}", missing.join(" "));
    let by_hand = format!("run this by hand, then try again:\n  sudo sh -c \"{by_hand}\"");
    let sudo = sudo().with_context(|| by_hand.clone())?;
    let apt = |label: &str, args: &[&str]| {
        let words = [sudo, &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"], args].concat();
        process::run(label, Command::new(words[0]).args(&words[1..]))
    };
    let names: Vec<&str> = missing.iter().map(String::as_str).collect();
    let install = [&["install", "-q", "-y", "--no-install-recommends"], &names[..]].concat();
    apt("Updating Debian's package lists", &["update", "-q"])
        .and_then(|()| apt(&format!("Installing {}", missing.join(" ")), &install))
        .context(by_hand)
}

/// The words to put before a command that needs root.
fn sudo() -> Result<&'static [&'static str]> {
    if rustix::process::geteuid().is_root() {
        return Ok(&[]);
    }
    let without_password = process::succeeds(Command::new("sudo").args(["--non-interactive", "true"]));
    if !without_password {
        ensure!(stdin().is_terminal(), "Debian packages are missing, and sudo would ask for a password");
        // Asked once, here: the commands below run without a terminal.
        process::hand_over(Command::new("sudo").arg("--validate"))?;
    }
    Ok(&["sudo", "--non-interactive"])
}
