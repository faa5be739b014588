//! A panic ends the program and says where; nothing continues past it.

mod vm;

use toolchain_probe::instruction::Fail;
use vm::Vm;

const FAILING: [(&str, u8, u64); 10] = [
    ("unwrap of None", 0, 100),
    ("index out of bounds", 1, 9),
    ("overflow", 2, u64::MAX),
    ("division by zero", 3, 0),
    ("explicit", 4, 1),
    ("expect of None", 5, 9),
    ("allocation too big", 6, 1 << 20),
    ("assert_eq", 7, 4),
    ("borrowed twice", 8, 1),
    ("unreachable", 9, 1),
];

#[test]
fn every_panic_ends_the_program_and_names_its_place() {
    let mut vm = Vm::new();
    for (what, kind, n) in FAILING {
        let failed = vm.send(Fail { kind, n }).err().unwrap_or_else(|| panic!("{what} did not fail"));
        assert!(failed.error.contains("ProgramFailedToComplete"), "{what}: {}", failed.error);
        let place = failed
            .logs
            .iter()
            .find_map(|line| line.split_once("SBF program Panicked in "))
            .unwrap_or_else(|| panic!("{what}: no place in {:#?}", failed.logs))
            .1;
        // The allocator's panic is the standard library's; all others are ours.
        if what != "allocation too big" {
            assert!(place.starts_with("tests/toolchain/src/failure.rs at "), "{what}: {place}");
        }
    }
}

#[test]
fn what_must_not_panic_does_not() {
    let mut vm = Vm::new();
    for (kind, n, want) in [
        (0, 2, 3),
        (1, 3, 3),
        (2, 41, 42),
        (3, 5, 2),
        (4, 9, 9),
        (5, 0, 0),
        (6, 64, 64),
        (7, 3, 3),
        (8, 5, 5),
    ] {
        assert_eq!(vm.words(Fail { kind, n }, 1), [want], "kind {kind}");
    }
}
