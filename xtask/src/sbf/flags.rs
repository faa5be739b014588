//! Compiler flags of a program build. Each has its reason here, because a missing one often shows only at run time.

use std::path::Path;

/// Math library calls that code generation may ask for after the linker has dropped unused functions. If it stops
/// with "Symbol X is missing. Export it", add X. Names that stay unused add nothing to a program.
#[rustfmt::skip]
const EXPORTED_LIBCALLS: [&str; 34] = [
    "__floatsidf", "__floatunsidf", "__floatdidf", "__floatundidf", "__floattidf", "__floatuntidf",
    "__floatsisf", "__floatunsisf", "__floatdisf", "__floatundisf", "__fixdfsi", "__fixunsdfsi",
    "__fixdfdi", "__fixunsdfdi", "__fixdfti", "__fixunsdfti", "__fixsfsi", "__fixunssfsi",
    "__fixsfdi", "__fixunssfdi", "__extendsfdf2", "__truncdfsf2", "__unorddf2", "__unordsf2",
    "__addsf3", "__subsf3", "__mulsf3", "__divsf3", "__ltsf2", "__lesf2", "__gtsf2", "__gesf2",
    "__eqsf2", "__nesf2",
];

/// Flags for every crate compiled for the VM, the standard library included.
pub fn rustc(remaps: &[(&Path, &str)]) -> Vec<String> {
    let mut flags: Vec<String> = [
        "-Zunstable-options",
        // No formatting or unwinding code: a panic ends the program and logs its place.
        "-Cpanic=immediate-abort",
        // The VM has one thread and no atomic instructions.
        "-Cpasses=lower-atomic",
        // SBPF v3 has no dynamic relocations.
        "-Crelocation-model=static",
        "-Ctarget-cpu=v3",
        "-Clink-arg=--arch=v3",
        // The VM's frame size, so that a larger frame is a build error that names its function.
        "-Clink-arg=--llvm-args=-bpf-stack-size=4096",
        // A program pays rent for every byte: inline only what is small. What must be inlined says so in its source.
        "-Clink-arg=--llvm-args=-inline-threshold=50",
        "-Clink-arg=--cpu-features=+allows-misaligned-mem-access",
    ]
    .map(str::to_owned)
    .into();
    flags.push(format!("-Clink-arg=--export={}", EXPORTED_LIBCALLS.join(",")));
    // Panic locations carry file names. rustc takes the last prefix that fits.
    flags.extend(remaps.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display())));
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
