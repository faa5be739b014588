//! Sets the market up and lets everybody open an account, deposit and trade, all by the program's instructions.

use {
    crate::{
        arena::{Arena, FIRST_PRICE, FIRST_VOL_PPM, MARKET_ID, START},
        market::{second_market, setup},
        population::{Order, Population, Role, Series, STRIKES},
        sight::Sight,
    },
    anyhow::{anyhow, bail, Context, Result},
    bulkhead_drill::{
        key_maker::KeyMaker,
        stage::{Actor, Stage, ACTOR_LAMPORTS, TICK_ATOMS},
        svm::SvmChain,
        tokens,
    },
    bulkhead_keeper::mirror::Mirror,
    bulkhead_risk::round::{ppm_of, Round},
    bulkhead_sdk::{
        bulkhead::{
            instructions::trade::TradeArgs,
            state::{Leg, MarginAccount},
        },
        instructions as ix, pda,
    },
    bytemuck::Zeroable,
    solana_account::Account,
    solana_address::Address,
    solana_keypair::Keypair,
    solana_signer::Signer,
    std::path::Path,
};

const USDC: u64 = 1_000_000;
const LAMPORTS: u64 = 100_000_000_000_000;
const PUBLISHERS: usize = 5;
const SHARDS: u8 = 2;
const DAY: i64 = 86_400;
/// Seconds from the start to the near and to the far expiry.
const TENORS: [i64; 2] = [DAY, 7 * DAY];
/// Those who take over have as much together as all users.
pub const KEEPERS: usize = 4;
/// The users' collateral is so many times the pool: too small on purpose, so that some losses go beyond it.
const POOL_SHARE: u64 = 200;
/// Collateral of accounts that hold nothing else, USDC.
const FLAT_CASH: [u64; 4] = [300, 1_000, 3_000, 10_000];
/// A keeper pays for some thousands of transactions.
const KEEPER_LAMPORTS: u64 = 10 * ACTOR_LAMPORTS;
/// Times that a refused trade is tried again with more collateral.
const RETRIES: usize = 6;

/// A user's account.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    pub key: Address,
    pub role: Role,
}

/// A market before the crash, to be forked.
pub struct Staged {
    pub arena: Arena,
    pub members: Vec<Member>,
    pub keepers: Vec<Keypair>,
    /// Quote atoms of all users, and of the pool.
    pub collateral: u64,
    pub pool: u64,
}

/// Steps that setting up takes.
#[must_use]
pub fn steps(population: &Population) -> usize {
    population.users.len() + population.orders.len()
}

/// Sets everything up; `tell` hears of every step.
///
/// # Errors
/// When a transaction is refused that should not be.
pub fn stage(so: &Path, seed: u64, population: &Population, mut tell: impl FnMut()) -> Result<Staged> {
    let mut crew = Crew::assemble(so, seed)?;
    let mirror = crew.look()?;
    for number in 0..population.users.len() {
        crew.join(&mirror, population, number).with_context(|| format!("account {number}"))?;
        tell();
    }
    for (i, order) in population.orders.iter().enumerate() {
        crew.fill(&mirror, order).with_context(|| format!("trade {i}, {order:?}"))?;
        tell();
    }
    crew.finish(population)
}

/// The market while people come in.
struct Crew {
    stage: Stage<SvmChain>,
    expiries: Vec<u16>,
    actors: Vec<Actor>,
    bystanders: Vec<(Address, Account)>,
}

impl Crew {
    fn assemble(so: &Path, seed: u64) -> Result<Self> {
        let mut key_maker = KeyMaker::of_seed(seed);
        let payer = key_maker.make();
        let mut chain = SvmChain::new(so, &payer.pubkey(), START - 10)?;
        chain.svm.airdrop(&payer.pubkey(), LAMPORTS).map_err(|e| anyhow!("no lamports: {e:?}"))?;
        let (chain, bystanders) = second_market(chain, payer.insecure_clone(), seed)?;
        let setup = setup(MARKET_ID, PUBLISHERS, SHARDS, key_maker);
        let mut stage = Stage::build(chain, payer, &setup)?;
        stage.chain.set_clock(START - 1);
        let words: Vec<(usize, u64)> = (0..PUBLISHERS).map(|source| (source, FIRST_PRICE)).collect();
        if let Some((_, error)) = stage.speak_together(&words)?.pop() {
            return Err(error.into());
        }
        stage.chain.set_clock(START);
        stage.update_oracle()?;
        let strikes: Vec<u64> = STRIKES.iter().map(|strike| strike * USDC).collect();
        let listed = TENORS.map(|tenor| stage.list(START + tenor, strikes.clone(), FIRST_VOL_PPM));
        let expiries = listed.into_iter().collect::<Result<_>>()?;
        Ok(Self { stage, expiries, actors: Vec::new(), bystanders })
    }

