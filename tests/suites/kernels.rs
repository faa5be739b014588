//! Native code and the virtual machine agree on every bit of every kernel.

use {bulkhead_probe::digest, bulkhead_tests::kernel_vm::KernelVm};

/// Calls per kernel, a million together. Kernels that price or add up a whole row get fewer: each is dozens of calls.
const CALLS: [(&str, u32); 20] = [
    ("ln", 100_000),
    ("exp_neg", 100_000),
    ("sqrt", 110_000),
    ("density", 60_000),
    ("mills", 80_000),
    ("cdf", 50_000),
    ("price", 124_000),
    ("price_and_greeks", 90_000),
    ("price_and_greeks_of", 30_000),
    ("vol_greeks", 30_000),
    ("grid_price", 100_000),
    ("forward_risk", 5_000),
    ("strike_risk", 5_000),
    ("strike_row", 8_800),
    ("svi_terms", 20_000),
    ("svi", 50_000),
    ("svi_vol", 30_000),
    ("reprice", 1_200),
    ("exposure", 3_000),
    ("totals", 3_000),
];
/// One digest each: where two differ, the smaller half is easier to search.
const BATCHES: u32 = 10;
const TOTAL: u32 = 1_000_000;

#[test]
fn the_virtual_machine_computes_what_native_code_computes() {
    let mut vm = KernelVm::new().expect("the machine");
    let mut total = 0;
    for (name, calls) in CALLS {
        let kernel = bulkhead_probe::number_of(name).expect(name);
        for seed in 0..u64::from(BATCHES) {
            let count = calls / BATCHES;
            let native = digest(kernel, seed, count);
            let in_vm = vm.digest(kernel, seed, count).expect(name);
            if in_vm != native {
                name_the_difference(&mut vm, kernel, seed, count);
            }
            total += count;
        }
    }
    assert_eq!(total, TOTAL);
}

#[test]
fn every_kernel_is_compared() {
    // Preparations and the empty call take part in those.
    let compared = |number| {
        let name = bulkhead_probe::kernel(number).expect("a number below the count").name;
        CALLS.iter().any(|(other, _)| *other == name)
            || ["nothing", "terms", "book", "grid_terms", "reprice_terms"].contains(&name)
    };
    assert!((0..bulkhead_probe::count()).all(compared));
}

fn name_the_difference(vm: &mut KernelVm, number: u32, seed: u64, count: u32) {
    let kernel = bulkhead_probe::kernel(number).expect("a kernel");
    let mut rng = bulkhead_probe::Rng::seeded(seed);
    for _ in 0..count {
        let words = (kernel.hostile)(&mut rng);
        let mut native = bulkhead_probe::Answer::default();
        (kernel.call)(&words, &mut native, &mut bulkhead_probe::Book::default());
        let (in_vm, _) = vm.call(number, &words).expect("an answer");
        assert_eq!(in_vm, native, "{} of {words:?}", kernel.name);
    }
    panic!("the digests of {}, seed {seed} differ, but each call alone gives the same answer", kernel.name);
}
