//! Quote tokens: which mints are supported, and transfers measured by the vault's own balance.

pub mod account;
pub mod extensions;
pub mod transfer;
