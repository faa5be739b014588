//! Pyth push accounts, laid out as Pyth's own SDK says (`pyth-sdk-solana`, price account version 2).
//!
//! The offsets are those of the SDK's struct; its loader is not called, because it would hand out a reference to a struct full of
//! enums, whatever bytes stand there, and asks for alignment. Tests hold this reader to the loader.
//!
//! Date and slot belong together: the oracle program writes `timestamp` and `agg.pub_slot` in one step of aggregation, while
//! `valid_slot` is that of the aggregate before it (`upd_aggregate.h` of `pyth-network/pyth-client`).

use {
    crate::{
        adapters::{
            field::{i32_at, i64_at, u32_at, u64_at},
            scale::to_atoms,
        },
        constants::PYTH_PUSH_PROGRAM,
    },
    anchor_lang::{pinocchio::address::address_eq, prelude::*},
    bulkhead_risk::oracle::Observation,
    core::mem::{offset_of, size_of},
    pyth_sdk_solana::state::{AccountType, PriceInfo, PriceStatus, SolanaPriceAccount, MAGIC, VERSION_2},
};

const PRICE_ACCOUNT: u32 = AccountType::Price as u32;
const TRADING: u8 = PriceStatus::Trading as u8;
pub const AGGREGATE_AT: usize = offset_of!(SolanaPriceAccount, agg);

/// Reads the aggregate of a price account whose status is Trading.
#[must_use]
pub fn decode(owner: &Address, data: &[u8], decimals: u8) -> Option<Observation> {
    if !address_eq(owner, &PYTH_PUSH_PROGRAM) {
        return None;
    }
    let data = data.get(..size_of::<SolanaPriceAccount>())?;
    let aggregate = data.get(AGGREGATE_AT..)?;
    if u32_at(data, offset_of!(SolanaPriceAccount, magic))? != MAGIC
        || u32_at(data, offset_of!(SolanaPriceAccount, ver))? != VERSION_2
        || u32_at(data, offset_of!(SolanaPriceAccount, atype))? != PRICE_ACCOUNT
        || *aggregate.get(offset_of!(PriceInfo, status))? != TRADING
    {
        return None;
    }
    let exponent = i32_at(data, offset_of!(SolanaPriceAccount, expo))?;
    let confidence = i64::try_from(u64_at(aggregate, offset_of!(PriceInfo, conf))?).ok()?;
    Some(Observation {
        price: to_atoms(i64_at(aggregate, offset_of!(PriceInfo, price))?, exponent, decimals)?,
        confidence: to_atoms(confidence, exponent, decimals)?,
        publish_time: i64_at(data, offset_of!(SolanaPriceAccount, timestamp))?,
        slot: u64_at(aggregate, offset_of!(PriceInfo, pub_slot))?,
    })
}

#[cfg(test)]
pub(crate) mod tests;
