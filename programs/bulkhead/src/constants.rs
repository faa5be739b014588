//! Limits of the program, each with its unit and its reason. Limits of a market are in `bulkhead_risk::params`.

use {
    anchor_lang::prelude::Address,
    bulkhead_risk::{params::MIN_EXIT_COOLDOWN_SECONDS, settlement::RECOVERY_SECONDS},
};

/// Layout version written into every account.
pub const VERSION: u8 = 1;
/// Guardians of the protocol: enough that one absent key never leaves it without a brake.
pub const MAX_GUARDIANS: usize = 5;
/// Strikes of one expiry: its risk array must fit one 10,240-byte account.
pub const MAX_STRIKES: usize = 16;
/// Expiries a market has open at once.
pub const MAX_LIVE_EXPIRIES: usize = 8;
/// Open-interest shards of a market, so that fills on one market need not share a write lock.
pub const MAX_SHARDS: u8 = 8;
/// Nearest and farthest an expiry may lie when it is listed, seconds.
pub const MIN_TENOR_SECONDS: i64 = 30;
pub const MAX_TENOR_SECONDS: i64 = 2 * 365 * 86_400;
/// Quote mints need this many decimals for per-lot rounding to be negligible, and no more for prices to fit.
pub const MIN_DECIMALS: u8 = 6;
pub const MAX_DECIMALS: u8 = 9;
/// Largest move of a forward's basis to the mark, parts per million.
pub const MAX_BASIS_PPM: i64 = 200_000;
/// Wait of a loosening, seconds.
pub const TIMELOCK_SECONDS: i64 = 48 * 3_600;
/// Wait of a change of roles, seconds.
pub const ROLE_TIMELOCK_SECONDS: i64 = 7 * 86_400;
/// A proposal lapses this long after its timelock, seconds.
pub const PROPOSAL_LIFE_SECONDS: i64 = 3 * 86_400;
/// Bond of a price publisher, whole units of the quote token.
pub const MIN_PUBLISHER_BOND_UNITS: u64 = 1_000;
/// Bond behind a settlement price, whole units of the quote token.
pub const SETTLEMENT_BOND_UNITS: u64 = 1_000;
/// A bond stays for challenges this long after its publisher or keeper has resigned, seconds.
pub const BOND_COOLDOWN_SECONDS: i64 = 7 * 86_400;
/// What a strike costs a publisher, parts per million of its bond.
pub const STRIKE_SLASH_PPM: u64 = 10_000;
/// What a missed round costs it; at most one a minute or so counts (`max_source_age_seconds`).
pub const MISSED_ROUND_SLASH_PPM: u64 = 1_000;
/// A signed price is taken for this many slots, about ten seconds: brought later, an honest word could look like a wrong one.
pub const SIGNED_PRICE_SLOTS: u64 = 25;
/// What a liquidation job is taken to be worth to its keeper, whole units of the quote token.
pub const KEEPER_JOB_REWARD_UNITS: u64 = 500;
/// Bond of a keeper, whole units of the quote token: ten jobs.
pub const MIN_KEEPER_BOND_UNITS: u64 = 10 * KEEPER_JOB_REWARD_UNITS;
/// A keeper is alive for this many slots after its last sign of life, about a minute.
pub const KEEPER_SEEN_SLOTS: u64 = 150;
/// Length of a lease, slots: eight seconds, in which nobody else may bid.
pub const LEASE_SLOTS: u64 = 20;
/// Leases of one keeper at a time: those it can miss at once never cost more than the half of the least bond that it must have.
pub const MAX_OPEN_LEASES: u64 = 8;
/// What a missed lease costs a keeper, parts per million of its bond: half a job.
pub const MISSED_LEASE_SLASH_PPM: u64 = 50_000;
/// Length of the window of the outflow limiter, seconds.
pub const OUTFLOW_WINDOW_SECONDS: u64 = 3_600;
/// An unlocked exit from the pool may be carried out this long, seconds: long enough for a large stake to leave in
/// hourly parts, too short to wait for trouble.
pub const EXIT_WINDOW_SECONDS: i64 = 7 * 86_400;
/// Length of the window of the pools' draw limits, seconds.
pub const POOL_DRAW_WINDOW_SECONDS: u64 = 86_400;
/// A loss that waits for money is forgotten this long after it last asked, seconds.
pub const UNMET_LIFE_SECONDS: i64 = 86_400;
/// An insolvent account asks the pool again after this time even if nothing has changed, seconds: so that its loss is not forgotten.
pub const ASK_AGAIN_SECONDS: i64 = 3_600;
/// Exits wait for a loss at most this long after it arose, seconds: the pool's daily share has gone to it several times by then.
pub const LOSS_HOLD_SECONDS: i64 = 3 * 86_400;
/// For so long exits are open after a hold before another loss may hold them.
pub const HOLD_REST_SECONDS: i64 = 86_400;
/// What the senior pool lent goes back when no loss asked for it this long, seconds.
pub const LOAN_IDLE_SECONDS: i64 = 86_400;
/// For so long all of a loan is expected back by whoever enters the senior pool; later only what is sure to come.
pub const LOAN_PRICED_SECONDS: i64 = 16 * 86_400;
/// Share of the senior pool that one market may draw per day, and all markets together.
pub const SENIOR_DRAW_MARKET_PPM: u64 = 100_000;
pub const SENIOR_DRAW_ALL_PPM: u64 = 200_000;
/// Share of the senior pool that may leave with exits per hour, and whole units of the quote token that always may.
pub const SENIOR_OUTFLOW_HOUR_PPM: u64 = 50_000;
pub const SENIOR_OUTFLOW_FLOOR_UNITS: u64 = 10_000;
/// Wait between asking to leave the senior pool and leaving, seconds.
pub const SENIOR_COOLDOWN_SECONDS: i64 = 8 * 86_400;
/// A market draws on the senior pool this long after it joined, seconds: whoever does not want to stand behind it has left by then.
pub const SENIOR_NOTICE_SECONDS: i64 = 16 * 86_400;
/// Markets of one senior pool: an exit from it shows the pools of all.
pub const MAX_SENIOR_MARKETS: u64 = 32;

