//! Sets a market up: protocol, mint, market, shards, publishers and sources.

use {
    crate::{
        stage::{ComputeUnits, Setup, Source, Stage, ACTOR_LAMPORTS, DECIMALS, LOTS_PER_UNIT, TICK_ATOMS},
        stagehand::Stagehand,
        tokens,
    },
    anyhow::Result,
    bulkhead_sdk::{
        bulkhead::{
            instructions::{create_market::CreateMarketArgs, init_protocol::InitProtocolArgs},
            state::{registry::source_kind, Protocol, SourceSpec},
        },
        instructions::{self as ix, MarketKeys},
        pda,
    },
    solana_address::Address,
    solana_keypair::Keypair,
    solana_signer::Signer,
};

/// The least bond of a publisher, quote atoms.
pub const BOND: u64 = 1_000_000_000;

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
        stage.furnish(setup)?;
        Ok(stage)
    }

    /// A further market on the same chain, in the same quote token and of the same protocol.
    ///
    /// # Errors
    /// When a transaction is refused.
    pub fn beside(&self, setup: &Setup) -> Result<Self>
    where
        C: Clone,
    {
        let mut stage = Self {
            chain: self.chain.clone(),
            payer: self.payer.insecure_clone(),
            guardian: self.guardian.insecure_clone(),
            keys: MarketKeys::new(setup.market_id, self.keys.quote_mint),
            sources: Vec::new(),
            source_keys: Vec::new(),
            compute_units: ComputeUnits::new(),
            key_maker: setup.key_maker.clone(),
        };
        stage.furnish(setup)?;
        Ok(stage)
    }

    /// The market itself, its shards and sources.
    fn furnish(&mut self, setup: &Setup) -> Result<()> {
        self.create_market(setup)?;
        let (payer, market) = (self.payer.pubkey(), self.keys.market);
        for index in 0..setup.shards {
            self.pay("open_shard", &[ix::open_shard(payer, market, index)])?;
        }
        self.add_sources(setup)
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
        let market = self.keys.market;
        for i in 0..setup.publishers {
            let publisher = self.key_maker.make();
            self.bond(&publisher)?;
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

    /// Registers a publisher with the least bond.
    ///
    /// # Errors
    /// When a transaction is refused.
    pub fn bond(&mut self, publisher: &Keypair) -> Result<()> {
        let key = publisher.pubkey();
        let wallet = self.wallet(&key, BOND)?;
        self.pay("fund", &[tokens::fund(&self.payer.pubkey(), &key, ACTOR_LAMPORTS)])?;
        let register = ix::register_publisher(key, &self.keys, wallet, BOND);
        self.pay_with("register_publisher", &[register], &[publisher])
    }

    /// A new token account with some money.
    ///
    /// # Errors
    /// When the transaction is refused.
    pub fn wallet(&mut self, owner: &Address, amount: u64) -> Result<Address> {
        let payer = self.payer.pubkey();
        let mint = self.keys.quote_mint;
        let wallet = self.key_maker.make();
        let mut open = tokens::create_account(&payer, &wallet.pubkey(), &mint, owner);
        open.push(tokens::mint_to(&mint, &wallet.pubkey(), &payer, amount));
        self.pay_with("fund", &open, &[&wallet])?;
        Ok(wallet.pubkey())
    }

    fn register(&mut self, kind: u8, group: u8, key: Address, feed_id: [u8; 32]) -> Result<()> {
        let args = SourceSpec { kind, group, key, feed_id };
        let instruction = ix::register_source(self.payer.pubkey(), self.keys.market, args);
        self.source_keys.push(key);
        self.pay("register_source", &[instruction])
    }
}
