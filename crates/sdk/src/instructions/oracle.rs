//! Price sources, publishers and the mark.

use {
    super::{append, build, MarketKeys, SYSTEM_PROGRAM},
    crate::pda,
    bulkhead::{
        accounts as acc, ed25519, instruction as ix, instructions::publish_price::PublishPriceArgs,
        state::SourceSpec,
    },
    bulkhead_risk::oracle::{signed_price::LENGTH, SignedPrice},
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

/// `source` is the publisher's token account, which pays the bond.
#[must_use]
pub fn register_publisher(publisher: Address, keys: &MarketKeys, source: Address, bond: u64) -> Instruction {
    let accounts = acc::RegisterPublisher {
        publisher,
        market: keys.market,
        ledger: pda::ledger(&keys.market),
        feed: pda::feed(&keys.market, &publisher),
        oracle: pda::oracle(&keys.market),
        source,
        vault: pda::vault(&keys.market),
        quote_mint: keys.quote_mint,
        token_program: keys.token_program,
        system_program: SYSTEM_PROGRAM,
    };
    build(&accounts, &ix::RegisterPublisher { bond })
}

/// `source` is the payer's token account.
#[must_use]
pub fn add_bond(
    payer: Address,
    publisher: Address,
    keys: &MarketKeys,
    source: Address,
    amount: u64,
) -> Instruction {
    let accounts = acc::AddBond {
        payer,
        market: keys.market,
        ledger: pda::ledger(&keys.market),
        feed: pda::feed(&keys.market, &publisher),
        source,
        vault: pda::vault(&keys.market),
        quote_mint: keys.quote_mint,
        token_program: keys.token_program,
    };
    build(&accounts, &ix::AddBond { amount })
}

/// Brings signed prices: put it right behind [`signatures`] of them, by the publishers in the same order.
#[must_use]
pub fn publish_signed(market: Address, publishers: &[Address]) -> Instruction {
    let accounts = acc::PublishSigned { instructions: ed25519::INSTRUCTIONS };
    let feeds = publishers.iter().map(|p| AccountMeta::new(pda::feed(&market, p), false)).collect();
    append(build(&accounts, &ix::PublishSigned {}), feeds)
}

/// Proves that a publisher signed two prices for one slot: put it right behind [`signatures`] of both. `reward` is a margin
/// account of the reporter.
#[must_use]
pub fn report_equivocation(market: Address, publisher: Address, reward: Address) -> Instruction {
    let accounts = acc::ReportEquivocation {
        instructions: ed25519::INSTRUCTIONS,
        feed: pda::feed(&market, &publisher),
        pool: pda::pool(&market),
        reward,
    };
    build(&accounts, &ix::ReportEquivocation {})
}

/// `reward` is a margin account of the caller.
#[must_use]
pub fn slash_publisher(market: Address, publisher: Address, reward: Address) -> Instruction {
    let accounts = acc::SlashPublisher {
        oracle: pda::oracle(&market),
        feed: pda::feed(&market, &publisher),
        pool: pda::pool(&market),
        reward,
    };
    build(&accounts, &ix::SlashPublisher {})
}

#[must_use]
pub fn resign_publisher(publisher: Address, market: Address) -> Instruction {
    let feed = pda::feed(&market, &publisher);
    let accounts = acc::ResignPublisher { publisher, oracle: pda::oracle(&market), feed };
    build(&accounts, &ix::ResignPublisher {})
}

/// A price and who signed it.
#[derive(Clone, Copy, Debug)]
pub struct PriceSignature {
    pub publisher: Address,
    pub price: SignedPrice,
    pub signature: [u8; 64],
}

/// The Ed25519 precompile's instruction that checks signatures of prices, laid out as the program wants it: everything within this
/// one instruction.
#[must_use]
pub fn signatures(signed: &[PriceSignature]) -> Instruction {
    const HERE: u16 = u16::MAX;
    const OFFSETS: usize = 14;
    let word = |value: usize| u16::try_from(value).unwrap_or(HERE);
    let mut data = vec![u8::try_from(signed.len()).unwrap_or(u8::MAX), 0];
    let part = 32 + 64 + LENGTH;
    for at in 0..signed.len() {
        let key = 2 + OFFSETS * signed.len() + part * at;
        let words = [word(key + 32), HERE, word(key), HERE, word(key + 96), word(LENGTH), HERE];
        data.extend(words.iter().flat_map(|w| w.to_le_bytes()));
    }
    for one in signed {
        data.extend(one.publisher.as_ref());
        data.extend(one.signature);
        data.extend(one.price.to_bytes());
    }
    Instruction { program_id: ed25519::PROGRAM, accounts: Vec::new(), data }
}

#[must_use]
pub fn publish_price(publisher: Address, market: Address, args: PublishPriceArgs) -> Instruction {
    let accounts = acc::PublishPrice { publisher, feed: pda::feed(&market, &publisher) };
    build(&accounts, &ix::PublishPrice { args })
}

/// After the cool-down; `destination` is a token account.
#[must_use]
pub fn withdraw_bond(
    publisher: Address,
    keys: &MarketKeys,
    destination: Address,
    amount: u64,
) -> Instruction {
    let accounts = acc::WithdrawBond {
        publisher,
        market: keys.market,
        ledger: pda::ledger(&keys.market),
        feed: pda::feed(&keys.market, &publisher),
        vault: pda::vault(&keys.market),
        destination,
        quote_mint: keys.quote_mint,
        token_program: keys.token_program,
    };
    build(&accounts, &ix::WithdrawBond { amount })
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
