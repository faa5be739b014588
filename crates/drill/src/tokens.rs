//! Quote tokens: a mint, token accounts and money in them, by the real SPL token program.

use {
    solana_address::Address,
    solana_instruction::Instruction,
    solana_program_pack::Pack,
    solana_system_interface::instruction as system,
    spl_token_interface::{
        instruction as token,
        state::{Account, Mint},
        ID as TOKEN_PROGRAM,
    },
};

/// More than the rent of the largest token account.
const RENT_LAMPORTS: u64 = 3_000_000;

/// Creates a mint; `mint` signs.
///
/// # Panics
/// Never: the token program's own address is valid.
#[must_use]
pub fn create_mint(payer: &Address, mint: &Address, authority: &Address, decimals: u8) -> Vec<Instruction> {
    let space = u64::try_from(Mint::LEN).unwrap_or(0);
    vec![
        system::create_account(payer, mint, RENT_LAMPORTS, space, &TOKEN_PROGRAM),
        token::initialize_mint2(&TOKEN_PROGRAM, mint, authority, None, decimals)
            .expect("the token program's address is valid"),
    ]
}

/// Creates a token account; `account` signs.
///
/// # Panics
/// Never: the token program's own address is valid.
#[must_use]
pub fn create_account(
    payer: &Address,
    account: &Address,
    mint: &Address,
    owner: &Address,
) -> Vec<Instruction> {
    let space = u64::try_from(Account::LEN).unwrap_or(0);
    vec![
        system::create_account(payer, account, RENT_LAMPORTS, space, &TOKEN_PROGRAM),
        token::initialize_account3(&TOKEN_PROGRAM, account, mint, owner)
            .expect("the token program's address is valid"),
    ]
}

/// Mints to a token account.
///
/// # Panics
/// Never: the token program's own address is valid.
#[must_use]
pub fn mint_to(mint: &Address, account: &Address, authority: &Address, amount: u64) -> Instruction {
    token::mint_to(&TOKEN_PROGRAM, mint, account, authority, &[], amount)
        .expect("the token program's address is valid")
}

/// Balance of a token account's data.
#[must_use]
pub fn balance(data: &[u8]) -> u64 {
    Account::unpack(data).map_or(0, |a| a.amount)
}

/// Lamports from the payer.
#[must_use]
pub fn fund(payer: &Address, to: &Address, lamports: u64) -> Instruction {
    system::transfer(payer, to, lamports)
}
