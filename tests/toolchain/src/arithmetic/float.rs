//! Floats are software in the VM. The protocol uses none, but a dependency may.

#[inline(never)]
pub fn push(a: u128, b: u128, words: &mut Vec<u128>) {
    let (x, y) = ((a as u64) as f64, (b as i64) as f64);
    let (x32, y32) = ((a as i32) as f32, (b as u32) as f32);
    words.extend([
        bits(x * y, x + y),
        bits(x - y, if y == 0.0 { 0.0 } else { x / y }),
        bits(a as f64, (b as i128) as f64),
        (x * 1.5) as i128 as u128,
        (y * 1.0e10) as i128 as u128,
        (x * 3.0e19) as u128,
        u128::from(y as u64) | u128::from(x as i64 as u64) << 64,
        u128::from((x32 * y32).to_bits())
            | u128::from((x32 - y32).to_bits()) << 32
            | u128::from(x as u32) << 64,
        u128::from(x > y) | u128::from(x32 <= y32) << 1 | u128::from(f64::from(x32) == y) << 2,
        (a as f32).to_bits().into(),
    ]);
}

fn bits(low: f64, high: f64) -> u128 {
    u128::from(low.to_bits()) | u128::from(high.to_bits()) << 64
}
