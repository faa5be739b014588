//! 128-bit signed.

#[inline(never)]
pub fn push(a: i128, b: i128, words: &mut Vec<u128>) {
    let shift = (b as u128 % 128) as u32;
    let (product, overflow) = a.overflowing_mul(b);
    words.extend(
        [
            product ^ i128::from(overflow),
            a.checked_mul(b).map_or(1, |product| product.rotate_left(1)),
            a.saturating_mul(b),
            a.saturating_add(b),
            a.checked_sub(b).unwrap_or(2),
            nonzero(b, |b| a.wrapping_div(b)),
            nonzero(b, |b| a.wrapping_rem(b)),
            nonzero(b, |b| a.wrapping_div_euclid(b)),
            nonzero(b, |b| a.wrapping_rem_euclid(b)),
            nonzero(b >> 64, |high| a.wrapping_div(high)),
            a.wrapping_shl(shift),
            a.wrapping_shr(shift),
            a.wrapping_neg() ^ b.signum(),
            i128::from(a < b) | i128::from(a == b) << 1 | i128::from(a.cmp(&b) as i8) << 8,
        ]
        .map(|word| word as u128),
    );
    words.push(a.unsigned_abs());
}

fn nonzero(divisor: i128, divide: impl Fn(i128) -> i128) -> i128 {
    if divisor == 0 {
        3
    } else {
        divide(divisor)
    }
}
