//! The VM computes what native code computes.

mod vm;

use std::env;

use toolchain_probe::{arithmetic, inputs::Inputs, instruction};
use vm::Vm;

/// As many as the VM's compute limit allows in one transaction, with room.
const PAIRS: u32 = 64;
/// 16,000 inputs; `TOOLCHAIN_BATCHES` sets another number.
const BATCHES: u64 = 250;

#[test]
fn arithmetic_equals_native() {
    let batches = env::var("TOOLCHAIN_BATCHES").ok().and_then(|text| text.parse().ok()).unwrap_or(BATCHES);
    let mut vm = Vm::new();
    for seed in 0..batches {
        let in_vm = vm.words(instruction::ArithmeticDigest { seed, pairs: PAIRS }, 1);
        if in_vm != [arithmetic::digest(seed, PAIRS)] {
            name_the_difference(&mut vm, seed);
        }
    }
}

#[test]
fn every_operation_answers_alone_as_well() {
    let mut vm = Vm::new();
    let mut inputs = Inputs::seeded(1);
    for _ in 0..200 {
        compare(&mut vm, inputs.wide(), inputs.wide());
    }
}

fn name_the_difference(vm: &mut Vm, seed: u64) {
    let mut inputs = Inputs::seeded(seed);
    for _ in 0..PAIRS {
        compare(vm, inputs.wide(), inputs.wide());
    }
    panic!("the digests of seed {seed} differ, but each pair of inputs alone gives the same results");
}

fn compare(vm: &mut Vm, a: u128, b: u128) {
    let native = arithmetic::all(a, b);
    assert!(native.len() <= arithmetic::MAX_WORDS);
    let in_vm = vm.wide_words(instruction::Arithmetic { a, b }, native.len());
    for (operation, (got, want)) in in_vm.iter().zip(&native).enumerate() {
        assert_eq!(got, want, "operation {operation} on a = {a}, b = {b}");
    }
}
