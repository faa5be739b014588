//! Signatures that the Ed25519 precompile has checked in this transaction.
//!
//! The precompile takes signature, key and message from wherever its offsets say, other instructions included. A program that
//! looks at its own copy of them would believe what nobody signed, so every part must lie in the precompile's own instruction,
//! and is read through the very offsets that were checked.

use {
    crate::{adapters::field::bytes, error::BulkheadError},
    alloc::vec::Vec,
    anchor_lang::prelude::*,
    pinocchio::sysvars::instructions::{Instructions, INSTRUCTIONS_ID},
};

/// The precompile.
pub const PROGRAM: Address = anchor_lang::address!("Ed25519SigVerify111111111111111111111111111");
/// The account in which the runtime shows a transaction's instructions.
pub const INSTRUCTIONS: Address = INSTRUCTIONS_ID;
/// Index that means the instruction in which it stands.
const HERE: u16 = u16::MAX;
const OFFSETS_AT: usize = 2;
const OFFSETS_LENGTH: usize = 14;

/// A message and the key that signed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed<const N: usize> {
    pub signer: [u8; 32],
    pub message: [u8; N],
}

/// Every signature of the instruction before this one, in order; all over messages of `N` bytes.
///
/// # Errors
/// [`BulkheadError::InvalidSignatures`] when that instruction is not the precompile's, or a part lies elsewhere.
pub fn signatures_before<const N: usize>(instructions: &AccountView) -> Result<Vec<Signed<N>>> {
    let invalid = |_| Error::from(BulkheadError::InvalidSignatures);
    let all = Instructions::try_from(instructions).map_err(invalid)?;
    let before = all.get_instruction_relative(-1).map_err(invalid)?;
    require_keys_eq!(*before.get_program_id(), PROGRAM, BulkheadError::InvalidSignatures);
    read(before.get_instruction_data()).ok_or_else(|| BulkheadError::InvalidSignatures.into())
}

/// The data of a precompile's instruction that the runtime let pass.
fn read<const N: usize>(data: &[u8]) -> Option<Vec<Signed<N>>> {
    let count = usize::from(*data.first()?);
    let offsets = data.get(OFFSETS_AT..)?.chunks_exact(OFFSETS_LENGTH).take(count);
    let signed: Vec<_> = offsets.map(|o| one(data, o)).collect::<Option<_>>()?;
    (count > 0 && signed.len() == count).then_some(signed)
}

/// Signature offset and index, key offset and index, message offset, size and index.
fn one<const N: usize>(data: &[u8], offsets: &[u8]) -> Option<Signed<N>> {
    let word = |at: usize| bytes(offsets, at).map(u16::from_le_bytes);
    let lies_here = [2, 6, 12].into_iter().all(|at| word(at) == Some(HERE));
    let (key, message, size) = (word(4)?, word(8)?, word(10)?);
    if !lies_here || usize::from(size) != N {
        return None;
    }
    Some(Signed { signer: bytes(data, key.into())?, message: bytes(data, message.into())? })
}

#[cfg(test)]
mod tests;
