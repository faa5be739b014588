//! The solvency pool of a market, fees, and the size that the market's open interest asks for.

use {
    super::{all_shards, append, build, MarketKeys, SYSTEM_PROGRAM},
    crate::pda,
    bulkhead::{accounts as acc, instruction as ix},
    solana_address::Address,
    solana_instruction::Instruction,
};

#[must_use]
pub fn open_stake(owner: Address, market: Address) -> Instruction {
    let stake = pda::stake(&market, &owner);
    build(&acc::OpenStake { owner, market, stake, system_program: SYSTEM_PROGRAM }, &ix::OpenStake {})
}

#[must_use]
pub fn deposit_pool(owner: Address, keys: &MarketKeys, source: Address, amount: u64) -> Instruction {
    let accounts = acc::DepositPool {
        owner,
        protocol: pda::protocol(),
        market: keys.market,
        ledger: pda::ledger(&keys.market),
        pool: pda::pool(&keys.market),
        stake: pda::stake(&keys.market, &owner),
        source,
        vault: pda::vault(&keys.market),
        quote_mint: keys.quote_mint,
        token_program: keys.token_program,
    };
    build(&accounts, &ix::DepositPool { amount })
}

#[must_use]
pub fn request_exit(owner: Address, market: Address, shares: u64) -> Instruction {
    let accounts =
        acc::RequestExit { owner, market, pool: pda::pool(&market), stake: pda::stake(&market, &owner) };
    build(&accounts, &ix::RequestExit { shares })
}

#[must_use]
pub fn execute_exit(owner: Address, keys: &MarketKeys, destination: Address, shares: u64) -> Instruction {
    let accounts = acc::ExecuteExit {
        owner,
        market: keys.market,
        ledger: pda::ledger(&keys.market),
        pool: pda::pool(&keys.market),
        stake: pda::stake(&keys.market, &owner),
        vault: pda::vault(&keys.market),
        destination,
        quote_mint: keys.quote_mint,
        token_program: keys.token_program,
    };
    build(&accounts, &ix::ExecuteExit { shares })
}

#[must_use]
pub fn collect_fees(market: Address, shard: u8) -> Instruction {
    let accounts = acc::CollectFees { market, pool: pda::pool(&market), shard: pda::shard(&market, shard) };
    build(&accounts, &ix::CollectFees {})
}

#[must_use]
pub fn expire_exit(market: Address, owner: &Address) -> Instruction {
    let accounts = acc::ExpireExit { pool: pda::pool(&market), stake: pda::stake(&market, owner) };
    build(&accounts, &ix::ExpireExit {})
}

/// `expiries`: all live ones that have a mark. `with_senior`: where the market has joined the senior pool of its quote mint.
#[must_use]
pub fn update_requirement(keys: &MarketKeys, shards: u8, expiries: &[u16], with_senior: bool) -> Instruction {
    let accounts = acc::UpdateRequirement {
        market: keys.market,
        oracle: pda::oracle(&keys.market),
        pool: pda::pool(&keys.market),
        senior: with_senior.then(|| pda::senior(&keys.quote_mint)),
    };
    let call = append(build(&accounts, &ix::UpdateRequirement {}), all_shards(&keys.market, shards));
    append(call, keys.risk_arrays(expiries))
}
