//! The VM computes what native code computes.

mod vm;

use toolchain_probe::{arithmetic, instruction};
use vm::{inputs, Inputs, Vm};

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

#[test]
fn arithmetic_equals_native() {
    let mut vm = Vm::new();
    let mut source = Inputs::seeded(SEED);
    for run in 0..inputs(10_000) {
        let (a, b) = (source.wide(), source.wide());
        let native = arithmetic::all(a, b);
        assert!(native.len() <= arithmetic::MAX_WORDS);
        let vm_words = vm.wide_words(instruction::Arithmetic { a, b }, native.len());
        for (operation, (got, want)) in vm_words.iter().zip(&native).enumerate() {
            assert_eq!(got, want, "operation {operation}, run {run} from seed {SEED:#x}: a = {a}, b = {b}");
        }
    }
}
