//! Fills and auctions.

use {
    super::{append, build, risk_arrays, MarketKeys},
    crate::pda,
    bulkhead::{
        accounts as acc, instruction as ix,
        instructions::{bid::BidArgs, trade::TradeArgs},
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

/// `expiries` are those of the account's legs.
#[must_use]
pub fn start_auction(market: Address, account: Address, expiries: &[u16]) -> Instruction {
    let (protocol, oracle) = (pda::protocol(), pda::oracle(&market));
    let accounts = acc::StartAuction { protocol, market, oracle, account };
    append(build(&accounts, &ix::StartAuction {}), risk_arrays(&market, expiries))
}

/// `expiries` are those of both accounts' legs.
#[must_use]
pub fn bid(
    keys: &MarketKeys,
    shard: u8,
    liquidator: Party,
    account: Address,
    args: BidArgs,
    expiries: &[u16],
) -> Instruction {
    let accounts = acc::Bid {
        authority: liquidator.authority,
        protocol: pda::protocol(),
        market: keys.market,
        oracle: pda::oracle(&keys.market),
        shard: pda::shard(&keys.market, shard),
        account,
        liquidator: liquidator.account,
    };
    append(build(&accounts, &ix::Bid { args }), keys.risk_arrays(expiries))
}

/// `expiries` are those of the account's legs.
#[must_use]
pub fn cover_account(market: Address, account: Address, expiries: &[u16]) -> Instruction {
    let (protocol, oracle, pool) = (pda::protocol(), pda::oracle(&market), pda::pool(&market));
    let accounts = acc::CoverAccount { protocol, market, oracle, account, pool };
    append(build(&accounts, &ix::CoverAccount {}), risk_arrays(&market, expiries))
}

/// The pool is needed while the account owes it something, or asked it in vain.
#[must_use]
pub fn end_auction(market: Address, account: Address, with_pool: bool, expiries: &[u16]) -> Instruction {
    let accounts = acc::EndAuction {
        protocol: pda::protocol(),
        market,
        oracle: pda::oracle(&market),
        account,
        pool: with_pool.then(|| pda::pool(&market)),
    };
    append(build(&accounts, &ix::EndAuction {}), risk_arrays(&market, expiries))
}
