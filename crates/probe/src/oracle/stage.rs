//! A market's oracle with five sources and some rounds behind it, ready for the next one.

use alloc::{vec, vec::Vec};
use anchor_lang::prelude::{AccountView, Result};
use bulkhead::{
    instructions::update_oracle::run,
    now::Now,
    state::{registry::source_kind, MarketParams, OracleAggregate, SourceSpec},
};
use bulkhead_risk::oracle::{Health, Observation};
use core::{array, mem::size_of};

use super::{accounts::Account, WITH_PYTH, WITH_SWITCHBOARD};
use crate::Rng;

pub const DECIMALS: u8 = 6;
pub const SOURCES: usize = 5;
/// A quarter of a minute into one: half a minute later each time, every second round closes a bucket.
const START: i64 = 1_789_999_995;
const FIRST_SLOT: u64 = 345_678_901;
/// Rounds before the last one, so that marks, buckets and returns have a past.
const PAST_ROUNDS: u64 = 4;
const PRICE: u64 = 97_123_456_789;
/// Differences between sources.
const NOISE: u64 = 50_000_000;
/// What the price moves in a round at most.
const MOVE: u64 = 500_000_000;
/// Few rounds make little volatility: above this one it is a storm, which costs the most to tell.
const CALM_VOL_PPM: u64 = 10_000;
const FEED_ID: [u8; 32] = [0x5b; 32];

/// Sources that have spoken for the next round.
pub struct Stage {
    /// An [`OracleAggregate`], too large for the machine's stack.
    oracle: Vec<u64>,
    accounts: [Account; SOURCES],
    views: Vec<AccountView>,
    params: MarketParams,
    now: Now,
}

impl Stage {
    pub fn set(seed: u64, mix: u64, step: u64, has_liar: u64) -> Result<Self> {
        let kinds = kinds_of(mix);
        let mut accounts = array::from_fn(|i| {
            let place = 1 + i as u8;
            Account::open(kinds[i], [place; 32], &FEED_ID)
        });
        let views = accounts.iter_mut().map(Account::view).collect();
        let mut stage = Self {
            oracle: vec![0; size_of::<OracleAggregate>() / 8],
            accounts,
            views,
            params: MarketParams { calm_vol_ppm: CALM_VOL_PPM, ..MarketParams::defaults() },
            now: Now { unix: START, slot: FIRST_SLOT },
        };
        let (oracle, ..) = stage.parts();
        oracle.init([9; 32].into(), 255);
        for (i, kind) in kinds.into_iter().enumerate() {
            // Push and pull have one upstream.
            let upstream = if kind == source_kind::PYTH_PULL { i - 1 } else { i };
            let group = upstream as u8;
            let key = [1 + i as u8; 32].into();
            oracle.add_source(&SourceSpec { kind, group, key, feed_id: FEED_ID }, Health::default())?;
        }
        let mut rng = Rng::seeded(seed);
        let mut price = PRICE;
        for _ in 0..PAST_ROUNDS {
            stage.speak(&mut rng, &mut price);
            let (oracle, accounts, params, now) = stage.parts();
            let _ = run(oracle, accounts, params, DECIMALS, now)?;
            stage.now.unix += step.cast_signed();
            stage.now.slot += step * 5 / 2;
        }
        stage.speak(&mut rng, &mut price);
        if has_liar != 0 {
            let liar = rng.between(0, SOURCES as u64 - 1) as usize;
            stage.accounts[liar].speak(&stage.word(price + price / 10, NOISE));
        }
        Ok(stage)
    }

    /// All sources say something new, each a little different.
    fn speak(&mut self, rng: &mut Rng, price: &mut u64) {
        *price = *price + rng.between(0, 2 * MOVE) - MOVE;
        for i in 0..SOURCES {
            let own = *price + rng.between(0, 2 * NOISE) - NOISE;
            let word = self.word(own, rng.between(NOISE / 10, NOISE));
            self.accounts[i].speak(&word);
        }
    }

    fn word(&self, price: u64, confidence: u64) -> Observation {
        Observation { price, confidence, publish_time: self.now.unix - 1, slot: self.now.slot - 2 }
    }

    /// What a round takes.
    pub fn parts(&mut self) -> (&mut OracleAggregate, &[AccountView], &MarketParams, Now) {
        let words: &mut [u8] = bytemuck::cast_slice_mut(&mut self.oracle);
        (bytemuck::from_bytes_mut(words), &self.views, &self.params, self.now)
    }
}

fn kinds_of(mix: u64) -> [u8; SOURCES] {
    let own = source_kind::PUBLISHER;
    match mix {
        WITH_PYTH => [own, own, own, source_kind::PYTH_PUSH, source_kind::PYTH_PULL],
        WITH_SWITCHBOARD => [own, own, own, source_kind::SWITCHBOARD, source_kind::CHAINLINK],
        _ => [own; SOURCES],
    }
}
