//! What a settled expiry left an account to receive or to pay.

use {
    anchor_lang::prelude::*,
    bytemuck::{Pod, Zeroable},
};

/// Kinds of a [`Claim`].
pub mod claim_kind {
    /// Proceeds that wait for their payers.
    pub const AWAITED: u8 = 0;
    /// Proceeds whose share was paid; the rest comes only if those who owe still pay.
    pub const SHARED: u8 = 1;
    /// A debit that the account could not pay. It is part of the account's debt, and this part goes to the winners first.
    pub const OWED: u8 = 2;
}

/// One entry of an account, for one expiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Claim {
    /// Net proceeds, or what is still owed, quote atoms.
    pub amount: u64,
    /// What of the proceeds was paid.
    pub paid: u64,
    /// Zero: the slot is free.
    pub expiry_id: u16,
    /// See [`claim_kind`].
    pub kind: u8,
    pub _pad0: [u8; 5],
}

impl Claim {
    #[must_use]
    pub const fn is_owed(&self) -> bool {
        self.kind == claim_kind::OWED
    }
}
