//! Bonds and leases of keepers.

use {
    super::{append, build, risk_arrays, MarketKeys, SYSTEM_PROGRAM},
    crate::pda,
    bulkhead::{accounts as acc, instruction as ix},
    solana_address::Address,
    solana_instruction::Instruction,
};

/// `source` is the keeper's token account, which pays the bond.
#[must_use]
pub fn register_keeper(keeper: Address, keys: &MarketKeys, source: Address, bond: u64) -> Instruction {
    let accounts = acc::RegisterKeeper {
        keeper,
        market: keys.market,
        ledger: pda::ledger(&keys.market),
        keeper_bond: pda::keeper(&keys.market, &keeper),
        source,
        vault: pda::vault(&keys.market),
        quote_mint: keys.quote_mint,
        token_program: keys.token_program,
        system_program: SYSTEM_PROGRAM,
    };
    build(&accounts, &ix::RegisterKeeper { bond })
}

/// `source` is the payer's token account.
#[must_use]
pub fn add_keeper_bond(
    payer: Address,
    keeper: Address,
    keys: &MarketKeys,
    source: Address,
    amount: u64,
) -> Instruction {
    let accounts = acc::AddKeeperBond {
        payer,
        market: keys.market,
        ledger: pda::ledger(&keys.market),
        keeper_bond: pda::keeper(&keys.market, &keeper),
        source,
        vault: pda::vault(&keys.market),
        quote_mint: keys.quote_mint,
        token_program: keys.token_program,
    };
    build(&accounts, &ix::AddKeeperBond { amount })
}

#[must_use]
pub fn heartbeat(keeper: Address, market: Address) -> Instruction {
    let accounts = acc::Heartbeat { keeper, keeper_bond: pda::keeper(&market, &keeper) };
    build(&accounts, &ix::Heartbeat {})
}

#[must_use]
pub fn resign_keeper(keeper: Address, market: Address) -> Instruction {
    let accounts = acc::ResignKeeper { keeper, keeper_bond: pda::keeper(&market, &keeper) };
    build(&accounts, &ix::ResignKeeper {})
}

/// After the cool-down; `destination` is a token account.
#[must_use]
pub fn withdraw_keeper_bond(
    keeper: Address,
    keys: &MarketKeys,
    destination: Address,
    amount: u64,
) -> Instruction {
    let accounts = acc::WithdrawKeeperBond {
        keeper,
        market: keys.market,
        ledger: pda::ledger(&keys.market),
        keeper_bond: pda::keeper(&keys.market, &keeper),
        vault: pda::vault(&keys.market),
        destination,
        quote_mint: keys.quote_mint,
        token_program: keys.token_program,
    };
    build(&accounts, &ix::WithdrawKeeperBond { amount })
}

#[must_use]
pub fn close_keeper(keeper: Address, market: Address) -> Instruction {
    let accounts = acc::CloseKeeper { keeper, keeper_bond: pda::keeper(&market, &keeper) };
    build(&accounts, &ix::CloseKeeper {})
}

#[must_use]
pub fn take_lease(keeper: Address, market: Address, account: Address, auction_id: u64) -> Instruction {
    let accounts = acc::TakeLease {
        keeper,
        protocol: pda::protocol(),
        market,
        oracle: pda::oracle(&market),
        keeper_bond: pda::keeper(&market, &keeper),
        account,
    };
    build(&accounts, &ix::TakeLease { auction_id })
}

/// `reward` is a margin account of the caller; `expiries` are those of the account's legs.
#[must_use]
pub fn resolve_lease(
    market: Address,
    keeper: Address,
    account: Address,
    reward: Address,
    expiries: &[u16],
) -> Instruction {
    let accounts = acc::ResolveLease {
        protocol: pda::protocol(),
        market,
        oracle: pda::oracle(&market),
        keeper_bond: pda::keeper(&market, &keeper),
        account,
        pool: pda::pool(&market),
        reward,
    };
    append(build(&accounts, &ix::ResolveLease {}), risk_arrays(&market, expiries))
}
