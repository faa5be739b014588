//! The allocator, trees, strings, formatting and both kinds of sort.

use std::collections::BTreeMap;

pub fn all(seed: u64) -> Vec<u64> {
    let map = filled_map(seed);
    let mut pairs: Vec<(u64, usize)> =
        map.iter().map(|(key, text)| (key ^ text.len() as u64, text.len())).collect();
    pairs.sort_by(|a, b| b.cmp(a));
    let stable = digest(pairs.iter().flat_map(|(key, _)| key.to_le_bytes()));
    pairs.sort_unstable_by_key(|(key, length)| (key % 7, *length, *key));
    let unstable = digest(pairs.iter().flat_map(|(key, _)| key.to_le_bytes()));
    let joined = map.values().map(String::as_str).collect::<Vec<_>>().join(",");
    vec![map.len() as u64, stable, unstable, digest(joined.bytes()), long_sort(seed)]
}

fn filled_map(seed: u64) -> BTreeMap<u64, String> {
    let mut map = BTreeMap::new();
    let mut state = seed | 1;
    for k in 0..40u64 {
        state = next(state);
        map.insert(state % 50, format!("{k}-{:x}", state as u16));
        if state.is_multiple_of(3) {
            map.remove(&(state % 17));
        }
    }
    map
}

/// More elements than the stack scratch of the stable sort holds.
#[inline(never)]
fn long_sort(seed: u64) -> u64 {
    let mut state = seed | 1;
    let mut items: Vec<(u16, u64)> = (0..200)
        .map(|at| {
            state = next(state);
            ((state % 50) as u16, at)
        })
        .collect();
    items.sort_by_key(|(key, _)| *key);
    digest(items.iter().flat_map(|(key, at)| (u64::from(*key) << 32 | at).to_le_bytes()))
}

pub fn next(mut state: u64) -> u64 {
    state ^= state << 13;
    state ^= state >> 7;
    state ^ state << 17
}

/// FNV-1a.
pub fn digest(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes
        .into_iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
