//! Every way to panic. Each must end the program and name its place.

use std::cell::RefCell;

/// Which `n` makes kind `k` panic: see the table in the tests.
#[inline(never)]
pub fn fail(kind: u8, n: u64) -> u64 {
    let values: Vec<u64> = (0..4).collect();
    match kind {
        0 => values.iter().find(|value| **value > n).copied().unwrap(),
        1 => values[n as usize],
        2 => n + 1,
        3 => 10 / n,
        4 => explicit(n),
        5 => values.get(n as usize).copied().expect("the index is in range"),
        6 => Vec::<u8>::with_capacity(n as usize).capacity() as u64,
        7 => {
            assert_eq!(n, 3, "n is not three");
            n
        }
        8 => borrowed_twice(n),
        _ => unreachable!(),
    }
}

fn explicit(n: u64) -> u64 {
    assert!(n != 1, "explicit {n}");
    n
}

fn borrowed_twice(n: u64) -> u64 {
    let cell = RefCell::new(n);
    let first = cell.borrow_mut();
    let second = if n == 1 { *cell.borrow() } else { 0 };
    *first + second
}
