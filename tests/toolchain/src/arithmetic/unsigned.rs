//! 128-bit unsigned: multiplication, division, shifts and their checked forms are library calls in the VM.

#[inline(never)]
pub fn push(a: u128, b: u128, words: &mut Vec<u128>) {
    let shift = (b % 128) as u32;
    let (product, overflow) = a.overflowing_mul(b);
    words.extend([
        product ^ u128::from(overflow),
        a.checked_mul(b).map_or(1, |product| product.rotate_left(1)),
        a.saturating_mul(b),
        a.checked_div(b).unwrap_or(2),
        a.checked_rem(b).unwrap_or(3),
        a.checked_div_euclid(b >> 64).unwrap_or(4),
        a.checked_rem(b >> 96).unwrap_or(5),
        a.wrapping_shl(shift),
        a.wrapping_shr(shift),
        a.rotate_left(shift) ^ b.rotate_right(shift),
        a.checked_add(b).unwrap_or(6),
        a.checked_sub(b).unwrap_or(7),
        a.abs_diff(b),
        a.wrapping_pow((b % 16) as u32),
        a.isqrt(),
        a.swap_bytes() ^ b.reverse_bits(),
        u128::from(a.leading_zeros()) << 64
            | u128::from(b.trailing_zeros()) << 32
            | u128::from(a.count_ones()),
    ]);
}
