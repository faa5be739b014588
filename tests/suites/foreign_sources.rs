//! `update_oracle` with the feeds of Switchboard and Chainlink, registered under what they must say they are.

use {
    crate::prelude::*,
    bulkhead_sdk::{
        bulkhead::{
            adapters::{chainlink, switchboard},
            constants::{CHAINLINK_STORE_PROGRAM, SWITCHBOARD_PROGRAM, SWITCHBOARD_QUEUE},
            state::SourceSpec,
        },
        risk::oracle::{Grade, Verdict},
    },
    solana_account::Account,
};

/// Not after the first slot of a bank.
const SLOT: u64 = 1_010;
const JOBS: [u8; 32] = [0x5b; 32];
const PAIR: [u8; 32] = *b"BTC / USD\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

fn owned(data: Vec<u8>, owner: Address) -> Account {
    Account { lamports: 100_000_000, data, owner, executable: false, rent_epoch: u64::MAX }
}

fn put(account: &mut Account, at: usize, bytes: &[u8]) {
    account.data[at..at + bytes.len()].copy_from_slice(bytes);
}

/// Eighteen decimals, the third of five submissions.
fn switchboard_feed(price: u64, date: i64) -> Account {
    let mut feed = owned(vec![0; switchboard::LENGTH], SWITCHBOARD_PROGRAM);
    put(&mut feed, 0, &switchboard::DISCRIMINATOR);
    put(&mut feed, 2_088, SWITCHBOARD_QUEUE.as_ref());
    put(&mut feed, 2_120, &JOBS);
    put(&mut feed, 2_215, &[3]);
    put(&mut feed, 2_216, &date.to_le_bytes());
    put(&mut feed, 2_264, &(i128::from(price) * 1_000_000_000_000).to_le_bytes());
    put(&mut feed, 2_280, &1_000_000_000_000_000i128.to_le_bytes());
    put(&mut feed, 2_360, &[5, 2]);
    put(&mut feed, 2_368, &SLOT.to_le_bytes());
    put(&mut feed, 2_952 + 16, &date.to_le_bytes());
    feed
}

/// Eight decimals, the only round.
fn chainlink_feed(price: u64, date: i64) -> Account {
    let mut feed = owned(vec![0; 248], CHAINLINK_STORE_PROGRAM);
    put(&mut feed, 0, &chainlink::DISCRIMINATOR);
    put(&mut feed, 8, &[2]);
    put(&mut feed, 106, &PAIR);
    put(&mut feed, 138, &[8]);
    put(&mut feed, 143, &9u32.to_le_bytes());
    put(&mut feed, 148, &1u32.to_le_bytes());
    put(&mut feed, 200, &SLOT.to_le_bytes());
    put(&mut feed, 208, &u32::try_from(date).unwrap().to_le_bytes());
    put(&mut feed, 216, &(i128::from(price) * 100).to_le_bytes());
    feed
}

struct Feeds {
    world: Bank,
    switchboard: Address,
    chainlink: Address,
}

impl Feeds {
    /// Three publishers who agree, and one feed of each kind that has not spoken yet.
    fn new() -> Self {
        let mut world = Bank::bank();
        world.edit(&world.market(), |m: &mut Market| m.next_expiry_id = 1);
        let (switchboard, chainlink) = (Keypair::new().pubkey(), Keypair::new().pubkey());
        let sources =
            [(source_kind::SWITCHBOARD, switchboard, JOBS), (source_kind::CHAINLINK, chainlink, PAIR)];
        for (kind, key, feed_id) in sources {
            let args = SourceSpec { kind, group: kind, key, feed_id };
            world.accepts(ix::register_source(world.key(Governor), world.market(), args));
        }
        world.stage.source_keys.extend([switchboard, chainlink]);
        world.warp(1);
        for source in 0..3 {
            world.stage.speak(source, PRICE).unwrap();
        }
        Self { world, switchboard, chainlink }
    }