    fn look(&self) -> Result<Mirror> {
        Mirror::read(&self.stage.chain, &self.stage.keys.market)
    }

    /// Opens an account with the collateral that the user's book will need.
    fn join(&mut self, mirror: &Mirror, population: &Population, number: usize) -> Result<()> {
        let user = population.users[number];
        let cash = match user.role {
            Role::Flat => FLAT_CASH[number % FLAT_CASH.len()] * USDC,
            _ => self.collateral(mirror, &population.book(number), user.usage)?,
        };
        let actor = self.open(user.role.name(), cash)?;
        self.actors.push(actor);
        Ok(())
    }

    /// What to deposit so that, all premiums and fees paid, the book takes up `usage` of the equity.
    fn collateral(&self, mirror: &Mirror, book: &[(Series, i64)], usage: f64) -> Result<u64> {
        const AMPLE: u64 = 1 << 44;
        let mut account = MarginAccount::zeroed();
        account.cash = AMPLE;
        let (mut premiums, mut outlay, mut fees) = (0i64, 0i64, 0u64);
        for (series, lots) in book {
            let id = self.expiries[series.expiry];
            account.move_leg(id, series.strike, series.kind, *lots)?;
            let paid = lots * i64::try_from(self.price(mirror, series))?;
            premiums += paid;
            outlay += paid.max(0);
            fees += self.fee(mirror, id, lots.unsigned_abs())?;
        }
        let seen = Sight::new(mirror, START).preview(&account).context("a book cannot be measured")?;
        let health = seen.initial_health().map_err(|e| anyhow!("{e:?}"))?;
        let spare = seen.measure.requirement.initial as f64 * (1.0 / usage - 1.0);
        let held = i64::try_from(AMPLE)? - health + spare as i64;
        let needed = (held + premiums).max(outlay) + i64::try_from(fees)? + i64::try_from(USDC)?;
        Ok(u64::try_from(needed)?)
    }

    fn price(&self, mirror: &Mirror, series: &Series) -> u64 {
        let mark = Sight::new(mirror, START).mark(&self.leg(series));
        mark.unsigned_abs().div_ceil(TICK_ATOMS).max(1) * TICK_ATOMS
    }

    fn leg(&self, series: &Series) -> Leg {
        let expiry_id = self.expiries[series.expiry];
        Leg { lots: 0, expiry_id, strike: series.strike, kind: series.kind, _pad0: [0; 4] }
    }

    fn fee(&self, mirror: &Mirror, expiry: u16, lots: u64) -> Result<u64> {
        let forward = mirror.risk_array(expiry).context("no risk array")?.forward_lot;
        ppm_of(forward * lots, mirror.market.params.trade_fee_ppm, Round::Up).map_err(|e| anyhow!("{e:?}"))
    }

    /// One transaction: a wallet with tokens, a margin account, a deposit.
    fn open(&mut self, name: &'static str, cash: u64) -> Result<Actor> {
        let (key, wallet) = (self.stage.key_maker.make(), self.stage.key_maker.make());
        let (payer, owner, keys) = (self.stage.payer.pubkey(), key.pubkey(), self.stage.keys);
        let account = pda::margin_account(&keys.market, &owner, 0);
        let mut calls = vec![tokens::fund(&payer, &owner, ACTOR_LAMPORTS / 100)];
        calls.extend(tokens::create_account(&payer, &wallet.pubkey(), &keys.quote_mint, &owner));
        calls.push(tokens::mint_to(&keys.quote_mint, &wallet.pubkey(), &payer, cash));
        calls.push(ix::open_account(payer, owner, keys.market, 0));
        calls.push(ix::deposit(owner, &keys, account, wallet.pubkey(), cash, false));
        self.stage.pay_with("open_account", &calls, &[&key, &wallet])?;
        Ok(Actor { name, key, tokens: wallet.pubkey(), account })
    }

