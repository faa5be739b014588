//! Quote mints: everything that could change an amount, move tokens or stop the vault is refused by default.

use {
    crate::{
        constants::{MAX_DECIMALS, MIN_DECIMALS, TOKEN_2022_PROGRAM},
        error::BulkheadError,
    },
    anchor_lang::prelude::*,
};

/// A Token-2022 mint with extensions: base padded to the size of a token account, a type byte, then entries.
const ENTRIES_AT: usize = 166;
const ENTRY_HEADER: usize = 4;
/// Extensions that only describe the token.
const METADATA_POINTER: u16 = 18;
const TOKEN_METADATA: u16 = 19;

/// # Errors
/// [`BulkheadError::UnsupportedMint`].
pub fn require_supported_mint(mint: &AccountView, decimals: u8) -> Result<()> {
    require!((MIN_DECIMALS..=MAX_DECIMALS).contains(&decimals), BulkheadError::UnsupportedMint);
    if !mint.owned_by(&TOKEN_2022_PROGRAM) {
        return Ok(());
    }
    let data = mint.try_borrow()?;
    require!(only_metadata(&data), BulkheadError::UnsupportedMint);
    Ok(())
}

/// Walks the type-length-value entries; anything unknown or malformed is refused.
fn only_metadata(mint: &[u8]) -> bool {
    let mut rest = mint.get(ENTRIES_AT..).unwrap_or(&[]);
    loop {
        let Some((header, body)) = rest.split_at_checked(ENTRY_HEADER) else {
            return rest.iter().all(|b| *b == 0);
        };
        let [type_low, type_high, length_low, length_high] = header else { return false };
        let kind = u16::from_le_bytes([*type_low, *type_high]);
        let length = usize::from(u16::from_le_bytes([*length_low, *length_high]));
        match kind {
            0 => return rest.iter().all(|b| *b == 0),
            METADATA_POINTER | TOKEN_METADATA => {}
            _ => return false,
        }
        match body.get(length..) {
            Some(next) => rest = next,
            None => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use {super::*, std::vec, std::vec::Vec};

    fn mint(entries: &[(u16, usize)]) -> Vec<u8> {
        let mut data = vec![0; ENTRIES_AT];
        for (kind, length) in entries {
            data.extend(kind.to_le_bytes());
            data.extend(u16::try_from(*length).unwrap().to_le_bytes());
            data.extend(vec![7; *length]);
        }
        data
    }

    #[test]
    fn metadata_is_allowed_and_everything_else_is_not() {
        assert!(only_metadata(&[0; 82]));
        assert!(only_metadata(&mint(&[])));
        assert!(only_metadata(&mint(&[(METADATA_POINTER, 64), (TOKEN_METADATA, 100)])));
        for kind in (1..40).filter(|k| ![METADATA_POINTER, TOKEN_METADATA].contains(k)) {
            assert!(!only_metadata(&mint(&[(kind, 8)])), "{kind}");
            assert!(!only_metadata(&mint(&[(METADATA_POINTER, 64), (kind, 8)])), "{kind}");
        }
    }

    #[test]
    fn malformed_entries_are_refused() {
        let mut cut = mint(&[(METADATA_POINTER, 64)]);
        cut.truncate(200);
        assert!(!only_metadata(&cut));
        let mut trailing = mint(&[]);
        trailing.push(1);
        assert!(!only_metadata(&trailing));
    }
}
