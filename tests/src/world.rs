//! A staged world: one market with traders, providers and publishers, and a second market whose accounts must never
//! do in the first.

use {
    crate::{machine, opening::LAMPORTS, refusal::Refusal},
    anchor_lang::{prelude::Discriminator, Owner},
    bulkhead_drill::{
        stage::{Source, Stage},
        stagehand::Stagehand,
        staging::BOND,
        tokens,
    },
    bulkhead_keeper::chain::{Receipt, SendError},
    bulkhead_sdk::{
        accounts::decode,
        bulkhead::state::MarketParams,
        instructions::{MarketKeys, Party, SYSTEM_PROGRAM},
        risk::oracle::Reason,
    },
    bytemuck::Pod,
    solana_account::Account,
    solana_address::Address,
    solana_instruction::Instruction,
    solana_keypair::Keypair,
    solana_signer::Signer,
    std::{collections::BTreeMap, mem::size_of},
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
    pub keys: BTreeMap<Who, Keypair>,
    pub accounts: BTreeMap<Who, Address>,
    pub wallets: BTreeMap<Who, Address>,
}

impl Cast {
    pub(crate) fn copy(&self) -> Self {
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

impl<C: Stagehand> World<C> {
    #[must_use]
    pub fn market(&self) -> Address {
        self.stage.keys.market
    }

    #[must_use]
    pub fn key(&self, who: Who) -> Address {
        self.cast.keys[&who].pubkey()
    }

    /// The key itself, for what is signed off chain.
    #[must_use]
    pub fn stage_key(&self, who: Who) -> Keypair {
        self.cast.keys[&who].insecure_clone()
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

    /// One more trader with collateral and as much again in its wallet.
    ///
    /// # Panics
    /// When it is refused.
    pub fn add_trader(&mut self, cash: u64) -> Who {
        let actor = self.stage.actor("trader", cash).expect("a trader");
        let who = Who::Extra(self.cast.keys.len());
        self.cast.accounts.insert(who, actor.account);
        self.cast.wallets.insert(who, actor.tokens);
        self.cast.keys.insert(who, actor.key);
        who
    }

    /// One more publisher with a bonded feed, which is not yet a source of the market.
    ///
    /// # Panics
    /// When it is refused.
    pub fn add_publisher(&mut self) {
        let key = Keypair::new();
        self.place(key.pubkey(), machine::wallet(LAMPORTS));
        let who = Who::Publisher(self.stage.sources.len());
        self.stage.sources.push(Source::Publisher(Box::new(key.insecure_clone())));
        self.cast.keys.insert(who, key);
        self.give_wallet(who, BOND);
        self.accepts(self.register_publisher(who, BOND));
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

    #[must_use]
    pub fn slot(&self) -> u64 {
        self.stage.chain.now().expect("the chain has a clock").slot
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

    /// A second later every source names the price, and the mark follows: after an outage or a large move as soon as it may be relied on.
    pub fn price(&mut self, price: u64) {
        let all: Vec<usize> = (0..self.stage.sources.len()).collect();
        self.price_by(&all, price);
        while self.is_waiting() {
            self.price_by(&all, price);
        }
    }

    /// The mark waits for more rounds: after an outage, or for the confirmation of a large move.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        let reason = self.oracle().mark.reason;
        [Reason::Resuming, Reason::MoveUnconfirmed].map(|r| r as u8).contains(&reason)
    }

    /// Every source falls silent: the last round finds no quorum, a moment after the mark was good.
    ///
    /// # Panics
    /// When an update is refused.
    pub fn silence(&mut self) {
        for seconds in [30, 31] {
            self.warp(seconds);
            self.stage.update_oracle().expect("a round");
        }
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

    /// The mark, every live surface and every live risk array serve for new risk now.
    ///
    /// # Panics
    /// When a crank is refused.
    pub fn freshen(&mut self) {
        let mark = self.oracle().mark.price;
        self.price(mark);
        for id in self.live() {
            self.stage.renew(id).expect("a renewed surface");
            self.stage.refresh(id).expect("a refresh");
        }
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
