//! Sets a market up on any chain and speaks for its people: governor, publishers, traders, providers.

use {
    crate::{key_maker::KeyMaker, pyth, svm::SvmChain, tokens},
    anchor_lang::{prelude::Discriminator, Owner},
    anyhow::{anyhow, Context, Result},
    bulkhead_keeper::{
        chain::{Chain, Receipt, SendError},
        rpc::RpcChain,
    },
    bulkhead_sdk::{
        accounts::decode,
        bulkhead::{
            instructions::{
                create_market::CreateMarketArgs, init_protocol::InitProtocolArgs,
                list_expiry::ListExpiryArgs, publish_price::PublishPriceArgs,
                register_source::RegisterSourceArgs, set_surface::SetSurfaceArgs, trade::TradeArgs,
            },
            state::{oracle::source_kind, MarginAccount, Market, MarketParams, Protocol},
        },
        instructions::{self as ix, MarketKeys, Party},
        pda,
    },
    bytemuck::Pod,
    solana_account::Account,
    solana_address::Address,
    solana_instruction::Instruction,
    solana_keypair::Keypair,
    solana_signer::Signer,
    std::{collections::BTreeMap, slice, thread, time::Duration},
};

pub const DECIMALS: u8 = 6;
/// A lot is a hundredth of a Bitcoin.
pub const LOTS_PER_UNIT: u64 = 100;
pub const TICK_ATOMS: u64 = 1_000;
const BOND_LAMPORTS: u64 = 1_000_000_000;
const ACTOR_LAMPORTS: u64 = 1_000_000_000;
/// Confidence of an honest source: 0.05 % of the price.
const CONFIDENCE_SHARE: u64 = 2_000;

/// A chain whose clock the drill can wait for, and on which it may place foreign accounts where the chain is its own.
pub trait Stagehand: Chain {
    /// Lets chain time reach `unix`.
    ///
    /// # Errors
    /// When the chain cannot be reached.
    fn wait_until(&mut self, unix: i64) -> Result<()>;

    /// Places an account of a foreign program. Only a chain in this process can.
    ///
    /// # Errors
    /// On a chain that cannot.
    fn place(&mut self, key: Address, account: Account) -> Result<()>;

    /// Sends calls that do not depend on each other, each signed by its own key. A chain over the network sends them
    /// at the same time.
    fn send_together(&mut self, calls: &[(Instruction, &Keypair)]) -> Vec<Result<Receipt, SendError>> {
        calls.iter().map(|(call, signer)| self.send(slice::from_ref(call), &[signer])).collect()
    }
}

impl Stagehand for SvmChain {
    fn wait_until(&mut self, unix: i64) -> Result<()> {
        if self.clock().unix_timestamp < unix {
            self.set_clock(unix);
        }
        Ok(())
    }

    fn place(&mut self, key: Address, account: Account) -> Result<()> {
        self.put(key, account)
    }
}

