//! A staged world: one market with traders, providers and publishers, and a second market whose accounts must never
//! do in the first. It is played once per process and then restored into as many machines as there are tests.

use {
    crate::{machine, program_test::ProgramTestChain, refusal::Refusal},
    anchor_lang::{prelude::Discriminator, Owner},
    bulkhead_drill::{
        key_maker::KeyMaker,
        stage::{Setup, Source, Stage, Stagehand},
        svm::SvmChain,
        tokens,
    },
    bulkhead_keeper::chain::{Receipt, SendError},
    bulkhead_sdk::{
        accounts::decode,
        bulkhead::state::{
            Expiry, MarginAccount, Market, MarketParams, OracleAggregate, Protocol, RiskArray,
        },
        instructions::{MarketKeys, Party, SYSTEM_PROGRAM, TOKEN_PROGRAM},
        margin::{self, Preview},
        pda, PROGRAM_ID,
    },
    bytemuck::Pod,
    solana_account::Account,
    solana_address::Address,
    solana_instruction::Instruction,
    solana_keypair::Keypair,
    solana_signer::Signer,
    std::{collections::BTreeMap, mem::size_of, sync::OnceLock},
};

/// Unix time at which every world begins; a whole number of minutes and hours.
pub const START: i64 = 1_700_002_800;
/// Quote atoms of one unit of the underlying at the start.
pub const PRICE: u64 = 8_000_000_000;
pub const DAY: i64 = 86_400;
/// Collateral of every trader, and as much again in its wallet.
pub const COLLATERAL: u64 = 100_000_000_000;
/// The provider's stake in the pool.
pub const STAKE: u64 = 50_000_000_000;
pub const SHARDS: u8 = 2;
pub const STRIKES: u8 = 9;
const PUBLISHERS: usize = 3;
const FOREIGN_ID: u16 = 2;
const VOL_PPM: u32 = 800_000;
const LAMPORTS: u64 = 1_000_000_000_000;

/// Everybody who has a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Pays for transactions and appears in none.
    Fees,
    Governor,
    Guardian,
    Publisher(usize),
    Alice,
    Bob,
    Carol,
    /// Holds the pool's shares.
    Provider,
    /// Has an empty account and no role.
    Stranger,
    /// Trades in the other market only.
    Foreigner,
    /// Enlisted by a test.
    Extra(usize),
}

/// Keys, margin accounts and wallets.
#[derive(Default)]
pub struct Cast {
    keys: BTreeMap<Who, Keypair>,
    accounts: BTreeMap<Who, Address>,
    wallets: BTreeMap<Who, Address>,
}

impl Cast {
    fn copy(&self) -> Self {
        Self {
            keys: self.keys.iter().map(|(who, key)| (*who, key.insecure_clone())).collect(),
            accounts: self.accounts.clone(),
            wallets: self.wallets.clone(),
        }
    }
}

/// A world on some machine.
pub struct World<C> {
    pub stage: Stage<C>,
    pub cast: Cast,
    /// Expires a day after the start.
    pub near: u16,
    /// Expires thirty days after the start.
    pub far: u16,
    pub foreign: MarketKeys,
    pub foreign_expiry: u16,
}

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

/// Nine strikes around the price.
#[must_use]
pub fn strikes() -> Vec<u64> {
    (0..u64::from(STRIKES)).map(|i| 6_000_000_000 + i * 500_000_000).collect()
}

/// The default parameters with a quorum that one silent source does not break.
#[must_use]
pub fn params() -> MarketParams {
    MarketParams { quorum: 2, ..MarketParams::defaults() }
}

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