    fn top_up(&mut self, number: usize, amount: u64) -> Result<()> {
        let actor = &self.actors[number];
        let (payer, keys) = (self.stage.payer.pubkey(), self.stage.keys);
        let mint = tokens::mint_to(&keys.quote_mint, &actor.tokens, &payer, amount);
        let deposit = ix::deposit(actor.key.pubkey(), &keys, actor.account, actor.tokens, amount, false);
        let signer = actor.key.insecure_clone();
        self.stage.pay_with("deposit", &[mint, deposit], &[&signer])
    }

    /// Fills an order at the mark. Who is short of margin on the way to its final book deposits more.
    fn fill(&mut self, mirror: &Mirror, order: &Order) -> Result<()> {
        let id = self.expiries[order.series.expiry];
        let (strike, kind, lots) = (order.series.strike, order.series.kind, order.lots);
        let price = self.price(mirror, &order.series);
        let args = TradeArgs { expiry_id: id, strike, kind, lots, price };
        let fee = self.fee(mirror, id, lots)?;
        let premium = i64::try_from(price * lots)?;
        let bought = i64::try_from(lots)?;
        for (number, change, paid) in [(order.buyer, bought, premium), (order.seller, -bought, -premium)] {
            let mut account: MarginAccount = self.stage.state(&self.actors[number].account)?;
            let missing_cash = (paid + i64::try_from(fee)? - i64::try_from(account.cash)?).max(0);
            account.move_leg(id, strike, kind, change)?;
            let cash = i64::try_from(account.cash)? + missing_cash - paid - i64::try_from(fee)?;
            account.cash = u64::try_from(cash)?;
            let seen = Sight::new(mirror, START).preview(&account);
            let health = seen.map_or(Ok(0), |p| p.initial_health()).map_err(|e| anyhow!("{e:?}"))?;
            let missing = missing_cash.unsigned_abs() + health.min(0).unsigned_abs();
            if missing > 0 {
                self.top_up(number, missing + missing / 20)?;
            }
        }
        self.trade(order, args)
    }

    fn trade(&mut self, order: &Order, args: TradeArgs) -> Result<()> {
        for _ in 0..RETRIES {
            let (buyer, seller) = (&self.actors[order.buyer], &self.actors[order.seller]);
            let Err(refused) = self.stage.trade(buyer, seller, args) else { return Ok(()) };
            // The market moves a little with its own fills.
            if refused.code.is_none() {
                bail!("{refused}\n{}", refused.logs.join("\n"));
            }
            for number in [order.buyer, order.seller] {
                let account: MarginAccount = self.stage.state(&self.actors[number].account)?;
                self.top_up(number, account.cash / 5 + 100 * USDC)?;
            }
        }
        bail!("refused {RETRIES} times")
    }

    /// The pool and the keepers, whose means follow from the users'.
    fn finish(mut self, population: &Population) -> Result<Staged> {
        let mirror = self.look()?;
        let collateral: u64 = mirror.accounts.iter().map(|(_, account)| account.cash).sum();
        let pool = collateral / POOL_SHARE;
        self.stage.provide(pool)?;
        let mut keepers = Vec::new();
        for _ in 0..KEEPERS {
            let keeper = self.open("keeper", collateral / KEEPERS as u64)?.key;
            let funding = tokens::fund(&self.stage.payer.pubkey(), &keeper.pubkey(), KEEPER_LAMPORTS);
            self.stage.pay("fund", &[funding])?;
            keepers.push(keeper);
        }
        let members = self
            .actors
            .iter()
            .zip(&population.users)
            .map(|(actor, user)| Member { key: actor.account, role: user.role })
            .collect();
        let arena = Arena::new(self.stage, self.expiries, self.bystanders);
        Ok(Staged { arena, members, keepers, collateral, pool })
    }
}
