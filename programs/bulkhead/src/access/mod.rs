//! Who may do what, and when.

pub mod gate;
pub mod upgrade_authority;
