//! A field of an account: the bytes at a fixed place, if the account is that long. No alignment is asked for.

use anchor_lang::pinocchio::address::address_eq;

/// The `N` bytes at `at`.
#[must_use]
pub fn bytes<const N: usize>(data: &[u8], at: usize) -> Option<[u8; N]> {
    data.get(at..at.checked_add(N)?)?.try_into().ok()
}

/// True when the bytes at `at` are these. Word by word, as keys are: a general comparison costs several times as much on chain.
#[must_use]
#[inline]
pub fn is_at(data: &[u8], at: usize, expected: &[u8; 32]) -> bool {
    let found = data.get(at..).and_then(<[u8]>::first_chunk);
    found.is_some_and(|found| {
        address_eq(bytemuck::cast_ref::<[u8; 32], _>(found), bytemuck::cast_ref(expected))
    })
}

#[must_use]
pub fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    bytes(data, at).map(u32::from_le_bytes)
}

#[must_use]
pub fn u64_at(data: &[u8], at: usize) -> Option<u64> {
    bytes(data, at).map(u64::from_le_bytes)
}

#[must_use]
pub fn i32_at(data: &[u8], at: usize) -> Option<i32> {
    bytes(data, at).map(i32::from_le_bytes)
}

#[must_use]
pub fn i64_at(data: &[u8], at: usize) -> Option<i64> {
    bytes(data, at).map(i64::from_le_bytes)
}

#[must_use]
pub fn i128_at(data: &[u8], at: usize) -> Option<i128> {
    bytes(data, at).map(i128::from_le_bytes)
}
