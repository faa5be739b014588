//! A settlement price that somebody stands for with a bond, kept in the expiry.

use {
    anchor_lang::prelude::*,
    bytemuck::{Pod, Zeroable},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct BondedPrice {
    /// Margin account that the bond returns to; all zeros when there is none or it has returned.
    pub account: Address,
    /// Quote atoms per unit; zero: nobody named one.
    pub price: u64,
    /// Quote atoms held; once the price is fixed, what of them returns.
    pub bond: u64,
    /// Unix time.
    pub at: i64,
}

impl BondedPrice {
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.price != 0
    }

    /// Whether the account still has to be told what became of its bond.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.account != Address::default()
    }

    /// Takes the bond out, if it is this account's.
    pub fn take(&mut self, account: &Address) -> Option<u64> {
        if !self.is_held() || self.account != *account {
            return None;
        }
        self.account = Address::default();
        Some(core::mem::take(&mut self.bond))
    }
}