    /// The verdicts on both feeds after a round in which they stand like this.
    fn verdicts(&mut self, switchboard: Account, chainlink: Account) -> [u8; 2] {
        let w = &mut self.world;
        w.place(self.switchboard, switchboard);
        w.place(self.chainlink, chainlink);
        w.accepts(w.update_oracle());
        w.warp(1);
        assert_eq!(w.oracle().mark.price, PRICE);
        [3, 4].map(|i| w.oracle().sources[i].health.verdict)
    }
}

#[test]
fn allows_switchboard_and_chainlink_sources() {
    let mut feeds = Feeds::new();
    let now = START + 1;
    let seen = feeds.verdicts(switchboard_feed(PRICE, now), chainlink_feed(PRICE, now));
    assert_eq!(seen, [Verdict::Valid as u8; 2]);
    let oracle = feeds.world.oracle();
    assert_eq!(oracle.mark.grade, Grade::A as u8);
    for source in &oracle.sources[3..5] {
        assert_eq!((source.health.last_price, source.health.last_publish_time), (PRICE, now));
    }
}

#[test]
fn allows_a_round_with_unreadable_foreign_feeds() {
    let now = START + 1;
    let good = (switchboard_feed(PRICE, now), chainlink_feed(PRICE, now));
    let with = |account: &Account, at: usize, bytes: &[u8]| {
        let mut account = account.clone();
        put(&mut account, at, bytes);
        account
    };
    let cut = |account: &Account| Account {
        data: account.data[..account.data.len() - 1].to_vec(),
        ..account.clone()
    };
    let forged = |account: &Account| Account { owner: ix::SYSTEM_PROGRAM, ..account.clone() };
    let closed = bulkhead_tests::machine::wallet(1);
    let bad = [
        // Another owner, another type, too short, closed.
        (forged(&good.0), forged(&good.1)),
        (with(&good.0, 0, &[0]), with(&good.1, 0, &[0])),
        (good.1.clone(), good.0.clone()),
        (cut(&good.0), cut(&good.1)),
        (closed.clone(), closed),
        // Other jobs, another pair.
        (with(&good.0, 2_120, &[0]), with(&good.1, 106, b"ETH")),
        // Too few samples, no round.
        (with(&good.0, 2_360, &[2]), with(&good.1, 143, &[0])),
        // A queue of somebody's own, another version.
        (with(&good.0, 2_088, &[0]), with(&good.1, 8, &[3])),
        // Written by its authority, a cursor outside the ring.
        (with(&good.0, 2_213, &[1]), with(&good.1, 152, &[1])),
        // Negative.
        (with(&good.0, 2_279, &[0x80]), with(&good.1, 231, &[0x80])),
    ];
    for (i, (switchboard, chainlink)) in bad.into_iter().enumerate() {
        let mut feeds = Feeds::new();
        let seen = feeds.verdicts(switchboard, chainlink);
        assert_eq!(seen, [Verdict::Unreadable as u8; 2], "{i}");
    }
}

#[test]
fn allows_a_round_with_foreign_feeds_that_the_aggregate_refuses() {
    let now = START + 1;
    let age = i64::try_from(params().max_source_age_seconds).unwrap();
    let both = |price, date| (switchboard_feed(price, date), chainlink_feed(price, date));
    let refused = [
        (both(0, now), Verdict::NotAPrice),
        (both(PRICE, now - age - 1), Verdict::Stale),
        (both(PRICE, now + 6), Verdict::Future),
        (both(PRICE * 2, now), Verdict::Outlier),
    ];
    for ((switchboard, chainlink), verdict) in refused {
        assert_eq!(Feeds::new().verdicts(switchboard, chainlink), [verdict as u8; 2], "{verdict:?}");
    }
    // Written a moment ago, but its median rests on an old submission.
    let mut old = switchboard_feed(PRICE, now);
    put(&mut old, 2_952 + 16, &(now - age - 1).to_le_bytes());
    let seen = Feeds::new().verdicts(old, chainlink_feed(PRICE, now));
    assert_eq!(seen, [Verdict::Stale as u8, Verdict::Valid as u8]);
}
