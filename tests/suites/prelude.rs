//! What every suite uses.

pub use {
    bulkhead_drill::stagehand::Stagehand,
    bulkhead_sdk::{
        bulkhead::{
            error::BulkheadError::*,
            instructions::{bid::BidArgs, trade::TradeArgs},
            state::{
                auction::StoredAuction, claim_kind, oracle::TwapBucket, proposal::kind,
                registry::source_kind, Claim, Expiry, KeeperBond, Ledger, Leg, MarginAccount, Market,
                MarketParams, OiShard, OracleAggregate, Pool, Proposal, Protocol, PublisherFeed, RiskArray,
                SeniorPool, Stake, SurfacePanel, SurfaceVote,
            },
        },
        instructions as ix, pda,
    },
    bulkhead_tests::{
        calls::{proposal, swap, unsigned, CALL, PUT},
        invariants::assert_all,
        program_test::ProgramTestChain,
        refusal::{self, Refusal},
        world::{params, strikes, Who, Who::*, World, COLLATERAL, DAY, PRICE, SHARDS, STAKE, START, STRIKES},
    },
    solana_address::Address,
    solana_instruction::{error::InstructionError, AccountMeta, Instruction},
    solana_keypair::Keypair,
    solana_signer::Signer,
};

/// Quote atoms that a keeper's bond is at least.
pub const KEEPER_BOND: u64 = 5_000_000_000;
/// The whole of a share.
pub const ALL: u64 = 1_000_000;

pub type Bank = World<ProgramTestChain>;

/// The books balance, in a world that nobody edited.
#[track_caller]
pub fn sound(world: &Bank) {
    assert_all(&world.stage.chain, &world.market());
}

/// Alice holds `lots` of the middle strike's near call, Bob is short of them.
pub fn with_trade(lots: u64) -> Bank {
    let mut world = World::bank();
    let args = world.at_mark(world.near, 4, CALL, lots);
    world.accepts(world.trade(Alice, Bob, args));
    world
}

/// A panel of these members sets the market's surfaces, a minute after the first ones. Its index is 1.
pub fn with_panel(world: &mut Bank, members: &[Who], quorum: u8) {
    world.accepts(world.open_panel(Governor, 1, members, quorum));
    let panel = pda::panel(&world.market(), 1);
    world.edit(&world.market(), |m: &mut Market| m.surface_authority = panel);
    world.warp(60);
    world.price(PRICE);
}

/// An exit's cool-down passes, and the near expiry with it: priced, and settled for whoever holds legs in it.
pub fn ripen(world: &mut Bank) {
    world.warp(8 * DAY);
    settle_near(world);
}

pub fn settle_near(world: &mut Bank) {
    world.accepts(world.fix_settlement(world.near));
    for who in [Bob, Alice, Carol] {
        world.accepts(world.settle(world.near, who));
    }
}

/// What the senior pool holds in [`with_senior`].
pub const SENIOR: u64 = 40_000_000_000;

/// Carol has put [`SENIOR`] into the senior pool, the market has joined it, and its notice is over.
pub fn with_senior(mut world: Bank) -> Bank {
    for call in [
        world.init_senior(Stranger),
        world.open_senior_stake(Carol),
        world.deposit_senior(Carol, SENIOR),
        world.join_senior(Governor),
    ] {
        world.accepts(call);
    }
    world.edit(&pda::pool(&world.market()), |p: &mut Pool| p.joined_at -= 16 * DAY);
    world
}

/// A loss of the market waits for `amount`, and its own pool may pay none of it.
pub fn suffer(world: &mut Bank, amount: u64) {
    let now = world.now();
    world.edit(&world.market(), |m: &mut Market| m.params.pool_draw_day_ppm = 0);
    world.edit(&pda::pool(&world.market()), |p: &mut Pool| {
        (p.unmet, p.unmet_since, p.unmet_at) = (amount, now, now);
    });
}

/// Fills the last `minutes` before `expires_at` with a price.
pub fn fill_window(world: &mut Bank, expires_at: i64, minutes: u64, price: u64) {
    let last = u64::try_from(expires_at).expect("a time of the chain") / 60;
    world.edit(&pda::oracle(&world.market()), |o: &mut OracleAggregate| {
        for id in last - minutes..last {
            let slot = usize::try_from(id % 128).expect("a slot");
            o.buckets[slot] = TwapBucket { id, price_seconds: price * 60, seconds: 60 };
        }
    });
}

/// An hour after the near expiry, whose price is fixed by a full window at `price`.
pub fn fix_near(world: &mut Bank, price: u64) {
    fill_window(world, START + DAY, 30, price);
    world.warp_to(START + DAY + 3_600);
    world.accepts(world.fix_settlement(world.near));
}

/// As [`with_trade`], with the near expiry fixed at `price`.
pub fn with_fixed(lots: u64, price: u64) -> Bank {
    let mut world = with_trade(lots);
    fix_near(&mut world, price);
    world
}

/// The near expiry is fixed far above what Bob, short of a thousand calls, can pay; Alice is long of 600, Carol of 400.
pub fn with_bankrupt() -> Bank {
    let mut world = World::bank();
    for (who, lots) in [(Alice, 600), (Carol, 400)] {
        let args = world.at_mark(world.near, 4, CALL, lots);
        world.accepts(world.trade(who, Bob, args));
    }
    fix_near(&mut world, 26_900_000_000);
    world
}

/// As [`with_trade`], an hour after the near expiry without a price in its window; Carol has put up a bond for one.
pub fn with_proposal(price: u64) -> Bank {
    let mut world = with_trade(10);
    world.warp_to(START + DAY + 3_600);
    world.accepts(world.propose_price(Carol, world.near, price));
    world
}

/// Bob is below maintenance: short of calls that the market ran away with, and of a put that is worth nothing.
pub fn with_sick_bob() -> Bank {
    let mut world = World::bank();
    let (near, far) = (world.near, world.far);
    for (id, strike, kind, lots) in [(near, 4, CALL, 3_000), (far, 5, CALL, 2_000), (near, 0, PUT, 100)] {
        let args = world.at_mark(id, strike, kind, lots);
        world.accepts(world.trade(Alice, Bob, args));
    }
    world.move_to(9_500_000_000);
    let health = world.preview(Bob).maintenance_health().expect("in range");
    let equity = world.preview(Bob).measure.equity;
    assert!(health < 0 && equity > 0, "health {health}, equity {equity}");
    world
}

/// Takes the grace after an outage away, for tests of something else.
pub fn without_grace(world: &mut Bank) {
    world.edit(&pda::oracle(&world.market()), |o: &mut OracleAggregate| o.grace_left = 0);
}

/// As [`with_sick_bob`], with Bob's auction open.
pub fn with_auction() -> Bank {
    let mut world = with_sick_bob();
    world.accepts(world.start_auction(Bob));
    world
}
