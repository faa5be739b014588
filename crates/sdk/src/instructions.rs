//! Instruction builders. Each takes what the caller knows and derives the rest.

use {
    crate::pda,
    anchor_lang::{InstructionData, ToAccountMetas},
    bulkhead::{
        accounts as acc, instruction as ix,
        instructions::{
            create_market::CreateMarketArgs, init_protocol::InitProtocolArgs, liquidate::LiquidateArgs,
            list_expiry::ListExpiryArgs, propose::ProposeArgs, publish_price::PublishPriceArgs,
            register_source::RegisterSourceArgs, set_surface::SetSurfaceArgs, trade::TradeArgs,
            trip_breaker::TripBreakerArgs,
        },
        state::MarketParams,
        ID,
    },
    bulkhead_risk::breaker::Cause,
    solana_address::Address,
    solana_instruction::{AccountMeta, Instruction},
};

pub const SYSTEM_PROGRAM: Address = Address::from_str_const("11111111111111111111111111111111");
pub const TOKEN_PROGRAM: Address = Address::from_str_const("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");

/// Addresses of one market and what its token instructions need.
#[derive(Clone, Copy, Debug)]
pub struct MarketKeys {
    pub market: Address,
    pub quote_mint: Address,
    pub token_program: Address,
}

impl MarketKeys {
    #[must_use]
    pub fn new(id: u16, quote_mint: Address) -> Self {
        Self { market: pda::market(id), quote_mint, token_program: TOKEN_PROGRAM }
    }

    /// Read-only risk arrays to append to an instruction.
    #[must_use]
    pub fn risk_arrays(&self, expiries: &[u16]) -> Vec<AccountMeta> {
        risk_arrays(&self.market, expiries)
    }

    /// Read-only expiries to append instead of risk arrays: the program then prices them on the spot.
    #[must_use]
    pub fn surfaces(&self, expiries: &[u16]) -> Vec<AccountMeta> {
        let expiry = |id: &u16| AccountMeta::new_readonly(pda::expiry(&self.market, *id), false);
        expiries.iter().map(expiry).collect()
    }
}

fn risk_arrays(market: &Address, expiries: &[u16]) -> Vec<AccountMeta> {
    expiries.iter().map(|id| AccountMeta::new_readonly(pda::risk_array(market, *id), false)).collect()
}

fn all_shards(market: &Address, count: u8) -> Vec<AccountMeta> {
    (0..count).map(|i| AccountMeta::new_readonly(pda::shard(market, i), false)).collect()
}

fn build(accounts: &impl ToAccountMetas, data: &impl InstructionData) -> Instruction {
    Instruction { program_id: ID, accounts: accounts.to_account_metas(None), data: data.data() }
}

fn append(mut instruction: Instruction, extra: Vec<AccountMeta>) -> Instruction {
    instruction.accounts.extend(extra);
    instruction
}

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
    build(&acc::SetParams { governor, protocol: pda::protocol(), market }, &ix::SetParams { params })
}

#[must_use]
pub fn register_source(governor: Address, market: Address, args: RegisterSourceArgs) -> Instruction {
    let accounts =
        acc::RegisterSource { governor, protocol: pda::protocol(), market, oracle: pda::oracle(&market) };
    build(&accounts, &ix::RegisterSource { args })
}

#[must_use]
pub fn register_publisher(publisher: Address, market: Address, bond_lamports: u64) -> Instruction {
    let feed = pda::feed(&market, &publisher);
    let accounts = acc::RegisterPublisher { publisher, market, feed, system_program: SYSTEM_PROGRAM };
    build(&accounts, &ix::RegisterPublisher { bond_lamports })
}

#[must_use]
pub fn publish_price(publisher: Address, market: Address, args: PublishPriceArgs) -> Instruction {
    let accounts = acc::PublishPrice { publisher, feed: pda::feed(&market, &publisher) };
    build(&accounts, &ix::PublishPrice { args })
}

#[must_use]
pub fn close_publisher(publisher: Address, market: Address) -> Instruction {
    let accounts = acc::ClosePublisher { publisher, feed: pda::feed(&market, &publisher) };
    build(&accounts, &ix::ClosePublisher {})
}

/// `sources` are the registered source accounts in order.
#[must_use]
pub fn update_oracle(market: Address, sources: &[Address]) -> Instruction {
    let accounts = acc::UpdateOracle { market, oracle: pda::oracle(&market) };
    let sources = sources.iter().map(|s| AccountMeta::new_readonly(*s, false)).collect();
    append(build(&accounts, &ix::UpdateOracle {}), sources)
}

