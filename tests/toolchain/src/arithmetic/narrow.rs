//! 8 to 64 bits. Signed division is the reason of the linker's added pass: the VM's version 3 has none.

#[inline(never)]
pub fn push(x: u64, y: u64, words: &mut Vec<u128>) {
    let shift = (y % 64) as u32;
    words.extend([
        u128::from(x) * u128::from(y),
        x.checked_mul(y).map_or(1, u128::from),
        x.checked_div(y).map_or(2, u128::from),
        x.checked_rem(y).map_or(3, u128::from),
        x.checked_pow((y % 8) as u32).map_or(4, u128::from),
        u128::from(x.wrapping_shl(shift) ^ x.wrapping_shr(shift) ^ x.rotate_right(shift)),
        u128::from(x.isqrt()) << 64 | u128::from(x.saturating_sub(y)),
    ]);
    push_signed(x as i64, y as i64, shift, words);
    push_small(x, y, words);
}

fn push_signed(x: i64, y: i64, shift: u32, words: &mut Vec<u128>) {
    words.extend(
        [
            i128::from(x) * i128::from(y),
            x.checked_mul(y).map_or(1, i128::from),
            x.checked_div(y).map_or(2, i128::from),
            x.checked_rem(y).map_or(3, i128::from),
            x.checked_rem_euclid(y).map_or(4, i128::from),
            i128::from(x.wrapping_shr(shift)),
            i128::from(x.saturating_sub(y)),
            // Division by constants takes other paths through the compiler than division by values.
            i128::from(x / 1_000_000_007) << 64 | i128::from((x % 97) as u8),
        ]
        .map(|word| word as u128),
    );
}

fn push_small(x: u64, y: u64, words: &mut Vec<u128>) {
    let (a32, b32) = (x as u32, y as u32);
    let (s32, t32) = (x as i32, y as i32);
    let (s16, t16) = (x as i16, y as i16);
    let (s8, t8) = (x as i8, y as i8);
    words.extend([
        u128::from(a32.wrapping_mul(b32)) | u128::from(a32.checked_mul(b32).is_some()) << 64,
        u128::from(a32.checked_div(b32).unwrap_or(1)) | u128::from(a32.checked_rem(b32).unwrap_or(2)) << 64,
        pair(i64::from(s32.checked_div(t32).unwrap_or(1)), i64::from(s32.checked_rem(t32).unwrap_or(2))),
        pair(i64::from(s16.checked_div(t16).unwrap_or(1)), i64::from(s16.checked_rem(t16).unwrap_or(2))),
        pair(i64::from(s8.checked_div(t8).unwrap_or(1)), i64::from(s8.checked_rem(t8).unwrap_or(2))),
        pair(i64::from(s32 >> (y % 32)), i64::from(s16.wrapping_mul(t16))),
        pair(i64::from(x as u8).wrapping_mul(-1), i64::from((x as u16).rotate_left((y % 16) as u32))),
    ]);
}

fn pair(low: i64, high: i64) -> u128 {
    u128::from(low as u64) | u128::from(high as u64) << 64
}
