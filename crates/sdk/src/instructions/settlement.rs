//! Expiry and payout.

use {
    super::{all_shards, append, build, MarketKeys},
    crate::pda,
    bulkhead::{accounts as acc, instruction as ix},
    solana_address::Address,
    solana_instruction::Instruction,
};

#[must_use]
pub fn fix_settlement(market: Address, id: u16, shards: u8) -> Instruction {
    let accounts = acc::FixSettlement {
        market,
        oracle: pda::oracle(&market),
        expiry: pda::expiry(&market, id),
        pool: pda::pool(&market),
    };
    let shards = all_shards(&market, shards);
    append(build(&accounts, &ix::FixSettlement {}), shards)
}

#[must_use]
pub fn observe_settlement(market: Address, id: u16) -> Instruction {
    let accounts =
        acc::ObserveSettlement { market, oracle: pda::oracle(&market), expiry: pda::expiry(&market, id) };
    build(&accounts, &ix::ObserveSettlement {})
}

/// `account`: the proposer's, to which the bond returns.
#[must_use]
pub fn propose_settlement(
    proposer: Address,
    keys: &MarketKeys,
    id: u16,
    account: Address,
    source: Address,
    price: u64,
) -> Instruction {
    let market = keys.market;
    let accounts = acc::ProposeSettlement {
        proposer,
        market,
        oracle: pda::oracle(&market),
        ledger: pda::ledger(&market),
        expiry: pda::expiry(&market, id),
        account,
        source,
        vault: pda::vault(&market),
        quote_mint: keys.quote_mint,
        token_program: keys.token_program,
    };
    build(&accounts, &ix::ProposeSettlement { price })
}

/// `account`: the disputer's, to which the bond returns.
#[must_use]
pub fn dispute_settlement(
    disputer: Address,
    keys: &MarketKeys,
    id: u16,
    account: Address,
    source: Address,
    price: u64,
) -> Instruction {
    let market = keys.market;
    let accounts = acc::DisputeSettlement {
        disputer,
        market,
        ledger: pda::ledger(&market),
        expiry: pda::expiry(&market, id),
        account,
        source,
        vault: pda::vault(&market),
        quote_mint: keys.quote_mint,
        token_program: keys.token_program,
    };
    build(&accounts, &ix::DisputeSettlement { price })
}

/// `account`: the one that the bond returns to.
#[must_use]
pub fn return_bond(market: Address, id: u16, account: Address) -> Instruction {
    build(&acc::ReturnBond { expiry: pda::expiry(&market, id), account }, &ix::ReturnBond {})
}

#[must_use]
pub fn cover_shortfall(market: Address, id: u16) -> Instruction {
    let accounts = acc::CoverShortfall { market, expiry: pda::expiry(&market, id), pool: pda::pool(&market) };
    build(&accounts, &ix::CoverShortfall {})
}

#[must_use]
pub fn settle_account(market: Address, id: u16, account: Address) -> Instruction {
    let accounts =
        acc::SettleAccount { market, expiry: pda::expiry(&market, id), account, pool: pda::pool(&market) };
    build(&accounts, &ix::SettleAccount {})
}

/// `payer` is the one recorded in the expiry.
#[must_use]
pub fn close_expiry(payer: Address, market: Address, id: u16) -> Instruction {
    let accounts = acc::CloseExpiry {
        market,
        expiry: pda::expiry(&market, id),
        risk_array: pda::risk_array(&market, id),
        payer,
    };
    build(&accounts, &ix::CloseExpiry {})
}
