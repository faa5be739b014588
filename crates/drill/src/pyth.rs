//! Bytes of Pyth accounts, as Pyth's programs would have written them.

use {
    bulkhead_sdk::bulkhead::{
        adapters::pyth_pull::DISCRIMINATOR,
        constants::{PYTH_PUSH_PROGRAM, PYTH_RECEIVER_PROGRAM},
    },
    pyth_sdk_solana::state::{PriceInfo, PriceStatus, SolanaPriceAccount},
    solana_account::Account,
};

/// Pyth prices Bitcoin with eight decimals; quote atoms here have six.
const EXPONENT: i32 = -8;
const ATOMS_TO_PYTH: u64 = 100;
const MAGIC: u32 = 0xa1b2_c3d4;
const PRICE_ACCOUNT: u32 = 3;

/// A push price account in status Trading.
#[must_use]
pub fn push_account(price: u64, confidence: u64, publish_time: i64, slot: u64) -> Account {
    let feed = SolanaPriceAccount {
        magic: MAGIC,
        ver: 2,
        atype: PRICE_ACCOUNT,
        expo: EXPONENT,
        timestamp: publish_time,
        agg: PriceInfo {
            price: scaled(price),
            conf: confidence.saturating_mul(ATOMS_TO_PYTH),
            status: PriceStatus::Trading,
            pub_slot: slot,
            ..PriceInfo::default()
        },
        ..SolanaPriceAccount::default()
    };
    owned(bytemuck::bytes_of(&feed).to_vec(), PYTH_PUSH_PROGRAM)
}

/// A fully verified pull update of one feed.
#[must_use]
pub fn pull_account(
    feed_id: &[u8; 32],
    price: u64,
    confidence: u64,
    publish_time: i64,
    slot: u64,
) -> Account {
    let mut data = DISCRIMINATOR.to_vec();
    data.extend([0; 32]); // write authority
    data.push(1); // fully verified
    data.extend(feed_id);
    data.extend(scaled(price).to_le_bytes());
    data.extend(confidence.saturating_mul(ATOMS_TO_PYTH).to_le_bytes());
    data.extend(EXPONENT.to_le_bytes());
    data.extend(publish_time.to_le_bytes());
    data.extend(publish_time.saturating_sub(1).to_le_bytes());
    data.extend(scaled(price).to_le_bytes()); // moving averages are not read
    data.extend(confidence.to_le_bytes());
    data.extend(slot.to_le_bytes());
    owned(data, PYTH_RECEIVER_PROGRAM)
}

fn scaled(price: u64) -> i64 {
    i64::try_from(price.saturating_mul(ATOMS_TO_PYTH)).unwrap_or(i64::MAX)
}

fn owned(data: Vec<u8>, owner: solana_address::Address) -> Account {
    Account { lamports: 100_000_000, data, owner, executable: false, rent_epoch: u64::MAX }
}
