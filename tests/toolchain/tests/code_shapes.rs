//! Calls, collections, memory and the stack behave in the VM as in native code.

mod vm;

use toolchain_probe::{calls, collections, frame, inputs::Inputs, instruction, memory};
use vm::Vm;

const SEED: u64 = 77;
const RUNS: u64 = 1_000;
/// The VM allows 64 frames; a few are the runtime's and the dispatcher's.
const SAFE_DEPTH: u64 = 55;

#[test]
fn calls_equal_native() {
    let mut vm = Vm::new();
    let mut source = Inputs::seeded(SEED);
    for run in 0..RUNS {
        let (a, b) = (source.word() >> 1, source.wide());
        let text: Vec<u8> = (0..run % 60).map(|_| source.word() as u8).collect();
        let native = calls::all(a, b, &text);
        let vm_words = vm.words(instruction::Calls { a, b, text }, native.len());
        assert_eq!(vm_words, native, "run {run}: a = {a}, b = {b}");
    }
}

#[test]
fn collections_equal_native() {
    let mut vm = Vm::new();
    let mut source = Inputs::seeded(SEED);
    for run in 0..RUNS {
        let seed = source.word();
        let native = collections::all(seed);
        assert_eq!(
            vm.words(instruction::Collections { seed }, native.len()),
            native,
            "run {run}: seed = {seed}"
        );
    }
}

#[test]
fn memory_equals_native() {
    let mut vm = Vm::new();
    let mut source = Inputs::seeded(SEED);
    for run in 0..RUNS {
        // Small seeds first: they walk through every length.
        let seed = if run < 200 { run } else { source.word() };
        let native = memory::all(seed);
        assert_eq!(vm.words(instruction::Memory { seed }, native.len()), native, "run {run}: seed = {seed}");
    }
}

#[test]
fn nearly_full_frames_work() {
    let mut vm = Vm::new();
    for seed in 0..50 {
        assert_eq!(vm.words(instruction::FullFrame { seed }, 1), [frame::nearly_full(seed)]);
    }
}

#[test]
fn deep_calls_work_up_to_the_limit() {
    let mut vm = Vm::new();
    for levels in [0, 1, 30, SAFE_DEPTH] {
        assert_eq!(vm.words(instruction::Descend { levels }, 1), [frame::descend(levels, !levels)]);
    }
    let failed = vm.send(instruction::Descend { levels: 64 }).expect_err("64 levels are too many");
    let logs = failed.logs.join("\n");
    assert!(logs.contains("max BPF to BPF call depth"), "{logs}");
}
