//! Compute units of the real bytecode for fixed cases, against the bounds that releases must keep.
//!
//! Writes `target/bench/cu.json` and, without `--check`, `docs/BENCHMARKS.md`; exits with an error when a bound is
//! exceeded.

mod pools;
mod report;

use {
    anyhow::{ensure, Result},
    bulkhead_drill::{
        key_maker::KeyMaker,
        stage::{Actor, Setup, Source, Stage},
        svm::SvmChain,
    },
    bulkhead_sdk::{
        bulkhead::{
            instructions::{
                bid::BidArgs, create_market::CreateMarketArgs, init_protocol::InitProtocolArgs,
                propose::ProposeArgs, trade::TradeArgs, trip_breaker::TripBreakerArgs,
            },
            quoted_book::WHOLE_BOOK,
            state::{
                proposal::kind, Expiry, MarginAccount, Market, MarketParams, OiShard, OracleAggregate,
                PublisherFeed, RiskArray, SourceSpec,
            },
        },
        instructions::{self as ix, MarketKeys, PriceSignature},
        margin, pda,
        risk::oracle::{Reason, SignedPrice},
    },
    bulkhead_tests::machine,
    solana_address::Address,
    solana_instruction::Instruction,
    solana_keypair::Keypair,
    solana_signer::Signer,
    std::{collections::BTreeMap, process::ExitCode},
};

const START: i64 = 1_700_002_800;
const DAY: i64 = 86_400;
const PRICE: u64 = 8_000_000_000;
const CASH: u64 = 1_000_000_000_000;
const REPEATS: u64 = 5;
/// Keys decide how long the search for an address takes: fixed keys make fixed figures.
const SEED: u64 = 7;
const LEGS: u8 = 8;
/// What the compute-budget program takes for the line that every transaction begins with.
const BUDGET_LINE: u64 = 150;