fn setup(market_id: u16, shards: u8) -> Setup {
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
fn opened(mut stage: Stage<SvmChain>) -> Stage<SvmChain> {
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

    #[must_use]
    pub fn market(&self) -> Address {
        self.stage.keys.market
    }

    #[must_use]
    pub fn key(&self, who: Who) -> Address {
        self.cast.keys[&who].pubkey()
    }

    /// The margin account of a trader.
    #[must_use]
    pub fn account_of(&self, who: Who) -> Address {
        self.cast.accounts[&who]
    }

    /// The token account of a trader.
    #[must_use]
    pub fn wallet_of(&self, who: Who) -> Address {
        self.cast.wallets[&who]
    }

    #[must_use]
    pub fn party(&self, who: Who) -> Party {
        Party { authority: self.key(who), account: self.account_of(who) }
    }

    /// A new key with lamports.
    pub fn enlist(&mut self) -> Who {
        let key = Keypair::new();
        let who = Who::Extra(self.cast.keys.len());
        self.place(key.pubkey(), machine::wallet(LAMPORTS));
        self.cast.keys.insert(who, key);
        who
    }

    /// A new token account of the quote mint with some money.
    pub fn give_wallet(&mut self, who: Who, amount: u64) -> Address {
        let key = Keypair::new();
        let mint = self.stage.keys.quote_mint;
        let governor = self.key(Who::Governor);
        let mut open = tokens::create_account(&governor, &key.pubkey(), &mint, &self.key(who));
        open.push(tokens::mint_to(&mint, &key.pubkey(), &governor, amount));
        self.stage.pay_with("fund", &open, &[&key]).expect("a wallet");
        self.cast.wallets.insert(who, key.pubkey());
        key.pubkey()
    }

    /// Sends as the one who pays fees, signed by everybody the instructions name as a signer.
    ///
    /// # Errors
    /// The refusal.
    pub fn send(&mut self, instructions: &[Instruction]) -> Result<Receipt, SendError> {
        let Self { stage, cast, .. } = self;
        let mut signers = vec![&cast.keys[&Who::Fees]];
        for meta in instructions.iter().flat_map(|i| &i.accounts).filter(|a| a.is_signer) {
            let Some(key) = cast.keys.values().find(|k| k.pubkey() == meta.pubkey) else { continue };
            if signers.iter().all(|s| s.pubkey() != key.pubkey()) {
                signers.push(key);
            }
        }
        stage.chain.send(instructions, &signers)
    }

    /// The instruction takes effect.
    ///
    /// # Panics
    /// When it is refused.
    #[track_caller]
    pub fn accepts(&mut self, instruction: Instruction) -> Receipt {
        match self.send(&[instruction]) {
            Ok(receipt) => receipt,
            Err(error) => panic!("refused: {error}\n{}", error.logs.join("\n")),
        }
    }

    /// The instruction is refused for exactly this reason, and every account it names stays as it was, byte by byte.
    ///
    /// # Panics
    /// When anything else happens.
    #[track_caller]
    pub fn rejects(&mut self, instruction: Instruction, refusal: impl Into<Refusal>) {
        let refusal = refusal.into();
        let keys: Vec<Address> = instruction.accounts.iter().map(|a| a.pubkey).collect();
        let before = self.snapshot(&keys);
        let error = match self.send(&[instruction]) {
            Ok(_) => panic!("accepted instead of refused with {refusal}"),
            Err(error) => error,
        };
        let logs = error.logs.join("\n");
        assert!(refusal.explains(&error), "refused with {error} instead of {refusal}\n{logs}");
        self.assert_unchanged(&keys, &before);
    }

    /// Accounts as they are now.
    #[must_use]
    pub fn snapshot(&self, keys: &[Address]) -> Vec<Option<Account>> {
        self.stage.chain.accounts(keys).expect("the chain answers")
    }

    /// # Panics
    /// When an account differs from the snapshot.
    #[track_caller]
    pub fn assert_unchanged(&self, keys: &[Address], before: &[Option<Account>]) {
        for ((key, before), after) in keys.iter().zip(before).zip(self.snapshot(keys)) {
            assert!(*before == after, "the refused transaction changed {key}");
        }
    }

    /// # Panics
    /// When there is no such account.
    #[must_use]
    pub fn raw(&self, key: &Address) -> Account {
        self.snapshot(&[*key]).remove(0).expect("the account exists")
    }

    #[must_use]
    pub fn exists(&self, key: &Address) -> bool {
        self.snapshot(&[*key])[0].as_ref().is_some_and(|a| a.lamports > 0)
    }

    /// # Panics
    /// When the account is not a `T`.
    #[must_use]
    pub fn state<T: Pod + Discriminator + Owner>(&self, key: &Address) -> T {
        decode(&self.raw(key).data).expect("the account has its type")
    }

    /// Writes an account past the program: how corrupt states are made.
    ///
    /// # Panics
    /// When the machine refuses it.
    pub fn place(&mut self, key: Address, account: Account) {
        self.stage.chain.place(key, account).expect("the machine takes accounts");
    }

    /// Changes one account past the program.
    pub fn edit<T: Pod + Discriminator + Owner>(&mut self, key: &Address, change: impl FnOnce(&mut T)) {
        let mut account = self.raw(key);
        let mut state: T = self.state(key);
        change(&mut state);
        let header = T::DISCRIMINATOR.len();
        account.data[header..header + size_of::<T>()].copy_from_slice(bytemuck::bytes_of(&state));
        self.place(*key, account);
    }

    /// Quote atoms in a token account.
    #[must_use]
    pub fn balance(&self, key: &Address) -> u64 {
        tokens::balance(&self.raw(key).data)
    }

    #[must_use]
    pub fn now(&self) -> i64 {
        self.stage.chain.now().expect("the chain has a clock").unix
    }

    /// Lets time pass.
    pub fn warp(&mut self, seconds: i64) {
        let at = self.now() + seconds;
        self.warp_to(at);
    }

    /// # Panics
    /// When the clock cannot be set.
    pub fn warp_to(&mut self, unix: i64) {
        self.stage.chain.wait_until(unix).expect("the clock moves");
    }

    /// A second later every source names the price, and the mark follows.
    pub fn price(&mut self, price: u64) {
        let all: Vec<usize> = (0..self.stage.sources.len()).collect();
        self.price_by(&all, price);
    }

    /// As [`World::price`], by some sources only.
    ///
    /// # Panics
    /// When a publication is refused.
    pub fn price_by(&mut self, sources: &[usize], price: u64) {
        self.warp(1);
        for source in sources {
            self.stage.speak(*source, price).expect("a source speaks");
        }
        self.stage.update_oracle().expect("the mark forms");
    }

    /// The mark and every live risk array are those of now.
    pub fn freshen(&mut self) {
        let mark = self.oracle().mark;
        self.move_to(mark);
    }

    /// The price moves and the risk arrays follow.
    ///
    /// # Panics
    /// When a crank is refused.
    pub fn move_to(&mut self, price: u64) {
        self.price(price);
        for id in self.live() {
            self.stage.refresh(id).expect("a refresh");
        }
    }

    /// Identifiers of the live expiries.
    #[must_use]
    pub fn live(&self) -> Vec<u16> {
        let market: Market = self.state(&self.market());
        market.expiries.into_iter().filter(|id| *id != 0).collect()
    }

    #[must_use]
    pub fn oracle(&self) -> OracleAggregate {
        self.state(&pda::oracle(&self.market()))
    }

    #[must_use]
    pub fn margin(&self, who: Who) -> MarginAccount {
        self.state(&self.account_of(who))
    }

    #[must_use]
    pub fn expiry(&self, id: u16) -> Expiry {
        self.state(&pda::expiry(&self.market(), id))
    }

    /// Mark of one lot.
    #[must_use]
    pub fn mark(&self, id: u16, strike: u8, kind: u8) -> u64 {
        let array: RiskArray = self.state(&pda::risk_array(&self.market(), id));
        let marks = if kind == 0 { array.call_marks } else { array.put_marks };
        marks[usize::from(strike)]
    }

    /// Expiries that the traders hold legs in.
    #[must_use]
    pub fn expiries_of(&self, whose: &[Who]) -> Vec<u16> {
        let mut ids: Vec<u16> = Vec::new();
        for who in whose {
            ids.extend(self.margin(*who).legs().iter().map(|l| l.expiry_id));
        }
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// An account's margin by the program's own code.
    ///
    /// # Panics
    /// When a risk array is missing.
    #[must_use]
    pub fn preview(&self, who: Who) -> Preview {
        let account = self.margin(who);
        let arrays: Vec<RiskArray> = self
            .expiries_of(&[who])
            .iter()
            .map(|id| self.state(&pda::risk_array(&self.market(), *id)))
            .collect();
        let market: Market = self.state(&self.market());
        let protocol: Protocol = self.state(&pda::protocol());
        let level = margin::level(&protocol, &market, self.now());
        let preview = margin::preview(&account, &arrays, &market, &self.oracle(), level, self.now());
        preview.expect("in range").expect("every array is there")
    }

    /// A forged copy of an account: the same bytes at another address, owned by the system program.
    pub fn forge(&mut self, key: &Address) -> Address {
        let mut copy = self.raw(key);
        copy.owner = SYSTEM_PROGRAM;
        let forged = Keypair::new().pubkey();
        self.place(forged, copy);
        forged
    }
}

/// Where token accounts keep their owner and amount.
const TOKEN_OWNER: std::ops::Range<usize> = 32..64;
const TOKEN_AMOUNT: std::ops::Range<usize> = 64..72;

impl<C: Stagehand> World<C> {
    /// Writes the balance of a token account past the token program.
    pub fn set_balance(&mut self, key: &Address, amount: u64) {
        let mut account = self.raw(key);
        account.data[TOKEN_AMOUNT].copy_from_slice(&amount.to_le_bytes());
        self.place(*key, account);
    }

    /// Gives a token account to somebody past the token program.
    pub fn edit_wallet_owner(&mut self, key: &Address, owner: Who) {
        let owner = self.key(owner);
        let mut account = self.raw(key);
        account.data[TOKEN_OWNER].copy_from_slice(owner.as_ref());
        self.place(*key, account);
    }
}
