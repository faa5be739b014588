//! Price sources, publishers and the mark.

use {
    super::{append, build, SYSTEM_PROGRAM},
    crate::pda,
    bulkhead::{
        accounts as acc, instruction as ix, instructions::publish_price::PublishPriceArgs, state::SourceSpec,
    },
    solana_address::Address,
    solana_instruction::{AccountMeta, Instruction},
};

#[must_use]
pub fn register_source(governor: Address, market: Address, source: SourceSpec) -> Instruction {
    let accounts =
        acc::RegisterSource { governor, protocol: pda::protocol(), market, oracle: pda::oracle(&market) };
    build(&accounts, &ix::RegisterSource { source })
}

#[must_use]
pub fn remove_source(governor: Address, market: Address, source: Address) -> Instruction {
    let accounts =
        acc::RemoveSource { governor, protocol: pda::protocol(), market, oracle: pda::oracle(&market) };
    build(&accounts, &ix::RemoveSource { source })
}

/// `signer` is the governor or a guardian.
#[must_use]
pub fn quarantine_source(signer: Address, market: Address, source: Address) -> Instruction {
    let accounts =
        acc::QuarantineSource { signer, protocol: pda::protocol(), market, oracle: pda::oracle(&market) };
    build(&accounts, &ix::QuarantineSource { source })
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