// No provider leaves before the last challenge to what happened in its time.
const _: () = assert!(MIN_EXIT_COOLDOWN_SECONDS > BOND_COOLDOWN_SECONDS.unsigned_abs());
const _: () = assert!(MIN_EXIT_COOLDOWN_SECONDS > RECOVERY_SECONDS.unsigned_abs());
const _: () = assert!(SENIOR_COOLDOWN_SECONDS.unsigned_abs() >= MIN_EXIT_COOLDOWN_SECONDS);
// A hold ends while a request that was ripe when it began may still be carried out.
const _: () = assert!(LOSS_HOLD_SECONDS < EXIT_WINDOW_SECONDS);
const _: () = assert!(SENIOR_NOTICE_SECONDS > SENIOR_COOLDOWN_SECONDS + EXIT_WINDOW_SECONDS);

/// Pyth's push-oracle program on mainnet: owner of price accounts.
pub const PYTH_PUSH_PROGRAM: Address = anchor_lang::address!("FsJ3A3u2vn5cTVofAjvy6y5kwABJAqYWpe4975bi2epH");
/// Pyth's receiver program: owner of `PriceUpdateV2` accounts.
pub const PYTH_RECEIVER_PROGRAM: Address =
    anchor_lang::address!("rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ");
/// Switchboard On-Demand on mainnet: owner of pull feeds. `ON_DEMAND_MAINNET_PID` in `src/program_id.rs` of the crate
/// `switchboard-on-demand` 0.13.0.
pub const SWITCHBOARD_PROGRAM: Address = anchor_lang::address!("SBondMDrcV3K4kxZR1HNVT7osZxAHVHgYXL5Ze1oMUv");
/// The queue of oracles that Switchboard itself runs on mainnet. `DEFAULT_MAINNET_QUEUE` in `src/utils.rs` of the same crate.
pub const SWITCHBOARD_QUEUE: Address = anchor_lang::address!("A43DyUGA7s8eXPxqEjJY6EBu1KKbNgfxF8h17VAHn13w");
/// Chainlink's store program: owner of data feeds. `declare_id!` in `contracts/programs/store/src/lib.rs` of
/// `smartcontractkit/chainlink-solana`, and of the crate `chainlink_solana` 2.0.8.
pub const CHAINLINK_STORE_PROGRAM: Address =
    anchor_lang::address!("HEvSKofvBgfaexv23kMabbYqxasxU3mQ4ibBMEmJWHny");
/// The upgradeable loader, whose program-data account names the upgrade authority.
pub const UPGRADEABLE_LOADER: Address = anchor_lang::address!("BPFLoaderUpgradeab1e11111111111111111111111");
pub const TOKEN_2022_PROGRAM: Address = anchor_lang::address!("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");