#[derive(Default)]
struct Units(BTreeMap<&'static str, Vec<u64>>);

struct Bench {
    stage: Stage<SvmChain>,
    units: Units,
}

impl Bench {
    /// Sends one instruction and notes what it used, without what the transaction's own budget line uses.
    fn run(&mut self, name: &'static str, call: Instruction, signers: &[&Keypair]) -> Result<()> {
        self.send(name, &[call], signers)
    }

    /// As [`Bench::run`], behind an instruction of a precompile, which uses nothing.
    fn run_behind(&mut self, name: &'static str, precompile: Instruction, call: Instruction) -> Result<()> {
        self.send(name, &[precompile, call], &[])
    }

    fn send(&mut self, name: &'static str, calls: &[Instruction], signers: &[&Keypair]) -> Result<()> {
        let payer = self.stage.payer.insecure_clone();
        let mut all = vec![&payer];
        all.extend(signers.iter().filter(|s| s.pubkey() != payer.pubkey()));
        let receipt = bulkhead_keeper::chain::Chain::send(&mut self.stage.chain, calls, &all)
            .map_err(|e| anyhow::anyhow!("{name}: {e}\n{}", e.logs.join("\n")))?;
        self.units.0.entry(name).or_default().push(receipt.compute_units.saturating_sub(BUDGET_LINE));
        Ok(())
    }

    /// What the stage called while it was set, where no case of its own measures it.
    fn note_stage(&mut self) {
        const OWN: [&str; 6] = [
            "list_expiry",
            "open_account",
            "open_shard",
            "register_publisher",
            "register_source",
            "publish_price",
        ];
        for name in OWN {
            let list = self.stage.compute_units.get(name).into_iter().flatten();
            self.units.0.entry(name).or_default().extend(list.map(|u| u.saturating_sub(BUDGET_LINE)));
        }
    }

    fn now(&self) -> i64 {
        self.stage.chain.clock().unix_timestamp
    }

    fn speak(&mut self, price: u64) -> Result<()> {
        let at = self.now() + 1;
        self.stage.chain.set_clock(at);
        for source in 0..self.stage.sources.len() {
            self.stage.speak(source, price)?;
        }
        Ok(())
    }

    fn update(&mut self, name: &'static str) -> Result<()> {
        let call = ix::update_oracle(self.stage.keys.market, &self.stage.source_keys);
        self.run(name, call, &[])
    }

    fn price(&mut self, price: u64) -> Result<()> {
        self.speak(price)?;
        self.stage.update_oracle()?;
        // Back from a silence the quorum has to hold for some rounds.
        let oracle: OracleAggregate = self.stage.state(&pda::oracle(&self.stage.keys.market))?;
        if oracle.mark.reason == Reason::Resuming as u8 {
            self.price(price)?;
        }
        Ok(())
    }

    fn terms(&self, expiry_id: u16, strike: u8, kind: u8, lots: u64) -> Result<TradeArgs> {
        let array: RiskArray = self.stage.state(&pda::risk_array(&self.stage.keys.market, expiry_id))?;
        let marks = if kind == 0 { array.call_marks } else { array.put_marks };
        let price = (marks[usize::from(strike)] / 1_000).max(1) * 1_000;
        Ok(TradeArgs { expiry_id, strike, kind, lots, price })
    }

    /// The scenario by which a bid for an account may take most, if it is due.
    fn best_bid(&self, actor: &Actor) -> Result<Option<u8>> {
        let market = self.stage.keys.market;
        let account: MarginAccount = self.stage.state(&actor.account)?;
        let state: Market = self.stage.state(&market)?;
        let protocol = self.stage.state(&pda::protocol())?;
        let oracle: OracleAggregate = self.stage.state(&pda::oracle(&market))?;
        let mut arrays: Vec<RiskArray> = Vec::new();
        for id in state.expiries.iter().filter(|id| **id != 0) {
            arrays.push(self.stage.state(&pda::risk_array(&market, *id))?);
        }
        let level = margin::level(&protocol, &state, self.now());
        let best = margin::best_bid(&account, &arrays, &state, &oracle, level, self.now());
        let best = best.map_err(|e| anyhow::anyhow!("{e:?}"))?;
        Ok(best.map(|bid| bid.scenario))
    }

    fn trade(
        &mut self,
        name: &'static str,
        buyer: &Actor,
        seller: &Actor,
        args: TradeArgs,
        ids: &[u16],
    ) -> Result<()> {
        let call = ix::trade(&self.stage.keys, 0, buyer.party(), seller.party(), args, ids);
        self.run(name, call, &[&buyer.key, &seller.key])
    }
}

fn main() -> ExitCode {
    match bench() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn setup(market_id: u16, publishers: usize, with_pyth: bool) -> Setup {
    let params =
        MarketParams { outflow_floor_atoms: 10_000_000_000_000, quorum: 2, ..MarketParams::defaults() };
    let key_maker = KeyMaker::of_seed(SEED + u64::from(market_id));
    Setup { market_id, params, publishers, with_pyth, shards: 1, key_maker }
}

fn bench() -> Result<()> {
    let mut key_maker = KeyMaker::of_seed(SEED);
    let payer = key_maker.make();
    let wallets = [(payer.pubkey(), machine::wallet(10_000_000_000_000))];
    let chain = machine::svm(&payer.pubkey(), START, &wallets);
    let mut units = Units::default();
    let chain = creation(chain, &payer, key_maker, &mut units)?;
    let stage = Stage::build(chain, payer.insecure_clone(), &setup(1, 3, true))?;
    let mut bench = Bench { stage, units };
    oracle(
        &mut bench,
        "update_oracle, 5 sources with Pyth push and pull",
        "update_oracle, 5 sources with Pyth, a bucket closes",
    )?;
    let actors = cranks(&mut bench)?;
    let writer = portfolio(&mut bench, &actors)?;
    pools::requirement(&mut bench)?;
    breaker(&mut bench)?;
    settlement(&mut bench, &actors, &writer)?;
    governance(&mut bench)?;
    bench.note_stage();
    let Bench { stage, units } = bench;
    let stage = Stage::build(stage.chain, payer, &setup(2, 5, false))?;
    let mut bench = Bench { stage, units };
    oracle(&mut bench, "update_oracle, 5 publishers", "update_oracle, 5 publishers, a bucket closes")?;
    pools::pool(&mut bench)?;
    pools::senior(&mut bench)?;
    averaging(&mut bench)?;
    pools::shortfall(&mut bench)?;
    report::report(&bench.units)
}

/// `init_protocol` and `create_market`, before any stage is set.
fn creation(
    chain: SvmChain,
    payer: &Keypair,
    mut key_maker: KeyMaker,
    units: &mut Units,
) -> Result<SvmChain> {
    let (mint, guardian) = (key_maker.make(), key_maker.make());
    let stage = Stage {
        chain,
        payer: payer.insecure_clone(),
        guardian,
        keys: MarketKeys::new(9, mint.pubkey()),
        sources: Vec::new(),
        source_keys: Vec::new(),
        compute_units: BTreeMap::new(),
        key_maker,
    };
    let mut bench = Bench { stage, units: std::mem::take(units) };
    let by = payer.pubkey();
    let args = InitProtocolArgs { governor: by, guardians: vec![by] };
    bench.run("init_protocol", ix::init_protocol(by, args), &[])?;
    let create = bulkhead_drill::tokens::create_mint(&by, &mint.pubkey(), &by, 6);
    bench.stage.pay_with("create mint", &create, &[&mint])?;
    let keys = bench.stage.keys;
    let args = CreateMarketArgs {
        id: 9,
        symbol: [0; 16],
        lots_per_unit: 100,
        tick_atoms: 1_000,
        surface_authority: by,
        params: MarketParams::defaults(),
    };
    bench.run("create_market", ix::create_market(by, &keys, args), &[])?;
    *units = bench.units;
    Ok(bench.stage.chain)
}

/// Rounds within a bucket, and rounds that close one and tell the regime of it.
fn oracle(b: &mut Bench, name: &'static str, closing: &'static str) -> Result<()> {
    for round in 0..REPEATS {
        b.speak(PRICE + round * 1_000_000)?;
        b.update(name)?;
    }
    for round in 0..REPEATS {
        let next = (b.stage.chain.clock().unix_timestamp / 60 + 1) * 60;
        b.stage.chain.set_clock(next - 1);
        b.speak(PRICE + round * 1_000_000)?;
        b.update(closing)?;
    }
    Ok(())
}

/// Whom the figures need.
struct Actors {
    buyer: Actor,
    seller: Actor,
    liquidator: Actor,
    /// Sixteen legs each in the near expiry.
    wide: [Actor; 2],
    near: u16,
    far: u16,
}

fn strikes() -> Vec<u64> {
    (0..9).map(|i| 6_000_000_000 + i * 500_000_000).collect()
}

fn cranks(b: &mut Bench) -> Result<Actors> {
    b.price(PRICE)?;
    let near = b.stage.list(START + DAY, strikes(), 800_000)?;
    let far = b.stage.list(START + 30 * DAY, strikes(), 800_000)?;
    let market = b.stage.keys.market;
    let payer = b.stage.payer.pubkey();
    for step in 0..REPEATS {
        b.price(PRICE + step * 10_000_000)?;
        b.run("refresh_risk, 9 strikes", ix::refresh_risk(market, near, u8::MAX, 0), &[])?;
        b.run("refresh_risk, 9 strikes", ix::refresh_risk(market, far, u8::MAX, 0), &[])?;
    }
    // The largest expiry there may be: what a cell costs shows best here.
    let strikes = (0..16).map(|i| 5_000_000_000 + i * 400_000_000).collect();
    let large = b.stage.list(START + 60 * DAY, strikes, 800_000)?;
    for step in 0..REPEATS {
        b.price(PRICE + step * 10_000_000)?;
        b.run("refresh_risk, 16 strikes", ix::refresh_risk(market, large, u8::MAX, 0), &[])?;
    }
    let later = b.stage.chain.clock().unix_timestamp + 60;
    b.stage.chain.set_clock(later);
    b.price(PRICE)?;
    let args = ix::plain_surface(vec![810_000; 9], 0);
    b.run("set_surface, 9 strikes", ix::set_surface(payer, market, far, &[near, large], args), &[])?;
    b.price(PRICE)?;
    b.stage.refresh(near)?;
    b.stage.refresh(far)?;
    let buyer = b.stage.actor("buyer", CASH)?;
    let seller = b.stage.actor("seller", CASH / 8)?;
    let liquidator = b.stage.actor("liquidator", CASH)?;
    let keys = b.stage.keys;
    for i in 0..REPEATS {
        let who = &liquidator;
        let deposit = ix::deposit(who.key.pubkey(), &keys, who.account, who.tokens, 1_000 + i, false);
        b.run("deposit", deposit, &[&who.key])?;
        let withdraw = ix::withdraw(who.key.pubkey(), &keys, who.account, who.tokens, 500 + i, &[]);
        b.run("withdraw, no legs", withdraw, &[&who.key])?;
    }
    let wide = wide(b, near)?;
    Ok(Actors { buyer, seller, liquidator, wide, near, far })
}

/// Two traders with sixteen series of one expiry between them, at the money dearest.
fn wide(b: &mut Bench, near: u16) -> Result<[Actor; 2]> {
    let pair = [b.stage.actor("wide", CASH)?, b.stage.actor("wide", CASH)?];
    for series in 0..16 {
        let args = b.terms(near, series / 2, series % 2, 3)?;
        // Long and short by turns.
        let (buyer, seller) = if series % 3 == 0 { (&pair[0], &pair[1]) } else { (&pair[1], &pair[0]) };
        let call = ix::trade(&b.stage.keys, 0, buyer.party(), seller.party(), args, &[near]);
        b.stage.pay_with("wide", &[call], &[&buyer.key, &seller.key])?;
    }
    Ok(pair)
}

/// The largest expiry in its last half hour.
fn averaging(b: &mut Bench) -> Result<()> {
    let strikes = (0..16).map(|i| 5_000_000_000 + i * 400_000_000).collect();
    let expires_at = (b.now() / 60 + 40) * 60;
    b.price(PRICE)?;
    let last = b.stage.list(expires_at, strikes, 800_000)?;
    while b.now() < expires_at - 30 {
        let later = b.now() + 29;
        b.stage.chain.set_clock(later);
        b.price(PRICE + u64::try_from(later % 7)? * 10_000_000)?;
        let left = expires_at - b.now();
        if left < 1_800 && left % 180 < 30 {
            let call = ix::refresh_risk(b.stage.keys.market, last, u8::MAX, 0);
            b.run("refresh_risk, 16 strikes, averaging", call, &[])?;
        }
    }
    Ok(())
}

/// Eight legs on both sides over two expiries, then trades, withdrawals and auctions.
fn portfolio(b: &mut Bench, a: &Actors) -> Result<Actor> {
    let both = [a.near, a.far];
    let args = b.terms(a.near, 0, 0, 1)?;
    b.trade("trade, first leg of each side", &a.buyer, &a.seller, args, &[a.near])?;
    for leg in 1..LEGS {
        let expiry = both[usize::from(leg % 2)];
        let args = b.terms(expiry, leg, leg / 2 % 2, 600)?;
        b.trade("trade, fewer legs", &a.buyer, &a.seller, args, &both)?;
    }
    for i in 0..REPEATS {
        let args = b.terms(a.near, 0, 0, 1 + i)?;
        b.trade("trade, 8 legs each side", &a.buyer, &a.seller, args, &both)?;
    }
    for i in 0..REPEATS {
        let args = b.terms(a.near, 0, 0, 1 + i)?;
        b.trade("trade, 8 legs each side, both reduce", &a.seller, &a.buyer, args, &both)?;
    }
    let (keys, who) = (b.stage.keys, &a.buyer);
    for i in 0..REPEATS {
        let call = ix::withdraw(who.key.pubkey(), &keys, who.account, who.tokens, 500 + i, &both);
        b.run("withdraw, 8 legs", call, &[&who.key])?;
    }
    auctions(b, a)
}

/// Bids for a book of eight legs, which the seller has, and for one of thirty-two, whose writer is returned.
fn auctions(b: &mut Bench, a: &Actors) -> Result<Actor> {
    sink(b, a, &a.seller, ["start_auction, 8 legs", "bid, whole book of 8 legs", "bid, one of 8 legs"])?;
    b.price(PRICE)?;
    let both = [a.near, a.far];
    for id in both {
        b.stage.refresh(id)?;
    }
    let writer = b.stage.actor("writer", CASH / 2)?;
    for leg in 0..32u8 {
        let args = b.terms(both[usize::from(leg % 2)], leg / 4, leg / 2 % 2, 400)?;
        b.trade("trade, up to 32 legs", &a.buyer, &writer, args, &both)?;
    }
    sink(b, a, &writer, ["start_auction, 32 legs", "bid, whole book of 32 legs", "bid, one of 32 legs"])?;
    Ok(writer)
}

/// Lets the market run away from a writer until it is below maintenance, then bids for five per cent of its book and for a
/// few lots of its first leg in turn.
fn sink(b: &mut Bench, a: &Actors, writer: &Actor, names: [&'static str; 3]) -> Result<()> {
    let [start, whole, single] = names;
    let (keys, both, mut price) = (b.stage.keys, [a.near, a.far], PRICE);
    let (mut taken, mut refused) = (0, String::new());
    while taken < REPEATS && price < 4 * PRICE {
        price += 100_000_000;
        b.price(price)?;
        for id in both {
            b.stage.refresh(id)?;
        }
        let Some(best) = b.best_bid(writer)? else { continue };
        let state: MarginAccount = b.stage.state(&writer.account)?;
        if !state.auction.is_open() {
            b.run(start, ix::start_auction(keys.market, writer.account, &both), &[])?;
        }
        let args = BidArgs {
            auction_id: state.auction.id.max(1),
            leg: WHOLE_BOOK,
            share_ppm: 50_000,
            min_payment: i64::MIN,
            scenario: best,
        };
        for (name, args) in
            [(single, BidArgs { leg: state.legs[0].key(), share_ppm: 10_000, ..args }), (whole, args)]
        {
            let call = ix::bid(&keys, 0, a.liquidator.party(), writer.account, args, &both);
            match b.run(name, call, &[&a.liquidator.key]) {
                Ok(()) => taken += u64::from(name == whole),
                Err(error) => refused = error.to_string(),
            }
        }
    }
    ensure!(taken == REPEATS, "{whole}: {taken} bids: {refused}");
    Ok(())
}

fn breaker(b: &mut Bench) -> Result<()> {
    let (payer, market) = (b.stage.payer.insecure_clone(), b.stage.keys.market);
    let args = TripBreakerArgs { level: 1, protocol_wide: false };
    b.run("trip_breaker", ix::trip_breaker(payer.pubkey(), market, args), &[])?;
    let at = b.now() + 120;
    b.stage.chain.set_clock(at);
    b.run("report_fault", ix::report_fault(payer.pubkey(), market, 1, None), &[])?;
    for _ in 0..12 {
        b.price(PRICE)?;
    }
    let at = b.now() + 590;
    b.stage.chain.set_clock(at);
    b.price(PRICE)?;
    b.run("recover_breaker", ix::recover_breaker(market, 1), &[])
}

/// Nothing was said before the expiry: a price is proposed and disputed, so that the reference settles at once.
fn disputed(b: &mut Bench, a: &Actors) -> Result<()> {
    let (keys, id) = (b.stage.keys, a.near);
    b.run("observe_settlement", ix::observe_settlement(keys.market, id), &[])?;
    let reference = b.stage.state::<Expiry>(&pda::expiry(&keys.market, id))?.reference;
    let who = &a.liquidator;
    let by = who.key.pubkey();
    let propose = ix::propose_settlement(by, &keys, id, who.account, who.tokens, reference);
    b.run("propose_settlement", propose, &[&who.key])?;
    let who = &a.buyer;
    let by = who.key.pubkey();
    let dispute = ix::dispute_settlement(by, &keys, id, who.account, who.tokens, reference + 1);
    b.run("dispute_settlement", dispute, &[&who.key])
}

fn settlement(b: &mut Bench, a: &Actors, writer: &Actor) -> Result<()> {
    let market = b.stage.keys.market;
    let stable = b.stage.state::<OracleAggregate>(&pda::oracle(&market))?.mark.stable;
    ensure!(stable > 0, "no stable price");
    b.stage.chain.set_clock(START + DAY + 3_600);
    let shards: OiShard = b.stage.state(&pda::shard(&market, 0))?;
    ensure!(shards.is_zero_sum(), "open interest does not balance");
    disputed(b, a)?;
    b.run("fix_settlement", ix::fix_settlement(market, a.near, 1), &[])?;
    for who in &a.wide {
        b.run("settle_account, 16 legs", ix::settle_account(market, a.near, who.account), &[])?;
    }
    let (of_8, of_32) = ("settle_account, 4 of 8 legs", "settle_account, 16 of 32 legs");
    for (name, who) in [(of_8, &a.seller), (of_32, writer), (of_32, &a.liquidator), (of_32, &a.buyer)] {
        b.run(name, ix::settle_account(market, a.near, who.account), &[])?;
    }
    let expiry: Expiry = b.stage.state(&pda::expiry(&market, a.near))?;
    if expiry.missing() > 0 {
        b.run("cover_shortfall", ix::cover_shortfall(market, a.near), &[])?;
    }
    for who in [&a.seller, writer, &a.liquidator, &a.buyer, &a.wide[0], &a.wide[1]] {
        b.run("settle_account, claims only", ix::settle_account(market, a.near, who.account), &[])?;
    }
    if b.stage.state::<Expiry>(&pda::expiry(&market, a.near))?.swept == 0 {
        let later = b.now() + 7 * DAY;
        b.stage.chain.set_clock(later);
        for who in [&a.liquidator, &a.buyer, &a.wide[0], &a.wide[1]] {
            b.run("settle_account, final", ix::settle_account(market, a.near, who.account), &[])?;
        }
    }
    for who in [&a.liquidator, &a.buyer] {
        b.run("return_bond", ix::return_bond(market, a.near, who.account), &[])?;
    }
    let payer = b.stage.payer.pubkey();
    b.run("close_expiry", ix::close_expiry(payer, market, a.near), &[])
}

fn governance(b: &mut Bench) -> Result<()> {
    let (payer, market) = (b.stage.payer.pubkey(), b.stage.keys.market);
    let held = b.stage.state::<Market>(&market)?.params;
    let tighter = MarketParams { trade_fee_ppm: held.trade_fee_ppm - 1, ..held };
    b.run("set_params", ix::set_params(payer, market, tighter), &[])?;
    let change = |kind| ProposeArgs {
        kind,
        cause: 0,
        holder: payer,
        guardians: vec![payer],
        params: tighter,
        source: SourceSpec { kind: 1, group: 9, key: payer, feed_id: [0; 32] },
    };
    for (index, kind) in [(0, kind::SET_PARAMS), (1, kind::WIND_DOWN)] {
        b.run("propose", ix::propose(payer, Some(market), index, change(kind)), &[])?;
    }
    b.run("cancel_proposal", ix::cancel_proposal(payer, payer, 0), &[])?;
    b.run("execute_proposal", ix::execute_proposal(payer, Some(market), 1), &[])?;
    let (first, last) = (b.stage.source_keys[0], b.stage.source_keys[4]);
    b.run("quarantine_source", ix::quarantine_source(payer, market, first), &[])?;
    b.run("remove_source", ix::remove_source(payer, market, last), &[])?;
    publisher(b)
}

/// Signed prices in a batch, and the end of a publisher's service.
fn publisher(b: &mut Bench) -> Result<()> {
    let market = b.stage.keys.market;
    let signed = signed_prices(b)?;
    let publishers: Vec<Address> = signed.iter().map(|s| s.publisher).collect();
    let checked = ix::signatures(&signed);
    b.run_behind("publish_signed, 5 publishers", checked, ix::publish_signed(market, &publishers))?;
    let Some(Source::Publisher(key)) = b.stage.sources.first() else { return Ok(()) };
    let key = key.insecure_clone();
    let (payer, keys) = (b.stage.payer.pubkey(), b.stage.keys);
    let money = b.stage.wallet(&payer, 1)?;
    b.run("add_bond", ix::add_bond(payer, key.pubkey(), &keys, money, 1), &[])?;
    b.run("resign_publisher", ix::resign_publisher(key.pubkey(), market), &[&key])?;
    let later = b.now() + 8 * DAY;
    b.stage.chain.set_clock(later);
    let wallet = b.stage.wallet(&key.pubkey(), 0)?;
    let bond = b.stage.state::<PublisherFeed>(&pda::feed(&market, &key.pubkey()))?.bond;
    b.run("withdraw_bond", ix::withdraw_bond(key.pubkey(), &keys, wallet, bond), &[&key])?;
    b.run("close_publisher", ix::close_publisher(key.pubkey(), market), &[&key])
}

/// One price of every publisher, signed now.
fn signed_prices(b: &mut Bench) -> Result<Vec<PriceSignature>> {
    b.stage.chain.set_clock(b.now() + 1);
    let clock = b.stage.chain.clock();
    let mut signed = Vec::new();
    for source in &b.stage.sources {
        let Source::Publisher(key) = source else { continue };
        let feed: PublisherFeed = b.stage.state(&pda::feed(&b.stage.keys.market, &key.pubkey()))?;
        let price = SignedPrice {
            domain: feed.domain,
            price: PRICE,
            slot: u32::try_from(clock.slot)?,
            publish_time: u32::try_from(clock.unix_timestamp)?,
            confidence_ppm: 500,
        };
        let signature = key.sign_message(&price.to_bytes()).into();
        signed.push(PriceSignature { publisher: key.pubkey(), price, signature });
    }
    Ok(signed)
}
