//! The market that crashes, and the one beside it that must not notice.

use {
    anyhow::Result,
    bulkhead_drill::{
        key_maker::KeyMaker,
        stage::{Setup, Stage},
        svm::SvmChain,
    },
    bulkhead_keeper::chain::Chain,
    bulkhead_risk::params::MAX_GREEK,
    bulkhead_sdk::{bulkhead::state::MarketParams, pda},
    solana_account::Account,
    solana_address::Address,
    solana_keypair::Keypair,
    solana_signer::Signer,
};

/// Collateral and stake of those in the second market, quote atoms.
const BYSTANDER_ATOMS: u64 = 10_000_000_000;
const SECOND_MARKET_ID: u16 = 2;
/// Apart from the keys of the first market.
const SECOND_KEYS: u64 = 0x5ec0_4d00_0000_0000;

/// What a market starts from.
#[must_use]
pub fn setup(market_id: u16, publishers: usize, shards: u8, key_maker: KeyMaker) -> Setup {
    Setup { market_id, params: params(), publishers, with_pyth: false, shards, key_maker }
}

/// Defaults, but for limits of size, which would say something about the size of the simulation only, and for ages, which
/// allow steps of five minutes.
fn params() -> MarketParams {
    MarketParams {
        series_oi_cap_lots: 1_000_000_000,
        max_source_age_seconds: 360,
        max_mark_age_seconds: 360,
        account_delta_limit: MAX_GREEK,
        account_gamma_limit: MAX_GREEK,
        account_vega_limit: MAX_GREEK,
        account_theta_limit: MAX_GREEK,
        market_delta_limit: MAX_GREEK,
        market_gamma_limit: MAX_GREEK,
        market_vega_limit: MAX_GREEK,
        market_theta_limit: MAX_GREEK,
        ..MarketParams::defaults()
    }
}

/// A market with a trader and a provider in it. Returns every account that is part of it.
///
/// # Errors
/// When a transaction is refused.
pub fn second_market(
    chain: SvmChain,
    payer: Keypair,
    seed: u64,
) -> Result<(SvmChain, Vec<(Address, Account)>)> {
    let keys = KeyMaker::of_seed(seed ^ SECOND_KEYS);
    let mut stage = Stage::build(chain, payer, &setup(SECOND_MARKET_ID, 0, 1, keys))?;
    let trader = stage.actor("bystander", BYSTANDER_ATOMS)?;
    let provider = stage.provide(BYSTANDER_ATOMS)?;
    let market = stage.keys.market;
    let parts = [
        market,
        pda::ledger(&market),
        pda::oracle(&market),
        pda::pool(&market),
        pda::vault(&market),
        pda::shard(&market, 0),
        pda::stake(&market, &provider.key.pubkey()),
        trader.account,
        trader.tokens,
        provider.account,
        provider.tokens,
    ];
    let found = stage.chain.accounts(&parts)?;
    anyhow::ensure!(found.iter().all(Option::is_some), "the second market is not complete");
    let bystanders = parts.into_iter().zip(found.into_iter().flatten()).collect();
    Ok((stage.chain, bystanders))
}
