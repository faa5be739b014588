//! SHA-256 in hexadecimal, for cache keys and for the program's printed hash.

use sha2::{Digest, Sha256};

pub fn sha256_hex(bytes: &[u8]) -> String {
    to_hex(&Sha256::digest(bytes))
}

/// A short key over several parts. Lengths are hashed too, so that moving a byte between parts changes the key.
pub fn short_key(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    to_hex(&hasher.finalize())[..12].to_owned()
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_depend_on_where_parts_end() {
        assert_ne!(short_key(&["ab", "c"]), short_key(&["a", "bc"]));
        assert_eq!(short_key(&["ab", "c"]), short_key(&["ab", "c"]));
    }
}
