//! The senior pool of a quote mint.

use {
    super::{append, build, MarketKeys, SYSTEM_PROGRAM},
    crate::pda,
    bulkhead::{accounts as acc, instruction as ix},
    solana_address::Address,
    solana_instruction::{AccountMeta, Instruction},
};

#[must_use]
pub fn init_senior(payer: Address, quote_mint: Address, token_program: Address) -> Instruction {
    let senior = pda::senior(&quote_mint);
    let accounts = acc::InitSenior {
        payer,
        quote_mint,
        senior,
        vault: pda::senior_vault(&senior),
        token_program,
        system_program: SYSTEM_PROGRAM,
    };
    build(&accounts, &ix::InitSenior {})
}

#[must_use]
pub fn join_senior(governor: Address, keys: &MarketKeys) -> Instruction {
    let accounts = acc::JoinSenior {
        governor,
        protocol: pda::protocol(),
        market: keys.market,
        pool: pda::pool(&keys.market),
        senior: pda::senior(&keys.quote_mint),
    };
    build(&accounts, &ix::JoinSenior {})
}

#[must_use]
pub fn open_senior_stake(owner: Address, quote_mint: &Address) -> Instruction {
    let senior = pda::senior(quote_mint);
    let stake = pda::stake(&senior, &owner);
    let accounts = acc::OpenSeniorStake { owner, senior, stake, system_program: SYSTEM_PROGRAM };
    build(&accounts, &ix::OpenSeniorStake {})
}

/// `markets`: all behind which the pool stands, in the order in which they joined.
#[must_use]
pub fn deposit_senior(
    owner: Address,
    quote_mint: Address,
    token_program: Address,
    source: Address,
    markets: &[Address],
    amount: u64,
) -> Instruction {
    let senior = pda::senior(&quote_mint);
    let accounts = acc::DepositSenior {
        owner,
        protocol: pda::protocol(),
        senior,
        stake: pda::stake(&senior, &owner),
        source,
        vault: pda::senior_vault(&senior),
        quote_mint,
        token_program,
    };
    append(build(&accounts, &ix::DepositSenior { amount }), pools_of(markets))
}

#[must_use]
pub fn request_senior_exit(owner: Address, quote_mint: &Address, shares: u64) -> Instruction {
    let senior = pda::senior(quote_mint);
    let accounts = acc::RequestSeniorExit { owner, senior, stake: pda::stake(&senior, &owner) };
    build(&accounts, &ix::RequestSeniorExit { shares })
}

/// `markets`: all behind which the pool stands, in the order in which they joined.
#[must_use]
pub fn execute_senior_exit(
    owner: Address,
    quote_mint: Address,
    token_program: Address,
    destination: Address,
    markets: &[Address],
    shares: u64,
) -> Instruction {
    let senior = pda::senior(&quote_mint);
    let accounts = acc::ExecuteSeniorExit {
        owner,
        senior,
        stake: pda::stake(&senior, &owner),
        vault: pda::senior_vault(&senior),
        destination,
        quote_mint,
        token_program,
    };
    append(build(&accounts, &ix::ExecuteSeniorExit { shares }), pools_of(markets))
}

fn pools_of(markets: &[Address]) -> Vec<AccountMeta> {
    markets.iter().map(|m| AccountMeta::new_readonly(pda::pool(m), false)).collect()
}

#[must_use]
pub fn expire_senior_exit(quote_mint: &Address, owner: &Address) -> Instruction {
    let senior = pda::senior(quote_mint);
    let accounts = acc::ExpireSeniorExit { senior, stake: pda::stake(&senior, owner) };
    build(&accounts, &ix::ExpireSeniorExit {})
}

#[must_use]
pub fn draw_senior(keys: &MarketKeys) -> Instruction {
    let senior = pda::senior(&keys.quote_mint);
    let accounts = acc::DrawSenior {
        market: keys.market,
        ledger: pda::ledger(&keys.market),
        pool: pda::pool(&keys.market),
        senior,
        vault: pda::vault(&keys.market),
        senior_vault: pda::senior_vault(&senior),
        quote_mint: keys.quote_mint,
        token_program: keys.token_program,
    };
    build(&accounts, &ix::DrawSenior {})
}

#[must_use]
pub fn repay_senior(keys: &MarketKeys) -> Instruction {
    let senior = pda::senior(&keys.quote_mint);
    let accounts = acc::RepaySenior {
        market: keys.market,
        ledger: pda::ledger(&keys.market),
        pool: pda::pool(&keys.market),
        senior,
        vault: pda::vault(&keys.market),
        senior_vault: pda::senior_vault(&senior),
        quote_mint: keys.quote_mint,
        token_program: keys.token_program,
    };
    build(&accounts, &ix::RepaySenior {})
}
