//! Instruction builders. Each takes what the caller knows and derives the rest.

mod breaker;
mod clearing;
mod governance;
mod keepers;
mod margin;
mod oracle;
mod pool;
mod senior;
mod settlement;
mod surface;

pub use {
    breaker::*, clearing::*, governance::*, keepers::*, margin::*, oracle::*, pool::*, senior::*,
    settlement::*, surface::*,
};

use {
    crate::pda,
    anchor_lang::{InstructionData, ToAccountMetas},
    bulkhead::ID,
    solana_address::Address,
    solana_instruction::{AccountMeta, Instruction},
};

pub const SYSTEM_PROGRAM: Address = Address::from_str_const("11111111111111111111111111111111");
pub const TOKEN_PROGRAM: Address = Address::from_str_const("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");

/// Addresses of one market and what its token instructions need.
#[derive(Clone, Copy, Debug)]
pub struct MarketKeys {
    pub market: Address,
    pub quote_mint: Address,
    pub token_program: Address,
}

impl MarketKeys {
    #[must_use]
    pub fn new(id: u16, quote_mint: Address) -> Self {
        Self { market: pda::market(id), quote_mint, token_program: TOKEN_PROGRAM }
    }

    /// Read-only risk arrays to append to an instruction.
    #[must_use]
    pub fn risk_arrays(&self, expiries: &[u16]) -> Vec<AccountMeta> {
        risk_arrays(&self.market, expiries)
    }

    /// Read-only expiries to append instead of risk arrays: the program then prices them on the spot.
    #[must_use]
    pub fn surfaces(&self, expiries: &[u16]) -> Vec<AccountMeta> {
        self::expiries(&self.market, expiries)
    }
}

fn risk_arrays(market: &Address, expiries: &[u16]) -> Vec<AccountMeta> {
    expiries.iter().map(|id| AccountMeta::new_readonly(pda::risk_array(market, *id), false)).collect()
}

fn expiries(market: &Address, ids: &[u16]) -> Vec<AccountMeta> {
    ids.iter().map(|id| AccountMeta::new_readonly(pda::expiry(market, *id), false)).collect()
}

fn all_shards(market: &Address, count: u8) -> Vec<AccountMeta> {
    (0..count).map(|i| AccountMeta::new_readonly(pda::shard(market, i), false)).collect()
}

fn build(accounts: &impl ToAccountMetas, data: &impl InstructionData) -> Instruction {
    Instruction { program_id: ID, accounts: accounts.to_account_metas(None), data: data.data() }
}

fn append(mut instruction: Instruction, extra: Vec<AccountMeta>) -> Instruction {
    instruction.accounts.extend(extra);
    instruction
}
