//! A market on any chain, and what its people do there: governor, publishers, traders, providers.

use {
    crate::{key_maker::KeyMaker, pyth, stagehand::Stagehand, tokens},
    anchor_lang::{prelude::Discriminator, Owner},
    anyhow::{anyhow, Context, Result},
    bulkhead_keeper::chain::{Receipt, SendError},
    bulkhead_sdk::{
        accounts::decode,
        bulkhead::{
            instructions::{list_expiry::ListExpiryArgs, publish_price::PublishPriceArgs, trade::TradeArgs},
            state::{Expiry, MarginAccount, Market, MarketParams},
        },
        instructions::{self as ix, MarketKeys, Party},
        pda,
        risk::surface::MAX_SURFACE_AGE_SECONDS,
    },
    bytemuck::Pod,
    solana_address::Address,
    solana_instruction::Instruction,
    solana_keypair::Keypair,
    solana_signer::Signer,
    std::collections::BTreeMap,
};

pub const DECIMALS: u8 = 6;
/// A lot is a hundredth of a Bitcoin.
pub const LOTS_PER_UNIT: u64 = 100;
pub const TICK_ATOMS: u64 = 1_000;
pub const ACTOR_LAMPORTS: u64 = 1_000_000_000;
/// Confidence of an honest source: 0.05 % of the price.
const CONFIDENCE_SHARE: u64 = 2_000;

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
        let live = self.state::<Market>(&market)?.expiries;
        let others: Vec<u16> = live.into_iter().filter(|other| *other != 0 && *other != id).collect();
        let args = ix::plain_surface(vols_ppm, 0);
        self.pay("set_surface", &[ix::set_surface(payer, market, id, &others, args)])?;
        self.refresh(id)?;
        Ok(id)
    }

    /// The last surface of an expiry again, where more than half of the time is over for which risk may be added on it.
    ///
    /// # Errors
    /// When the chain cannot be read.
    pub fn renewal(&self, id: u16) -> Result<Option<Instruction>> {
        let market = self.keys.market;
        let expiry: Expiry = self.state(&pda::expiry(&market, id))?;
        let now = self.chain.now()?.unix;
        let is_old = (now - expiry.surface_at) * 2 > MAX_SURFACE_AGE_SECONDS;
        if expiry.surface_version == 0 || now >= expiry.expires_at || !is_old {
            return Ok(None);
        }
        let live = self.state::<Market>(&market)?.expiries;
        let others: Vec<u16> = live.into_iter().filter(|other| *other != 0 && *other != id).collect();
        let vols_ppm = expiry.vols_ppm[..expiry.listed().len()].to_vec();
        let args = ix::plain_surface(vols_ppm, expiry.basis_ppm);
        Ok(Some(ix::set_surface(self.payer.pubkey(), market, id, &others, args)))
    }

    /// # Errors
    /// When the renewal is refused.
    pub fn renew(&mut self, id: u16) -> Result<()> {
        match self.renewal(id)? {
            Some(call) => self.pay("set_surface", &[call]),
            None => Ok(()),
        }
    }

    /// # Errors
    /// When the refresh is refused.
    pub fn refresh(&mut self, id: u16) -> Result<()> {
        self.pay("refresh_risk", &[ix::refresh_risk(self.keys.market, id, u8::MAX, 0)])
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
