//! Accounts as the runtime hands them to a program, with what a source's own program would have written.

use alloc::{vec, vec::Vec};
use anchor_lang::{
    pinocchio::account::{RuntimeAccount, NOT_BORROWED},
    prelude::AccountView,
    Discriminator,
};
use bulkhead::{
    adapters::{chainlink, pyth_pull, pyth_push, switchboard},
    constants::{
        CHAINLINK_STORE_PROGRAM, PYTH_PUSH_PROGRAM, PYTH_RECEIVER_PROGRAM, SWITCHBOARD_PROGRAM,
        SWITCHBOARD_QUEUE, VERSION,
    },
    state::{registry::source_kind, PublisherFeed},
    ID,
};
use bulkhead_risk::oracle::Observation;
use core::mem::{offset_of, size_of};
use pyth_sdk_solana::state::{AccountType, PriceInfo, PriceStatus, SolanaPriceAccount, MAGIC, VERSION_2};

const HEAD: usize = size_of::<RuntimeAccount>();
/// Foreign prices have eight decimals, those of the quote six; Switchboard's have eighteen.
const EXPONENT: i32 = -8;
const PLACES: u64 = 100;
const WIDE_PLACES: i128 = 1_000_000_000_000;
const CHAINLINK_LENGTH: usize = chainlink::ROUNDS_AT + 2 * chainlink::ROUND_LENGTH;

/// An account in memory: the runtime's own record, then the data.
pub struct Account {
    kind: u8,
    words: Vec<u64>,
}

impl Account {
    /// One that has said nothing yet.
    pub fn open(kind: u8, key: [u8; 32], feed_id: &[u8; 32]) -> Self {
        let (owner, length) = match kind {
            source_kind::PYTH_PUSH => (PYTH_PUSH_PROGRAM, size_of::<SolanaPriceAccount>()),
            source_kind::PYTH_PULL => (PYTH_RECEIVER_PROGRAM, pyth_pull::LENGTH),
            source_kind::SWITCHBOARD => (SWITCHBOARD_PROGRAM, switchboard::LENGTH),
            source_kind::CHAINLINK => (CHAINLINK_STORE_PROGRAM, CHAINLINK_LENGTH),
            _ => (ID, 8 + size_of::<PublisherFeed>()),
        };
        let mut account = Self { kind, words: vec![0; (HEAD + length).div_ceil(8)] };
        account.set(offset_of!(RuntimeAccount, borrow_state), &[NOT_BORROWED]);
        account.set(offset_of!(RuntimeAccount, address), &key);
        account.set(offset_of!(RuntimeAccount, owner), owner.as_ref());
        account.set(offset_of!(RuntimeAccount, data_len), &(length as u64).to_le_bytes());
        account.sign(feed_id);
        account
    }

    /// What tells the account from any other.
    fn sign(&mut self, feed_id: &[u8; 32]) {
        match self.kind {
            source_kind::PYTH_PUSH => {
                self.put(offset_of!(SolanaPriceAccount, magic), &MAGIC.to_le_bytes());
                self.put(offset_of!(SolanaPriceAccount, ver), &VERSION_2.to_le_bytes());
                self.put(offset_of!(SolanaPriceAccount, atype), &(AccountType::Price as u32).to_le_bytes());
                self.put(offset_of!(SolanaPriceAccount, expo), &EXPONENT.to_le_bytes());
                let status = pyth_push::AGGREGATE_AT + offset_of!(PriceInfo, status);
                self.put(status, &[PriceStatus::Trading as u8]);
            }
            source_kind::PYTH_PULL => {
                self.put(0, &pyth_pull::DISCRIMINATOR);
                self.put(pyth_pull::VERIFICATION_AT, &[pyth_pull::FULLY_VERIFIED]);
                self.put(pyth_pull::FEED_ID_AT, feed_id);
                self.put(pyth_pull::EXPONENT_AT, &EXPONENT.to_le_bytes());
            }
            source_kind::SWITCHBOARD => {
                self.put(0, &switchboard::DISCRIMINATOR);
                self.put(switchboard::QUEUE_AT, SWITCHBOARD_QUEUE.as_ref());
                self.put(switchboard::FEED_HASH_AT, feed_id);
                self.put(switchboard::MIN_SAMPLES_AT, &[3]);
                self.put(switchboard::SAMPLES_AT, &[5]);
            }
            source_kind::CHAINLINK => {
                self.put(0, &chainlink::DISCRIMINATOR);
                self.put(chainlink::VERSION_AT, &[chainlink::FEED_VERSION]);
                self.put(chainlink::DESCRIPTION_AT, feed_id);
                self.put(chainlink::DECIMALS_AT, &[8]);
                self.put(chainlink::LATEST_ROUND_AT, &[9]);
                self.put(chainlink::LIVE_LENGTH_AT, &[2]);
                self.put(chainlink::LIVE_CURSOR_AT, &[1]);
            }
            _ => {
                self.put(0, PublisherFeed::DISCRIMINATOR);
                self.put(8 + offset_of!(PublisherFeed, version), &[VERSION]);
            }
        }
    }

