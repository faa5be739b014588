//! Expiry and payout.

use {
    super::{all_shards, append, build},
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
