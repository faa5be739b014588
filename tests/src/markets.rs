//! Several markets of one protocol in one quote token, and eight people who have an account in each.

use {
    crate::{
        machine,
        opening::{opened, setup, LAMPORTS, PUBLISHERS, VOL_PPM},
        world::{strikes, Cast, Who, World, COLLATERAL, DAY, SHARDS, STAKE, START},
    },
    bulkhead_drill::{
        key_maker::KeyMaker,
        stage::{ComputeUnits, Source, Stage},
        stagehand::Stagehand,
        tokens,
    },
    bulkhead_sdk::{bulkhead::state::Pool, pda},
    solana_keypair::Keypair,
    solana_signer::Signer,
};

pub const MARKETS: u16 = 3;
pub const ACTORS: [Who; 8] = [
    Who::Alice,
    Who::Bob,
    Who::Carol,
    Who::Stranger,
    Who::Provider,
    Who::Extra(0),
    Who::Extra(1),
    Who::Extra(2),
];
/// More than a market waits after joining before it may draw on the senior pool.
const NOTICE: i64 = 17 * DAY;
/// The seed of everybody's keys; the markets' own are their numbers.
const PEOPLE: u64 = 1_000;

/// Key pairs of the people, the same ones every time.
pub struct People {
    pub governor: Keypair,
    fees: Keypair,
    maker: KeyMaker,
}

impl Default for People {
    fn default() -> Self {
        let mut maker = KeyMaker::of_seed(PEOPLE);
        Self { governor: maker.make(), fees: maker.make(), maker }
    }
}

/// Opens the markets on a chain whose program the governor may upgrade, as if those that joined the senior pool had waited until
/// they may draw on it.
///
/// # Panics
/// When a transaction of the opening is refused.
pub fn open<C: Stagehand + Clone>(chain: C, people: People) -> Vec<World<C>> {
    let mut worlds = open_waiting(chain, people);
    for world in worlds.iter_mut().rev().skip(1) {
        world.edit(&pda::pool(&world.market()), |pool: &mut Pool| pool.joined_at -= NOTICE);
    }
    worlds
}

/// Opens the markets by instructions alone.
///
/// # Panics
/// When a transaction of the opening is refused.
pub fn open_waiting<C: Stagehand + Clone>(mut chain: C, people: People) -> Vec<World<C>> {
    let People { governor, fees, mut maker } = people;
    for key in [&governor, &fees] {
        chain.place(key.pubkey(), machine::wallet(LAMPORTS)).expect("the machine takes accounts");
    }
    let first = Stage::build(chain, governor.insecure_clone(), &setup(1, SHARDS)).expect("a market");
    let mut stages = vec![first];
    for id in 2..=MARKETS {
        let next = stages[0].beside(&setup(id, SHARDS)).expect("a further market");
        stages.push(next);
    }
    let mut cast = Cast::default();
    cast.keys.insert(Who::Guardian, stages[0].guardian.insecure_clone());
    cast.keys.insert(Who::Governor, governor);
    cast.keys.insert(Who::Fees, fees);
    for who in ACTORS {
        let (key, wallet) = (maker.make(), maker.make());
        fund(&mut stages[0], &key, &wallet);
        cast.wallets.insert(who, wallet.pubkey());
        cast.keys.insert(who, key);
    }
    let keys: Vec<_> = stages.iter().map(|stage| stage.keys).collect();
    let foreign = keys.iter().cycle().skip(1);
    // Apart from the keys that the opening made.
    let seeds = 2 * PEOPLE..;
    let worlds = stages.into_iter().zip(foreign).zip(seeds).map(|((stage, foreign), seed)| {
        let mut stage = opened(stage);
        let near = stage.list(START + DAY, strikes(), VOL_PPM).expect("a near expiry");
        let far = stage.list(START + 30 * DAY, strikes(), VOL_PPM).expect("a far expiry");
        stage.key_maker = KeyMaker::of_seed(seed);
        World { cast: cast_of(&stage, &cast), stage, near, far, foreign: *foreign, foreign_expiry: near }
    });
    let mut worlds: Vec<_> = worlds.collect();
    worlds.iter_mut().for_each(settle_in);
    open_senior(&mut worlds);
    worlds
}

/// The senior pool with the provider's stake. It stands behind all markets but the last.
fn open_senior<C: Stagehand>(worlds: &mut [World<C>]) {
    let Some((_, joining)) = worlds.split_last_mut() else { return };
    for (index, world) in joining.iter_mut().enumerate() {
        if index == 0 {
            world.accepts(world.init_senior(Who::Governor));
            world.accepts(world.open_senior_stake(Who::Provider));
            world.accepts(world.deposit_senior(Who::Provider, STAKE));
        }
        world.accepts(world.join_senior(Who::Governor));
    }
}

/// Lamports for the key, and a wallet with collateral for every market and as much again.
fn fund<C: Stagehand>(stage: &mut Stage<C>, key: &Keypair, wallet: &Keypair) {
    let (payer, mint) = (stage.payer.pubkey(), stage.keys.quote_mint);
    let mut calls = vec![tokens::fund(&payer, &key.pubkey(), LAMPORTS / 1_000)];
    calls.extend(tokens::create_account(&payer, &wallet.pubkey(), &mint, &key.pubkey()));
    let cash = (2 * COLLATERAL + STAKE) * u64::from(MARKETS) + STAKE;
    calls.push(tokens::mint_to(&mint, &wallet.pubkey(), &payer, cash));
    stage.pay_with("fund", &calls, &[wallet]).expect("a funded wallet");
}

/// Everybody, with their accounts in this market and its publishers.
fn cast_of<C>(stage: &Stage<C>, people: &Cast) -> Cast {
    let mut cast = people.copy();
    let account = |who: Who| pda::margin_account(&stage.keys.market, &people.keys[&who].pubkey(), 0);
    cast.accounts = ACTORS.into_iter().map(|who| (who, account(who))).collect();
    for (i, source) in stage.sources.iter().enumerate().take(PUBLISHERS) {
        if let Source::Publisher(key) = source {
            cast.keys.insert(Who::Publisher(i), key.insecure_clone());
        }
    }
    cast
}

/// Accounts for all, collateral for all but the stranger, and the provider's stake.
fn settle_in<C: Stagehand>(world: &mut World<C>) {
    for who in ACTORS {
        world.accepts(world.open_account(who, 0));
        if who != Who::Stranger {
            world.accepts(world.deposit(who, COLLATERAL));
        }
    }
    world.accepts(world.open_stake(Who::Provider));
    world.accepts(world.deposit_pool(Who::Provider, STAKE));
}

impl<C> World<C> {
    /// The same people and markets on another machine.
    #[must_use]
    pub fn on<D>(&self, chain: D) -> World<D> {
        let Stage { payer, guardian, keys, sources, source_keys, key_maker, .. } = &self.stage;
        let copied = |source: &Source| match source {
            Source::Publisher(key) => Source::Publisher(Box::new(key.insecure_clone())),
            Source::PythPush(key) => Source::PythPush(*key),
            Source::PythPull(key, feed) => Source::PythPull(*key, *feed),
        };
        let stage = Stage {
            chain,
            payer: payer.insecure_clone(),
            guardian: guardian.insecure_clone(),
            keys: *keys,
            sources: sources.iter().map(copied).collect(),
            source_keys: source_keys.clone(),
            compute_units: ComputeUnits::new(),
            key_maker: key_maker.clone(),
        };
        let Self { near, far, foreign, foreign_expiry, .. } = *self;
        World { stage, cast: self.cast.copy(), near, far, foreign, foreign_expiry }
    }
}
