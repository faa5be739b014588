//! Fills and liquidations.

use {
    super::{append, build, MarketKeys},
    crate::pda,
    bulkhead::{
        accounts as acc, instruction as ix,
        instructions::{liquidate::LiquidateArgs, trade::TradeArgs},
    },
    solana_address::Address,
    solana_instruction::Instruction,
};

/// Who signs for an account, and the account.
#[derive(Clone, Copy, Debug)]
pub struct Party {
    pub authority: Address,
    pub account: Address,
}

/// `expiries` are those of both accounts' legs and the traded one.
#[must_use]
pub fn trade(
    keys: &MarketKeys,
    shard: u8,
    buyer: Party,
    seller: Party,
    args: TradeArgs,
    expiries: &[u16],
) -> Instruction {
    let accounts = acc::Trade {
        buyer_authority: buyer.authority,
        seller_authority: seller.authority,
        protocol: pda::protocol(),
        market: keys.market,
        oracle: pda::oracle(&keys.market),
        shard: pda::shard(&keys.market, shard),
        buyer: buyer.account,
        seller: seller.account,
    };
    append(build(&accounts, &ix::Trade { args }), keys.risk_arrays(expiries))
}

/// `expiries` are those of both accounts' legs.
#[must_use]
pub fn liquidate(
    keys: &MarketKeys,
    shard: u8,
    liquidator: Party,
    account: Address,
    args: LiquidateArgs,
    with_pool: bool,
    expiries: &[u16],
) -> Instruction {
    let accounts = acc::Liquidate {
        authority: liquidator.authority,
        protocol: pda::protocol(),
        market: keys.market,
        oracle: pda::oracle(&keys.market),
        shard: pda::shard(&keys.market, shard),
        account,
        liquidator: liquidator.account,
        pool: with_pool.then(|| pda::pool(&keys.market)),
    };
    append(build(&accounts, &ix::Liquidate { args }), keys.risk_arrays(expiries))
}
