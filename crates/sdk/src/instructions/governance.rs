//! The protocol, its markets and what the governor does.

use {
    super::{build, MarketKeys, SYSTEM_PROGRAM},
    crate::pda,
    bulkhead::{
        accounts as acc, instruction as ix,
        instructions::{
            create_market::CreateMarketArgs, init_protocol::InitProtocolArgs, list_expiry::ListExpiryArgs,
            propose::ProposeArgs,
        },
        state::MarketParams,
    },
    solana_address::Address,
    solana_instruction::Instruction,
};

#[must_use]
pub fn init_protocol(authority: Address, args: InitProtocolArgs) -> Instruction {
    let accounts = acc::InitProtocol {
        authority,
        program_data: pda::program_data(),
        protocol: pda::protocol(),
        system_program: SYSTEM_PROGRAM,
    };
    build(&accounts, &ix::InitProtocol { args })
}

#[must_use]
pub fn create_market(governor: Address, keys: &MarketKeys, args: CreateMarketArgs) -> Instruction {
    let accounts = acc::CreateMarket {
        governor,
        protocol: pda::protocol(),
        quote_mint: keys.quote_mint,
        market: keys.market,
        vault: pda::vault(&keys.market),
        ledger: pda::ledger(&keys.market),
        oracle: pda::oracle(&keys.market),
        pool: pda::pool(&keys.market),
        token_program: keys.token_program,
        system_program: SYSTEM_PROGRAM,
    };
    build(&accounts, &ix::CreateMarket { args })
}

#[must_use]
pub fn set_params(governor: Address, market: Address, params: MarketParams) -> Instruction {
    build(
        &acc::SetParams { governor, protocol: pda::protocol(), market, oracle: pda::oracle(&market) },
        &ix::SetParams { params },
    )
}

/// `index` is the protocol's next proposal index.
#[must_use]
pub fn propose(governor: Address, market: Option<Address>, index: u64, args: ProposeArgs) -> Instruction {
    let accounts = acc::Propose {
        governor,
        protocol: pda::protocol(),
        market,
        proposal: pda::proposal(index),
        system_program: SYSTEM_PROGRAM,
    };
    build(&accounts, &ix::Propose { args })
}

#[must_use]
pub fn execute_proposal(proposer: Address, market: Option<Address>, index: u64) -> Instruction {
    let accounts = acc::ExecuteProposal {
        protocol: pda::protocol(),
        market,
        oracle: market.map(|market| pda::oracle(&market)),
        proposal: pda::proposal(index),
        proposer,
    };
    build(&accounts, &ix::ExecuteProposal {})
}

#[must_use]
pub fn cancel_proposal(signer: Address, proposer: Address, index: u64) -> Instruction {
    let accounts =
        acc::CancelProposal { signer, protocol: pda::protocol(), proposal: pda::proposal(index), proposer };
    build(&accounts, &ix::CancelProposal {})
}

/// `id` is the market's next expiry identifier.
#[must_use]
pub fn list_expiry(governor: Address, market: Address, id: u16, args: ListExpiryArgs) -> Instruction {
    let accounts = acc::ListExpiry {
        governor,
        protocol: pda::protocol(),
        market,
        pool: pda::pool(&market),
        expiry: pda::expiry(&market, id),
        risk_array: pda::risk_array(&market, id),
        system_program: SYSTEM_PROGRAM,
    };
    build(&accounts, &ix::ListExpiry { args })
}

#[must_use]
pub fn open_shard(payer: Address, market: Address, index: u8) -> Instruction {
    let shard = pda::shard(&market, index);
    let accounts = acc::OpenShard { payer, market, shard, system_program: SYSTEM_PROGRAM };
    build(&accounts, &ix::OpenShard { index })
}
