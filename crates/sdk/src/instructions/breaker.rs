//! The circuit breaker.

use {
    super::{all_shards, append, build, risk_arrays},
    crate::pda,
    bulkhead::{accounts as acc, instruction as ix, instructions::trip_breaker::TripBreakerArgs},
    bulkhead_risk::breaker::Cause,
    solana_address::Address,
    solana_instruction::Instruction,
};

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