impl Stagehand for RpcChain {
    fn wait_until(&mut self, unix: i64) -> Result<()> {
        while self.now()?.unix < unix {
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    fn place(&mut self, key: Address, _: Account) -> Result<()> {
        Err(anyhow!("{key} cannot be placed on a validator: only its own program may write it"))
    }

    fn send_together(&mut self, calls: &[(Instruction, &Keypair)]) -> Vec<Result<Receipt, SendError>> {
        let chain = &*self;
        thread::scope(|scope| {
            let sending: Vec<_> = calls
                .iter()
                .map(|(call, signer)| scope.spawn(move || chain.submit(slice::from_ref(call), &[signer])))
                .collect();
            sending.into_iter().map(|sent| sent.join().expect("sending does not panic")).collect()
        })
    }
}

/// A price source of the stage.
pub enum Source {
    Publisher(Box<Keypair>),
    PythPush(Address),
    PythPull(Address, [u8; 32]),
}

/// Somebody with tokens and a margin account.
pub struct Actor {
    pub name: &'static str,
    pub key: Keypair,
    pub tokens: Address,
    pub account: Address,
}

impl Actor {
    #[must_use]
    pub fn party(&self) -> Party {
        Party { authority: self.key.pubkey(), account: self.account }
    }
}

/// Compute units of every successful call, by name.
pub type ComputeUnits = BTreeMap<&'static str, Vec<u64>>;

/// A market and its people on a chain.
pub struct Stage<C> {
    pub chain: C,
    pub payer: Keypair,
    pub guardian: Keypair,
    pub keys: MarketKeys,
    pub sources: Vec<Source>,
    pub source_keys: Vec<Address>,
    pub compute_units: ComputeUnits,
    pub key_maker: KeyMaker,
}

/// What a market starts from.
pub struct Setup {
    pub market_id: u16,
    pub params: MarketParams,
    pub publishers: usize,
    /// Add a Pyth push and a Pyth pull source.
    pub with_pyth: bool,
    pub shards: u8,
    pub key_maker: KeyMaker,
}

impl<C: Stagehand> Stage<C> {
    /// Initialises the protocol if it is not, then a market with its sources. `payer` is the upgrade authority and
    /// becomes governor and surface authority.
    ///
    /// # Errors
    /// When a transaction is refused.
    pub fn build(chain: C, payer: Keypair, setup: &Setup) -> Result<Self> {
        let mut key_maker = setup.key_maker.clone();
        let (mint, guardian) = (key_maker.make(), key_maker.make());
        let keys = MarketKeys::new(setup.market_id, mint.pubkey());
        let mut stage = Self {
            chain,
            payer,
            guardian,
            keys,
            sources: Vec::new(),
            source_keys: Vec::new(),
            compute_units: ComputeUnits::new(),
            key_maker,
        };
        let payer = stage.payer.pubkey();
        let funding = tokens::fund(&payer, &stage.guardian.pubkey(), ACTOR_LAMPORTS);
        stage.pay("fund", &[funding])?;
        stage.pay_with(
            "create mint",
            &tokens::create_mint(&payer, &mint.pubkey(), &payer, DECIMALS),
            &[&mint],
        )?;
        if stage.state::<Protocol>(&pda::protocol()).is_err() {
            let args = InitProtocolArgs { governor: payer, guardians: vec![stage.guardian.pubkey()] };
            stage.pay("init_protocol", &[ix::init_protocol(payer, args)])?;
        }
        stage.create_market(setup)?;
        for index in 0..setup.shards {
            stage.pay("open_shard", &[ix::open_shard(payer, keys.market, index)])?;
        }
        stage.add_sources(setup)?;
        Ok(stage)
    }

    fn create_market(&mut self, setup: &Setup) -> Result<()> {
        let payer = self.payer.pubkey();
        let mut symbol = [0; 16];
        symbol[..3].copy_from_slice(b"BTC");
        let args = CreateMarketArgs {
            id: setup.market_id,
            symbol,
            lots_per_unit: LOTS_PER_UNIT,
            tick_atoms: TICK_ATOMS,
            surface_authority: payer,
            params: setup.params,
        };
        self.pay("create_market", &[ix::create_market(payer, &self.keys, args)])
    }

    fn add_sources(&mut self, setup: &Setup) -> Result<()> {
        let payer = self.payer.pubkey();
        let market = self.keys.market;
        for i in 0..setup.publishers {
            let publisher = self.key_maker.make();
            let funding = tokens::fund(&payer, &publisher.pubkey(), BOND_LAMPORTS + ACTOR_LAMPORTS);
            let register = ix::register_publisher(publisher.pubkey(), market, BOND_LAMPORTS);
            self.pay_with("register_publisher", &[funding, register], &[&publisher])?;
            let key = pda::feed(&market, &publisher.pubkey());
            self.register(source_kind::PUBLISHER, u8::try_from(i)?, key, [0; 32])?;
            self.sources.push(Source::Publisher(Box::new(publisher)));
        }
        if setup.with_pyth {
            let group = u8::try_from(setup.publishers)?;
            let feed = [0xb7; 32];
            let (push, pull) = (self.key_maker.make().pubkey(), self.key_maker.make().pubkey());
            self.register(source_kind::PYTH_PUSH, group, push, [0; 32])?;
            self.sources.push(Source::PythPush(push));
            self.register(source_kind::PYTH_PULL, group, pull, feed)?;
            self.sources.push(Source::PythPull(pull, feed));
        }
        Ok(())
    }

    fn register(&mut self, kind: u8, group: u8, key: Address, feed_id: [u8; 32]) -> Result<()> {
        let args = RegisterSourceArgs { kind, group, key, feed_id };
        let instruction = ix::register_source(self.payer.pubkey(), self.keys.market, args);
        self.source_keys.push(key);
        self.pay("register_source", &[instruction])
    }

    /// Lets one source speak at the chain's time now.
    ///
    /// # Errors
    /// When the publication is refused.
    pub fn speak(&mut self, source: usize, price: u64) -> Result<()> {
        match self.speak_together(&[(source, price)])?.pop() {
            Some((_, refused)) => Err(refused.into()),
            None => Ok(()),
        }
    }

    /// Lets sources say prices, quote atoms per unit; returns the publishers whose word did not arrive, and why.
    ///
    /// # Errors
    /// When the chain cannot be read, or an account cannot be placed.
    pub fn speak_together(&mut self, words: &[(usize, u64)]) -> Result<Vec<(usize, SendError)>> {
        let now = self.chain.now()?;
        let (mut speakers, mut calls) = (Vec::new(), Vec::new());
        for &(source, price) in words {
            let confidence = price / CONFIDENCE_SHARE;
            match &self.sources[source] {
                Source::Publisher(publisher) => {
                    let args = PublishPriceArgs { price, confidence, publish_time: now.unix };
                    let call = ix::publish_price(publisher.pubkey(), self.keys.market, args);
                    speakers.push(source);
                    calls.push((call, publisher.as_ref()));
                }
                Source::PythPush(key) => {
                    self.chain.place(*key, pyth::push_account(price, confidence, now.unix, now.slot))?;
                }
                Source::PythPull(key, feed) => {
                    self.chain
                        .place(*key, pyth::pull_account(feed, price, confidence, now.unix, now.slot))?;
                }
            }
        }
        let mut missed = Vec::new();
        for (source, sent) in speakers.into_iter().zip(self.chain.send_together(&calls)) {
            match sent {
                Ok(receipt) => note(&mut self.compute_units, "publish_price", &receipt),
                Err(error) => missed.push((source, error)),
            }
        }
        Ok(missed)
    }

    /// Forms the mark.
    ///
    /// # Errors
    /// When the update is refused.
    pub fn update_oracle(&mut self) -> Result<()> {
        self.pay("update_oracle", &[ix::update_oracle(self.keys.market, &self.source_keys.clone())])
    }

    /// Lists an expiry with a flat surface and computes its risk array; returns its identifier.
    ///
    /// # Errors
    /// When a transaction is refused.
    pub fn list(&mut self, expires_at: i64, strikes: Vec<u64>, vol_ppm: u32) -> Result<u16> {
        let payer = self.payer.pubkey();
        let market = self.keys.market;
        let id = u16::try_from(self.state::<Market>(&market)?.next_expiry_id)?;
        let vols_ppm = vec![vol_ppm; strikes.len()];
        let args = ListExpiryArgs { expires_at, strikes };
        self.pay("list_expiry", &[ix::list_expiry(payer, market, id, args)])?;
        let args = SetSurfaceArgs { vols_ppm, basis_ppm: 0 };
        self.pay("set_surface", &[ix::set_surface(payer, market, id, args)])?;
        self.refresh(id)?;
        Ok(id)
    }

    /// # Errors
    /// When the refresh is refused.
    pub fn refresh(&mut self, id: u16) -> Result<()> {
        self.pay("refresh_risk", &[ix::refresh_risk(self.keys.market, id)])
    }

    /// A new actor with `cash` quote atoms as collateral and as much again in its wallet.
    ///
    /// # Errors
    /// When a transaction is refused.
    pub fn actor(&mut self, name: &'static str, cash: u64) -> Result<Actor> {
        let payer = self.payer.pubkey();
        let (key, wallet) = (self.key_maker.make(), self.key_maker.make());
        let owner = key.pubkey();
        let account = pda::margin_account(&self.keys.market, &owner, 0);
        let mut open = vec![tokens::fund(&payer, &owner, ACTOR_LAMPORTS)];
        open.extend(tokens::create_account(&payer, &wallet.pubkey(), &self.keys.quote_mint, &owner));
        let wallet_cash = cash.saturating_mul(2);
        open.push(tokens::mint_to(&self.keys.quote_mint, &wallet.pubkey(), &payer, wallet_cash));
        self.pay_with("fund", &open, &[&wallet])?;
        self.pay_with("open_account", &[ix::open_account(payer, owner, self.keys.market, 0)], &[&key])?;
        let actor = Actor { name, key, tokens: wallet.pubkey(), account };
        if cash > 0 {
            self.deposit(&actor, cash)?;
        }
        Ok(actor)
    }

    /// # Errors
    /// When the deposit is refused.
    pub fn deposit(&mut self, actor: &Actor, amount: u64) -> Result<()> {
        let instruction =
            ix::deposit(actor.key.pubkey(), &self.keys, actor.account, actor.tokens, amount, false);
        self.pay_with("deposit", &[instruction], &[&actor.key])
    }

    /// # Errors
    /// The program's refusal.
    pub fn withdraw(&mut self, actor: &Actor, amount: u64) -> Result<(), SendError> {
        let expiries = self.expiries_of(&[actor]);
        let owner = actor.key.pubkey();
        let instruction = ix::withdraw(owner, &self.keys, actor.account, actor.tokens, amount, &expiries);
        self.try_send("withdraw", &[instruction], &[&actor.key])
    }

    /// A provider's stake of `amount` quote atoms in the pool.
    ///
    /// # Errors
    /// When a transaction is refused.
    pub fn provide(&mut self, amount: u64) -> Result<Actor> {
        let provider = self.actor("pool provider", 0)?;
        let payer = self.payer.pubkey();
        let mint = tokens::mint_to(&self.keys.quote_mint, &provider.tokens, &payer, amount);
        self.pay("fund", &[mint])?;
        let owner = provider.key.pubkey();
        self.pay_with("open_stake", &[ix::open_stake(owner, self.keys.market)], &[&provider.key])?;
        let deposit = ix::deposit_pool(owner, &self.keys, provider.tokens, amount);
        self.pay_with("deposit_pool", &[deposit], &[&provider.key])?;
        Ok(provider)
    }

    /// Fills a trade between two actors.
    ///
    /// # Errors
    /// The program's refusal.
    pub fn trade(&mut self, buyer: &Actor, seller: &Actor, args: TradeArgs) -> Result<(), SendError> {
        let mut expiries = self.expiries_of(&[buyer, seller]);
        if !expiries.contains(&args.expiry_id) {
            expiries.push(args.expiry_id);
        }
        let fill = ix::trade(&self.keys, 0, buyer.party(), seller.party(), args, &expiries);
        self.try_send("trade", &[fill], &[&buyer.key, &seller.key])
    }

    /// Identifiers of the expiries that the actors hold legs in.
    #[must_use]
    pub fn expiries_of(&self, actors: &[&Actor]) -> Vec<u16> {
        let mut ids: Vec<u16> = actors
            .iter()
            .filter_map(|a| self.state::<MarginAccount>(&a.account).ok())
            .flat_map(|a| a.legs().iter().map(|l| l.expiry_id).collect::<Vec<_>>())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Decodes an account.
    ///
    /// # Errors
    /// When it does not exist or is of another type.
    pub fn state<T: Pod + Discriminator + Owner>(&self, key: &Address) -> Result<T> {
        let account = self.chain.accounts(&[*key])?.into_iter().flatten().next();
        let account = account.with_context(|| format!("no account at {key}"))?;
        Ok(decode(&account.data)?)
    }

    /// Balance of a token account.
    ///
    /// # Errors
    /// When the chain cannot be reached.
    pub fn balance(&self, key: &Address) -> Result<u64> {
        let account = self.chain.accounts(&[*key])?.into_iter().flatten().next();
        Ok(account.map_or(0, |a| tokens::balance(&a.data)))
    }

    /// Sends as the payer.
    ///
    /// # Errors
    /// When the transaction is refused.
    pub fn pay(&mut self, name: &'static str, instructions: &[Instruction]) -> Result<()> {
        self.pay_with(name, instructions, &[])
    }

    /// Sends as the payer, with further signers.
    ///
    /// # Errors
    /// When the transaction is refused.
    pub fn pay_with(
        &mut self,
        name: &'static str,
        instructions: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<()> {
        self.try_send(name, instructions, signers).map_err(|e| {
            let log = e.logs.join("\n");
            anyhow!("{name}: {e}\n{log}")
        })
    }

    /// Sends as the payer and notes the compute units.
    ///
    /// # Errors
    /// The program's refusal.
    pub fn try_send(
        &mut self,
        name: &'static str,
        instructions: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<(), SendError> {
        let mut all = vec![&self.payer];
        all.extend_from_slice(signers);
        let receipt = self.chain.send(instructions, &all)?;
        note(&mut self.compute_units, name, &receipt);
        Ok(())
    }
}

fn note(units: &mut ComputeUnits, name: &'static str, receipt: &Receipt) {
    units.entry(name).or_default().push(receipt.compute_units);
}
