//! How every world begins. The opening is played once per process and then restored into as many machines as there
//! are tests.

use {
    crate::{
        machine,
        program_test::ProgramTestChain,
        world::{params, strikes, Cast, Who, World, COLLATERAL, DAY, PRICE, SHARDS, STAKE, START},
    },
    bulkhead_drill::{
        key_maker::KeyMaker,
        stage::{Setup, Source, Stage},
        stagehand::Stagehand,
        svm::SvmChain,
    },
    bulkhead_sdk::{
        instructions::{MarketKeys, TOKEN_PROGRAM},
        PROGRAM_ID,
    },
    solana_account::Account,
    solana_address::Address,
    solana_keypair::Keypair,
    solana_signer::Signer,
    std::{collections::BTreeMap, sync::OnceLock},
};

pub(crate) const PUBLISHERS: usize = 3;
const FOREIGN_ID: u16 = 2;
pub(crate) const VOL_PPM: u32 = 800_000;
pub(crate) const LAMPORTS: u64 = 1_000_000_000_000;

struct Frozen {
    accounts: Vec<(Address, Account)>,
    cast: Cast,
    keys: MarketKeys,
    source_keys: Vec<Address>,
    near: u16,
    far: u16,
    foreign: MarketKeys,
    foreign_expiry: u16,
}

static FROZEN: OnceLock<Frozen> = OnceLock::new();

impl World<ProgramTestChain> {
    /// On a bank of `solana-program-test`.
    #[must_use]
    pub fn bank() -> Self {
        let frozen = FROZEN.get_or_init(freeze);
        let governor = frozen.cast.keys[&Who::Governor].pubkey();
        Self::thaw(frozen, ProgramTestChain::new(&governor, START, &frozen.accounts))
    }
}

impl World<SvmChain> {
    /// On LiteSVM.
    #[must_use]
    pub fn svm() -> Self {
        let frozen = FROZEN.get_or_init(freeze);
        let governor = frozen.cast.keys[&Who::Governor].pubkey();
        Self::thaw(frozen, machine::svm(&governor, START, &frozen.accounts))
    }
}

pub(crate) fn setup(market_id: u16, shards: u8) -> Setup {
    Setup {
        market_id,
        params: params(),
        publishers: PUBLISHERS,
        with_pyth: false,
        shards,
        key_maker: KeyMaker::of_seed(u64::from(market_id)),
    }
}

/// Plays the opening on LiteSVM, by instructions alone.
fn freeze() -> Frozen {
    let governor = Keypair::new();
    let fees = Keypair::new();
    let wallets =
        [(governor.pubkey(), machine::wallet(LAMPORTS)), (fees.pubkey(), machine::wallet(LAMPORTS))];
    let chain = machine::svm(&governor.pubkey(), START, &wallets);
    let mut cast = Cast::default();

    let other =
        Stage::build(chain, governor.insecure_clone(), &setup(FOREIGN_ID, 1)).expect("a foreign market");
    let foreign = other.keys;
    let mut other = opened(other);
    let foreign_expiry = other.list(START + DAY, strikes(), VOL_PPM).expect("a foreign expiry");
    let foreigner = other.actor("foreigner", COLLATERAL).expect("a foreigner");
    cast.accounts.insert(Who::Foreigner, foreigner.account);
    cast.wallets.insert(Who::Foreigner, foreigner.tokens);
    cast.keys.insert(Who::Foreigner, foreigner.key);

    // The protocol's guardian is the one of the stage that created the protocol.
    let guardian = other.guardian.insecure_clone();
    let stage = Stage::build(other.chain, governor.insecure_clone(), &setup(1, SHARDS)).expect("a market");
    let mut stage = opened(stage);
    let near = stage.list(START + DAY, strikes(), VOL_PPM).expect("a near expiry");
    let far = stage.list(START + 30 * DAY, strikes(), VOL_PPM).expect("a far expiry");
    for (who, cash) in
        [(Who::Alice, COLLATERAL), (Who::Bob, COLLATERAL), (Who::Carol, COLLATERAL), (Who::Stranger, 0)]
    {
        let actor = stage.actor("trader", cash).expect("a trader");
        cast.accounts.insert(who, actor.account);
        cast.wallets.insert(who, actor.tokens);
        cast.keys.insert(who, actor.key);
    }
    let provider = stage.provide(STAKE).expect("a provider");
    cast.accounts.insert(Who::Provider, provider.account);
    cast.wallets.insert(Who::Provider, provider.tokens);
    cast.keys.insert(Who::Provider, provider.key);
    for (i, source) in stage.sources.iter().enumerate() {
        if let Source::Publisher(key) = source {
            cast.keys.insert(Who::Publisher(i), key.insecure_clone());
        }
    }
    cast.keys.insert(Who::Governor, governor);
    cast.keys.insert(Who::Guardian, guardian);
    cast.keys.insert(Who::Fees, fees);
    Frozen {
        accounts: everything(&stage.chain, &cast),
        cast,
        keys: stage.keys,
        source_keys: stage.source_keys.clone(),
        near,
        far,
        foreign,
        foreign_expiry,
    }
}

/// Lets every source speak and forms the first mark.
pub(crate) fn opened<C: Stagehand>(mut stage: Stage<C>) -> Stage<C> {
    for source in 0..PUBLISHERS {
        stage.speak(source, PRICE).expect("a publisher speaks");
    }
    stage.update_oracle().expect("a first mark");
    stage
}

fn everything(chain: &SvmChain, cast: &Cast) -> Vec<(Address, Account)> {
    let mut accounts = chain.svm.get_program_accounts(&PROGRAM_ID);
    accounts.extend(chain.svm.get_program_accounts(&TOKEN_PROGRAM));
    for key in cast.keys.values() {
        let mut account = chain.svm.get_account(&key.pubkey()).unwrap_or_else(|| machine::wallet(0));
        account.lamports = LAMPORTS;
        accounts.push((key.pubkey(), account));
    }
    accounts.retain(|(_, account)| account.lamports > 0);
    accounts
}

impl<C: Stagehand> World<C> {
    fn thaw(frozen: &Frozen, chain: C) -> Self {
        let cast = frozen.cast.copy();
        let key = |who: Who| cast.keys[&who].insecure_clone();
        let publishers = (0..PUBLISHERS).map(|i| Source::Publisher(Box::new(key(Who::Publisher(i)))));
        let stage = Stage {
            chain,
            payer: key(Who::Governor),
            guardian: key(Who::Guardian),
            keys: frozen.keys,
            sources: publishers.collect(),
            source_keys: frozen.source_keys.clone(),
            compute_units: BTreeMap::new(),
            // Apart from the seeds of the two markets, which are their numbers.
            key_maker: KeyMaker::of_seed(0),
        };
        let (near, far) = (frozen.near, frozen.far);
        let (foreign, foreign_expiry) = (frozen.foreign, frozen.foreign_expiry);
        Self { stage, cast, near, far, foreign, foreign_expiry }
    }
}
