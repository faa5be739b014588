//! A round of the oracle as the program runs it, for its cost: from the accounts of the sources to the mark.
//!
//! Words: seed, which sources ([`PUBLISHERS`] and so on), seconds from one round to the next, whether the last round has a
//! liar. Not among the kernels proper, because the program is no part of what the keeper and the web app compute.

mod accounts;
mod stage;

use bulkhead::{instructions::update_oracle::run, state::OracleAggregate};
use bulkhead_risk::oracle::Reliance;
use core::hint::black_box;

use self::stage::Stage;
use crate::{Answer, Book, Kernel, Words, OK};

/// Number of the first one.
pub const FIRST_ROUND: u32 = 2_000;

/// Five publishers.
pub const PUBLISHERS: u64 = 0;
/// Three publishers, Pyth push and Pyth pull.
pub const WITH_PYTH: u64 = 1;
/// Three publishers, Switchboard and Chainlink.
pub const WITH_SWITCHBOARD: u64 = 2;

const REFUSED: u64 = 1;

pub(crate) static ROUNDS: [Kernel; 3] = [
    // Everything up to the round: the difference to the next one is its cost.
    Kernel { name: "oracle_sources", hostile: words, ordinary: words, call: call_sources },
    Kernel { name: "oracle_round", hostile: words, ordinary: words, call: call_round },
    // Whether a liquidation may rely on the mark: the widest limits, so the dearest answer.
    Kernel { name: "oracle_answer", hostile: words, ordinary: words, call: call_answer },
];

fn words(rng: &mut crate::Rng) -> Words {
    [rng.word(), rng.between(PUBLISHERS, WITH_SWITCHBOARD), rng.between(1, 59), rng.word() & 1, 0, 0]
}

fn call_sources(words: &Words, answer: &mut Answer, _: &mut Book) {
    with_stage(words, answer, |_| OK);
}

fn call_round(words: &Words, answer: &mut Answer, _: &mut Book) {
    with_stage(words, answer, |stage| {
        let (oracle, accounts, params, now) = stage.parts();
        match run(oracle, accounts, params, stage::DECIMALS, now) {
            // A round in which fewer count costs less: its figure would be of something else.
            Ok(valid) if valid + words[3] == stage::SOURCES as u64 => OK,
            _ => REFUSED,
        }
    });
}

fn call_answer(words: &Words, answer: &mut Answer, _: &mut Book) {
    with_stage(words, answer, |stage| {
        let (oracle, _, params, now) = stage.parts();
        oracle.answer(Reliance::Liquidate, params, now.unix).map_or(REFUSED, |given| {
            black_box(given);
            OK
        })
    });
}

#[inline(always)]
fn with_stage(words: &Words, answer: &mut Answer, work: impl FnOnce(&mut Stage) -> u64) {
    let Ok(mut stage) = Stage::set(words[0], words[1], words[2], words[3]) else {
        answer[0] = REFUSED;
        return;
    };
    let stage = black_box(&mut stage);
    answer[0] = work(stage);
    let (oracle, ..) = stage.parts();
    write(oracle, answer);
}

#[inline(never)] // the same code, at the same cost, for both
fn write(oracle: &OracleAggregate, answer: &mut Answer) {
    let (mark, regime) = (oracle.mark(), oracle.regime());
    let verdicts = oracle.sources.iter().fold(0, |all, source| all << 8 | u64::from(source.health.verdict));
    let told = oracle.ring().iter().fold(0, |all: u64, bucket| all.rotate_left(1) ^ bucket.price_seconds);
    answer[1] = mark.price;
    answer[2] = mark.confidence;
    answer[3] = mark.stable;
    answer[4] = mark.rounds << 16 | u64::from(mark.grade) << 8 | u64::from(mark.reason);
    answer[5] = mark.healthy_rounds << 32 | mark.live_seconds;
    answer[6] = verdicts;
    answer[7] = told;
    answer[8] = regime.variance;
    answer[9] = regime.congestion_ppm;
    answer[10] = regime.factor_ppm;
    answer[11] = regime.bucket_price;
}
