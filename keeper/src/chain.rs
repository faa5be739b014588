//! What the keeper needs of a chain: a validator behind RPC, or a virtual machine in the same process.

pub use bulkhead_sdk::bulkhead::now::Now;

use {
    anyhow::Result,
    solana_account::Account,
    solana_address::Address,
    solana_instruction::Instruction,
    solana_keypair::Keypair,
    std::{error::Error, fmt},
};

/// A chain, seen synchronously.
pub trait Chain {
    /// The chain's clock.
    ///
    /// # Errors
    /// When the chain cannot be reached.
    fn now(&self) -> Result<Now>;

    /// Accounts by address, in the order asked for.
    ///
    /// # Errors
    /// When the chain cannot be reached.
    fn accounts(&self, keys: &[Address]) -> Result<Vec<Option<Account>>>;

    /// Every account that the Bulkhead program owns.
    ///
    /// # Errors
    /// When the chain cannot be reached.
    fn program_accounts(&self) -> Result<Vec<(Address, Account)>>;

    /// Sends one transaction and waits until it took effect. The first signer pays. Two calls with the same
    /// instructions are two transactions.
    ///
    /// # Errors
    /// [`SendError`] when it did not, or when that is not known.
    fn send(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<Receipt, SendError>;
}

/// A transaction that took effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Zero when the chain did not say.
    pub compute_units: u64,
    pub signature: String,
}

/// A transaction that did not take effect, as far as is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SendError {
    /// The program's error code; see `bulkhead_sdk::errors::code`.
    pub code: Option<u32>,
    pub message: String,
    pub logs: Vec<String>,
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "refused with code {code}: {}", self.message),
            None => write!(f, "{}", self.message),
        }
    }
}

impl Error for SendError {}
