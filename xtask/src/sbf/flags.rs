//! Compiler flags of a program build. Each has its reason here, because a missing one often shows only at run time.

use std::path::Path;

/// Flags for every crate compiled for the VM, the standard library included. Changing one recompiles them all.
pub fn every_crate(remaps: &[(&Path, &str)]) -> Vec<String> {
    let mut flags: Vec<String> = [
        "-Zunstable-options",
        // No formatting or unwinding code: a panic ends the program and logs its place.
        "-Cpanic=immediate-abort",
        // The VM has one thread and no atomic instructions.
        "-Cpasses=lower-atomic",
        // The VM has no vector registers: what is gathered into vectors is spilled to the stack again.
        "-Cno-vectorize-loops",
        "-Cno-vectorize-slp",
        "-Clink-arg=--llvm-args=-vectorize-loops=false",
        "-Clink-arg=--llvm-args=-vectorize-slp=false",
        // SBPF v3 has no dynamic relocations.
        "-Crelocation-model=static",
        "-Ctarget-cpu=v3",
        // For the linker. Some dependencies are of the kind "cdylib" as well, so it runs for them too.
        "-Clink-arg=--arch=v3",
        // Else it puts a copy of everything it links into target/deploy, a dependency's over the program of the same name.
        "-Clink-arg=--deploy=false",
        // The VM's frame size, so that a larger frame is a build error that names its function.
        "-Clink-arg=--llvm-args=-bpf-stack-size=4096",
        "-Clink-arg=--cpu-features=+allows-misaligned-mem-access",
    ]
    .map(str::to_owned)
    .into();
    // Panic locations carry file names. rustc takes the last prefix that fits.
    flags.extend(remaps.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display())));
    flags
}

/// Further flags for the program itself. Changing one only links anew.
///
/// `libcalls` are software float functions that code generation calls after the linker has dropped what nothing had
/// called so far. Each costs space even where it turns out unused, so a program names those that it needs.
pub fn program(libcalls: &[String]) -> Vec<String> {
    // A program pays rent for every byte: inline only what is small. What must be inlined says so in its source.
    let mut flags = vec!["-Clink-arg=--llvm-args=-inline-threshold=50".to_owned()];
    if !libcalls.is_empty() {
        flags.push(format!("-Clink-arg=--export={}", libcalls.join(",")));
    }
    flags
}

/// The profile, set by environment so that no edit of `[profile.release]` can break a program.
pub const PROFILE: [(&str, &str); 8] = [
    // The linker optimises the whole program itself; rustc's own LTO would drop compiler-builtins.
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "3"),
    ("CARGO_PROFILE_RELEASE_PANIC", "abort"),
    ("CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS", "true"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
    ("CARGO_PROFILE_RELEASE_STRIP", "none"),
    ("CARGO_PROFILE_RELEASE_INCREMENTAL", "false"),
];
