//! Reads the program's upgrade authority from the loader's program-data account, so that nobody can front-run the
//! initialisation of the protocol.

use {
    crate::{constants::UPGRADEABLE_LOADER, error::BulkheadError},
    anchor_lang::prelude::*,
};

/// Loader state: tag 3 (program data), deployment slot, then an optional authority.
const TAG_PROGRAM_DATA: [u8; 4] = [3, 0, 0, 0];
const AUTHORITY_TAG_AT: usize = 12;
const AUTHORITY_AT: usize = 13;
const AUTHORITY_END: usize = 45;

/// # Errors
/// [`BulkheadError::NotUpgradeAuthority`] unless `program_data` is this program's and names `signer`.
pub fn require_upgrade_authority(
    program_data: &AccountView,
    program_id: &Address,
    signer: &Address,
) -> Result<()> {
    let (expected, _) = find_program_address(&[program_id.as_ref()], &UPGRADEABLE_LOADER);
    require_keys_eq!(*program_data.address(), expected, BulkheadError::NotUpgradeAuthority);
    require!(program_data.owned_by(&UPGRADEABLE_LOADER), BulkheadError::NotUpgradeAuthority);
    let data = program_data.try_borrow()?;
    let is_program_data = data.get(..4) == Some(&TAG_PROGRAM_DATA[..]);
    let has_authority = data.get(AUTHORITY_TAG_AT) == Some(&1);
    let names_signer = data.get(AUTHORITY_AT..AUTHORITY_END) == Some(signer.as_ref());
    require!(is_program_data && has_authority && names_signer, BulkheadError::NotUpgradeAuthority);
    Ok(())
}
