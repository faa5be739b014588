//! Margin accounts and their collateral.

use {
    super::{append, build, MarketKeys, SYSTEM_PROGRAM},
    crate::pda,
    bulkhead::{accounts as acc, instruction as ix},
    solana_address::Address,
    solana_instruction::Instruction,
};

#[must_use]
pub fn open_account(payer: Address, owner: Address, market: Address, sub_id: u8) -> Instruction {
    let account = pda::margin_account(&market, &owner, sub_id);
    let accounts = acc::OpenAccount { payer, owner, market, account, system_program: SYSTEM_PROGRAM };
    build(&accounts, &ix::OpenAccount { sub_id })
}

#[must_use]
pub fn set_delegate(owner: Address, account: Address, delegate: Address) -> Instruction {
    build(&acc::SetDelegate { owner, account }, &ix::SetDelegate { delegate })
}

/// Pass the pool while the account is in debt.
#[must_use]
pub fn deposit(
    depositor: Address,
    keys: &MarketKeys,
    account: Address,
    source: Address,
    amount: u64,
    with_pool: bool,
) -> Instruction {
    let accounts = acc::Deposit {
        depositor,
        market: keys.market,
        ledger: pda::ledger(&keys.market),
        account,
        source,
        vault: pda::vault(&keys.market),
        quote_mint: keys.quote_mint,
        token_program: keys.token_program,
        pool: with_pool.then(|| pda::pool(&keys.market)),
    };
    build(&accounts, &ix::Deposit { amount })
}

/// `expiries` are those of the account's legs.
#[must_use]
pub fn withdraw(
    owner: Address,
    keys: &MarketKeys,
    account: Address,
    destination: Address,
    amount: u64,
    expiries: &[u16],
) -> Instruction {
    let accounts = acc::Withdraw {
        owner,
        protocol: pda::protocol(),
        market: keys.market,
        oracle: pda::oracle(&keys.market),
        ledger: pda::ledger(&keys.market),
        account,
        vault: pda::vault(&keys.market),
        destination,
        quote_mint: keys.quote_mint,
        token_program: keys.token_program,
    };
    append(build(&accounts, &ix::Withdraw { amount }), keys.risk_arrays(expiries))
}

#[must_use]
pub fn close_account(owner: Address, account: Address) -> Instruction {
    build(&acc::CloseAccount { owner, account }, &ix::CloseAccount {})
}