    /// The source speaks; `seen` is what an adapter should make of it.
    pub fn speak(&mut self, seen: &Observation) {
        let (price, confidence) = (seen.price.to_le_bytes(), seen.confidence.to_le_bytes());
        let (date, slot) = (seen.publish_time.to_le_bytes(), seen.slot.to_le_bytes());
        let foreign = (seen.price * PLACES).to_le_bytes();
        let foreign_confidence = (seen.confidence * PLACES).to_le_bytes();
        match self.kind {
            source_kind::PYTH_PUSH => {
                let aggregate = pyth_push::AGGREGATE_AT;
                self.put(aggregate + offset_of!(PriceInfo, price), &foreign);
                self.put(aggregate + offset_of!(PriceInfo, conf), &foreign_confidence);
                self.put(aggregate + offset_of!(PriceInfo, pub_slot), &slot);
                self.put(offset_of!(SolanaPriceAccount, timestamp), &date);
            }
            source_kind::PYTH_PULL => {
                self.put(pyth_pull::PRICE_AT, &foreign);
                self.put(pyth_pull::CONFIDENCE_AT, &foreign_confidence);
                self.put(pyth_pull::PUBLISH_TIME_AT, &date);
                self.put(pyth_pull::POSTED_SLOT_AT, &slot);
            }
            source_kind::SWITCHBOARD => {
                let wide = |atoms: u64| (i128::from(atoms) * WIDE_PLACES).to_le_bytes();
                self.put(switchboard::VALUE_AT, &wide(seen.price));
                self.put(switchboard::DEVIATION_AT, &wide(seen.confidence));
                self.put(switchboard::LAST_UPDATE_AT, &date);
                self.put(switchboard::SUBMISSION_DATES_AT, &date);
                self.put(switchboard::SLOT_AT, &slot);
            }
            source_kind::CHAINLINK => {
                self.put(chainlink::ROUNDS_AT, &slot);
                self.put(chainlink::ROUNDS_AT + chainlink::TIMESTAMP_AT, &date[..4]);
                self.put(chainlink::ROUNDS_AT + chainlink::ANSWER_AT, &foreign);
            }
            _ => {
                self.put(8 + offset_of!(PublisherFeed, price), &price);
                self.put(8 + offset_of!(PublisherFeed, confidence), &confidence);
                self.put(8 + offset_of!(PublisherFeed, publish_time), &date);
                self.put(8 + offset_of!(PublisherFeed, publish_slot), &slot);
            }
        }
    }

    /// As a program sees it.
    pub fn view(&mut self) -> AccountView {
        // SAFETY: the words begin with the record and hold as many bytes of data as it says; their vector never grows again, and
        // its words stay where they are when it moves.
        unsafe { AccountView::new_unchecked(self.words.as_mut_ptr().cast()) }
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        self.set(HEAD + at, bytes);
    }

    fn set(&mut self, at: usize, bytes: &[u8]) {
        let all: &mut [u8] = bytemuck::cast_slice_mut(&mut self.words);
        all[at..at + bytes.len()].copy_from_slice(bytes);
    }
}
