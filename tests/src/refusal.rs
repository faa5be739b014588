//! Why a transaction is refused, exactly.

use {
    bulkhead_keeper::chain::SendError,
    bulkhead_sdk::{bulkhead::error::BulkheadError, errors},
    solana_instruction::error::InstructionError,
    std::fmt,
};

/// Anchor's code for one account passed as two, where one of them is written.
pub const DUPLICATE_MUTABLE: Refusal = Refusal::Code(2040);
/// The token program's codes.
pub const TOKEN_INSUFFICIENT_FUNDS: Refusal = Refusal::Code(1);
pub const TOKEN_OWNER_MISMATCH: Refusal = Refusal::Code(4);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A custom code: the program's, Anchor's or a called program's.
    Code(u32),
    /// The runtime's own error, or one that the program returns as such.
    Runtime(InstructionError),
}

impl From<BulkheadError> for Refusal {
    fn from(error: BulkheadError) -> Self {
        Self::Code(errors::code(error))
    }
}

impl From<InstructionError> for Refusal {
    fn from(error: InstructionError) -> Self {
        Self::Runtime(error)
    }
}

impl Refusal {
    #[must_use]
    pub fn explains(&self, error: &SendError) -> bool {
        match self {
            Self::Code(code) => error.code == Some(*code),
            Self::Runtime(cause) => error.code.is_none() && error.message.ends_with(&cause.to_string()),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "code {code}"),
            Self::Runtime(cause) => write!(f, "{cause}"),
        }
    }
}