/// `id` is the market's next expiry identifier.
#[must_use]
pub fn list_expiry(governor: Address, market: Address, id: u16, args: ListExpiryArgs) -> Instruction {
    let accounts = acc::ListExpiry {
        governor,
        protocol: pda::protocol(),
        market,
        expiry: pda::expiry(&market, id),
        risk_array: pda::risk_array(&market, id),
        system_program: SYSTEM_PROGRAM,
    };
    build(&accounts, &ix::ListExpiry { args })
}

/// A surface of one volatility per strike, without quotes behind it.
#[must_use]
pub fn plain_surface(vols_ppm: Vec<u32>, basis_ppm: i64) -> SetSurfaceArgs {
    SetSurfaceArgs {
        vols_ppm,
        svi: Vec::new(),
        basis_ppm,
        quoted_spread_ppm: 0,
        quoted_depth_lots: 0,
        call_prices: Vec::new(),
    }
}

/// `others`: every other live expiry of the market, in the order of their slots.
#[must_use]
pub fn set_surface(
    authority: Address,
    market: Address,
    id: u16,
    others: &[u16],
    args: SetSurfaceArgs,
) -> Instruction {
    let accounts = acc::SetSurface {
        surface_authority: authority,
        market,
        oracle: pda::oracle(&market),
        expiry: pda::expiry(&market, id),
        risk_array: pda::risk_array(&market, id),
    };
    let expiry = |id: &u16| AccountMeta::new_readonly(pda::expiry(&market, *id), false);
    append(build(&accounts, &ix::SetSurface { args }), others.iter().map(expiry).collect())
}

/// Computes up to `max_strikes` of an expiry. With `shards`, the market's number of them, what they show of the book counts
/// from now on; with zero the last look does.
#[must_use]
pub fn refresh_risk(market: Address, id: u16, max_strikes: u8, shards: u8) -> Instruction {
    let accounts = acc::RefreshRisk {
        market,
        oracle: pda::oracle(&market),
        expiry: pda::expiry(&market, id),
        risk_array: pda::risk_array(&market, id),
    };
    append(build(&accounts, &ix::RefreshRisk { max_strikes }), all_shards(&market, shards))
}

#[must_use]
pub fn open_shard(payer: Address, market: Address, index: u8) -> Instruction {
    let shard = pda::shard(&market, index);
    let accounts = acc::OpenShard { payer, market, shard, system_program: SYSTEM_PROGRAM };
    build(&accounts, &ix::OpenShard { index })
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
    let accounts = acc::CollectFees { pool: pda::pool(&market), shard: pda::shard(&market, shard) };
    build(&accounts, &ix::CollectFees {})
}

#[must_use]
pub fn trip_breaker(guardian: Address, market: Address, args: TripBreakerArgs) -> Instruction {
    let accounts = acc::TripBreaker { guardian, protocol: pda::protocol(), market };
    build(&accounts, &ix::TripBreaker { args })
}

/// `cause`: see `bulkhead_risk::breaker::Cause`. `shard` is the evidence for open interest.
#[must_use]
pub fn report_fault(reporter: Address, market: Address, cause: u8, shard: Option<u8>) -> Instruction {
    let accounts = acc::ReportFault {
        reporter,
        market,
        oracle: pda::oracle(&market),
        ledger: pda::ledger(&market),
        vault: pda::vault(&market),
        shard: shard.map(|s| pda::shard(&market, s)),
    };
    build(&accounts, &ix::ReportFault { cause })
}

/// Reports that the Greeks of open interest in `expiries` are beyond the market's limits.
#[must_use]
pub fn report_open_greeks(reporter: Address, market: Address, shards: u8, expiries: &[u16]) -> Instruction {
    let call = report_fault(reporter, market, Cause::Greeks as u8, None);
    append(append(call, all_shards(&market, shards)), risk_arrays(&market, expiries))
}

/// Proves that they are within the limits again; `expiries` are all that live.
#[must_use]
pub fn recover_open_greeks(market: Address, shards: u8, expiries: &[u16]) -> Instruction {
    let call = recover_breaker(market, Cause::Greeks as u8);
    append(append(call, all_shards(&market, shards)), risk_arrays(&market, expiries))
}

#[must_use]
pub fn recover_breaker(market: Address, cause: u8) -> Instruction {
    let accounts = acc::RecoverBreaker {
        market,
        oracle: pda::oracle(&market),
        ledger: pda::ledger(&market),
        vault: pda::vault(&market),
    };
    build(&accounts, &ix::RecoverBreaker { cause })
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
    let accounts =
        acc::ExecuteProposal { protocol: pda::protocol(), market, proposal: pda::proposal(index), proposer };
    build(&accounts, &ix::ExecuteProposal {})
}

#[must_use]
pub fn cancel_proposal(signer: Address, proposer: Address, index: u64) -> Instruction {
    let accounts =
        acc::CancelProposal { signer, protocol: pda::protocol(), proposal: pda::proposal(index), proposer };
    build(&accounts, &ix::CancelProposal {})
}

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
