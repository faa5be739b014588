//! One sequence: draws a call, sends it, and looks at the books.

use {
    crate::errors,
    bulkhead_drill::svm::SvmChain,
    bulkhead_keeper::chain::SendError,
    bulkhead_sdk::{
        bulkhead::{
            instructions::{bid::BidArgs, trade::TradeArgs},
            quoted_book::WHOLE_BOOK,
            state::{proposal::kind, MarketParams, Proposal, Stake},
        },
        errors::code,
        instructions as ix, pda,
    },
    bulkhead_tests::{
        calls::{proposal, swap},
        invariants::assert_all,
        world::{params, Who, World, PRICE},
    },
    rand::{seq::IndexedRandom, Rng, SeedableRng},
    rand_chacha::ChaCha8Rng,
    solana_address::Address,
    solana_instruction::Instruction,
    std::collections::BTreeMap,
};

pub const TRADERS: [Who; 5] = [Who::Alice, Who::Bob, Who::Carol, Who::Stranger, Who::Provider];
const DAY: i64 = 86_400;

pub struct Player {
    pub world: World<SvmChain>,
    rng: ChaCha8Rng,
    price: u64,
    done: BTreeMap<&'static str, (u32, u32)>,
    trail: Vec<String>,
}

impl Player {
    pub fn new(seed: u64) -> Self {
        let world = World::svm();
        let rng = ChaCha8Rng::seed_from_u64(seed);
        Self { world, rng, price: PRICE, done: BTreeMap::new(), trail: Vec::new() }
    }

    /// Accepted and refused calls by name.
    pub fn tally(&self) -> String {
        let each = self.done.iter().map(|(name, (yes, no))| format!("{name} {yes}+{no}"));
        each.collect::<Vec<_>>().join(", ")
    }

    fn who(&mut self) -> Who {
        *TRADERS.choose(&mut self.rng).expect("traders")
    }

    /// Somebody with collateral, if there is anybody.
    fn solvent(&mut self) -> Who {
        let able: Vec<Who> =
            TRADERS.into_iter().filter(|who| self.world.margin(*who).cash > 1_000_000_000).collect();
        able.choose(&mut self.rng).copied().unwrap_or(Who::Alice)
    }

    /// An expiry that is still to come and has marks.
    fn tradable(&mut self) -> Option<u16> {
        let now = self.world.now();
        let mut ready = self.world.live();
        ready.retain(|id| self.world.expiry(*id).expires_at > now && self.world.mark(*id, 4, 0) > 0);
        ready.choose(&mut self.rng).copied()
    }

    fn live(&mut self) -> Option<u16> {
        let live = self.world.live();
        live.choose(&mut self.rng).copied()
    }

    /// Sends a call, checks the error against the list and the books against the promises.
    fn send(&mut self, name: &'static str, call: Instruction) -> Result<(), SendError> {
        let sent = self.world.send(&[call]);
        let count = self.done.entry(name).or_default();
        match &sent {
            Ok(_) => count.0 += 1,
            Err(_) => count.1 += 1,
        }
        let outcome = sent.as_ref().map_or_else(ToString::to_string, |_| "done".to_owned());
        self.trail.push(format!("{name}: {outcome}"));
        sent.map(|_| ())
    }

    fn call(&mut self, name: &'static str, call: Instruction) {
        if let Err(error) = self.send(name, call) {
            let known = errors::allowed(name).iter().any(|e| error.code == Some(code(*e)));
            let funds =
                matches!(name, "deposit" | "deposit_pool") && error.code == Some(errors::INSUFFICIENT_FUNDS);
            assert!(known || funds, "{name} met {error}\n{}\n{}", error.logs.join("\n"), self.recent());
        }
    }

    fn recent(&self) -> String {
        let from = self.trail.len().saturating_sub(12);
        self.trail[from..].join("\n")
    }

    pub fn step(&mut self) {
        match self.rng.random_range(0..100) {
            0..=6 => self.deposit(),
            7..=15 => self.withdraw(),
            16..=42 => self.trade(),
            43..=53 => self.liquidate(),
            54..=61 => self.move_price(),
            62..=64 => self.faulty_round(),
            65..=68 => self.wait(),
            69..=70 => self.refresh(),
            71..=76 => self.settle(),
            77..=79 => self.pool(),
            80..=82 => self.exit(),
            83..=86 => self.breaker(),
            87..=89 => self.listing(),
            90..=91 => self.publishers(),
            92..=94 => self.governance(),
            95..=97 => self.attack(),
            _ => self.account(),
        }
        let found = bulkhead_tests::invariants::broken(&self.world.stage.chain, &self.world.market());
        assert!(found.is_empty(), "{}\nafter\n{}", found.join("\n"), self.recent());
    }

    fn deposit(&mut self) {
        let who = self.who();
        let amount = *[0, 1, 1_000_000, 5_000_000_000, u64::MAX / 4].choose(&mut self.rng).expect("amounts");
        let call = self.world.deposit(who, amount);
        self.call("deposit", call);
    }

    fn withdraw(&mut self) {
        let who = self.who();
        let cash = self.world.margin(who).cash;
        let amount = match self.rng.random_range(0..8) {
            0 => cash,
            1 => cash.saturating_add(1),
            _ => self.rng.random_range(0..=cash / 8),
        };
        let call = self.world.withdraw(who, amount);
        let call = self.by_array_or_surface(call);
        self.call("withdraw", call);
    }

    /// Seven in ten are honest: on fresh arrays, at the mark and of a bearable size.
    fn trade(&mut self) {
        let honest = self.rng.random_range(0..10) < 7;
        if honest {
            self.move_price();
        }
        let chosen = if honest { self.tradable() } else { self.live() };
        let Some(expiry_id) = chosen else { return };
        let (buyer, seller) =
            if honest { (self.solvent(), self.solvent()) } else { (self.who(), self.who()) };
        if buyer == seller {
            return;
        }
        let strikes = if honest { 0..=8 } else { 0..=9 };
        let (strike, kind) = (self.rng.random_range(strikes), self.rng.random_range(0..=1));
        let mark = self.world.mark(expiry_id, strike.min(8), kind);
        let percent = if honest { 100 } else { self.rng.random_range(75..=125) };
        let price = (mark * percent / 100 / 1_000).max(1) * 1_000;
        let lots = *[0, 1, 400, 1_500, 3_000, 5_000, 1 << 20].choose(&mut self.rng).expect("sizes");
        // An honest buyer spends up to a third of its collateral, so that there is something left to lose.
        let affordable = (self.world.margin(buyer).cash / 3 / price).clamp(1, 3_000);
        let lots = if honest { self.rng.random_range(1..=affordable) } else { lots };
        let args = TradeArgs { expiry_id, strike, kind, lots, price };
        let shard = self.rng.random_range(0..2);
        let call = self.world.trade_in(shard, buyer, seller, args);
        let call = self.by_array_or_surface(call);
        self.call("trade", call);
    }

    fn liquidate(&mut self) {
        let jumps = *[0, 1, 4].choose(&mut self.rng).expect("numbers");
        for _ in 0..jumps {
            if self.sick().is_empty() {
                self.jump();
            }
        }
        let sick = self.sick();
        let (by, any) = (self.who(), self.who());
        let account = sick.choose(&mut self.rng).copied().unwrap_or(any);
        if by == account {
            return;
        }
        for (name, call) in [
            ("start_auction", self.world.start_auction(account)),
            ("cover_account", self.world.cover_account(account)),
        ] {
            if self.rng.random_range(0..4) > 0 {
                let call = self.by_array_or_surface(call);
                self.call(name, call);
            }
        }
        let share_ppm = self.rng.random_range(0..=1_000_000);
        let min_payment = if self.rng.random_range(0..8) == 0 { i64::MAX } else { i64::MIN };
        let leg = if self.rng.random_range(0..3) == 0 { self.rng.random_range(0..4) } else { WHOLE_BOOK };
        let args = BidArgs { leg, min_payment, ..self.world.bid_args(account, share_ppm) };
        let call = self.world.bid_with(by, account, args);
        let call = self.by_array_or_surface(call);
        self.call("bid", call);
        if self.rng.random_range(0..3) == 0 {
            let call = self.world.end_auction(account);
            let call = self.by_array_or_surface(call);
            self.call("end_auction", call);
        }
    }

    /// Who may be liquidated.
    fn sick(&self) -> Vec<Who> {
        let is_sick = |who: &Who| {
            let listed = self.world.expiries_of(&[*who]);
            !listed.is_empty() && self.world.preview(*who).maintenance_health().is_ok_and(|h| h < 0)
        };
        TRADERS.into_iter().filter(is_sick).collect()
    }

    /// Every source follows a move of up to six percent.
    fn move_price(&mut self) {
        let percent = self.rng.random_range(94..=106);
        self.move_by(percent);
    }

    /// A crash or a squeeze.
    fn jump(&mut self) {
        let percent = if self.rng.random_range(0..2) == 0 { 75 } else { 130 };
        self.move_by(percent);
    }

    /// The arrays follow the mark.
    fn move_by(&mut self, percent: u64) {
        self.price = (self.price * percent / 100).clamp(PRICE / 4, PRICE * 4);
        self.world.warp(1);
        for source in 0..3 {
            let price = self.price + u64::try_from(source).unwrap_or(0) * 1_000;
            self.world.stage.speak(source, price).expect("an honest source speaks");
        }
        let call = self.world.update_oracle();
        self.call("update_oracle", call);
        // After a silence or without enough agreement half of the players wait until the mark may be relied on.
        let waits = self.world.is_waiting();
        if waits && self.rng.random_range(0..2) == 0 {
            self.world.price(self.price);
        }
        for id in self.world.live() {
            if let Some(call) = self.world.stage.renewal(id).expect("an expiry") {
                self.call("set_surface", call);
            }
            let call = self.world.refresh_risk(id);
            self.call("refresh_risk", call);
        }
    }

    /// One source lies or two stay silent.
    fn faulty_round(&mut self) {
        self.world.warp(1);
        let lie = self.rng.random_range(0..2) == 0;
        for source in 0..3 {
            let price = if source == 1 { self.price * 3 / 2 } else { self.price };
            if lie || source == 0 {
                self.world.stage.speak(source, price).expect("a source may say anything");
            }
        }
        let call = self.world.update_oracle();
        self.call("update_oracle", call);
        let again = self.world.update_oracle();
        self.call("update_oracle", again);
    }

    /// Bonds are slashed and filled up, sources lose and regain their vote.
    fn publishers(&mut self) {
        let publisher = Who::Publisher(self.rng.random_range(0..3));
        let who = self.who();
        let call = self.world.slash_publisher(publisher, who);
        self.call("slash_publisher", call);
        let amount = *[0, 1, 100_000_000].choose(&mut self.rng).expect("amounts");
        if self.world.balance(&self.world.wallet_of(who)) >= amount {
            let call = self.world.add_bond(who, publisher, amount);
            self.call("add_bond", call);
        }
        let by = *[Who::Guardian, Who::Governor, who].choose(&mut self.rng).expect("signers");
        let source = self.world.stage.source_keys[self.rng.random_range(0..3)];
        let call = self.world.quarantine_source(by, source);
        self.call("quarantine_source", call);
    }

    fn wait(&mut self) {
        let seconds = *[5, 61, 400, 3_600, 30_000].choose(&mut self.rng).expect("waits");
        self.world.warp(seconds);
    }

    /// Whole, shown the book, or in part.
    fn refresh(&mut self) {
        let Some(id) = self.live() else { return };
        let call = match self.rng.random_range(0..3) {
            0 => self.world.refresh_risk(id),
            1 => self.world.refresh_with_book(id),
            _ => self.world.refresh_strikes(id, self.rng.random_range(0..=9)),
        };
        self.call("refresh_risk", call);
    }

    /// One in four is priced on the spot.
    fn by_array_or_surface(&mut self, call: Instruction) -> Instruction {
        match self.rng.random_range(0..4) {
            0 => self.world.on_surfaces(call),
            _ => call,
        }
    }

    fn settle(&mut self) {
        let Some(id) = self.live() else { return };
        let fix = self.world.fix_settlement(id);
        self.call("fix_settlement", fix);
        for _ in 0..3 {
            let who = self.who();
            let settle = self.world.settle(id, who);
            self.call("settle_account", settle);
        }
        let close = self.world.close_expiry(id);
        self.call("close_expiry", close);
    }

    fn pool(&mut self) {
        let who = self.who();
        let fees = self.world.collect_fees(self.rng.random_range(0..2));
        self.call("collect_fees", fees);
        if !self.world.exists(&pda::stake(&self.world.market(), &self.world.key(who))) {
            let open = self.world.open_stake(who);
            self.call("open_stake", open);
        }
        let amount = *[0, 1, 1_000_000, 2_000_000_000].choose(&mut self.rng).expect("amounts");
        let call = self.world.deposit_pool(who, amount);
        self.call("deposit_pool", call);
    }

    /// The provider keeps half of its stake: a pool without holders would keep its income for the next one.
    fn exit(&mut self) {
        let who = self.who();
        let key = pda::stake(&self.world.market(), &self.world.key(who));
        if !self.world.exists(&key) {
            return;
        }
        let stake: Stake = self.world.state(&key);
        let most = if who == Who::Provider {
            (stake.shares / 2).saturating_sub(stake.exiting)
        } else {
            stake.shares + 1
        };
        let shares = self.rng.random_range(0..=most);
        let request = self.world.request_exit(who, shares);
        self.call("request_exit", request);
        if self.rng.random_range(0..2) == 0 {
            self.world.warp(8 * DAY);
        }
        let execute = self.world.execute_exit(who);
        self.call("execute_exit", execute);
    }

    fn breaker(&mut self) {
        let cause = self.rng.random_range(0..=5);
        let call = match self.rng.random_range(0..4) {
            0 => {
                let by = if self.rng.random_range(0..3) == 0 { Who::Alice } else { Who::Guardian };
                let level = self.rng.random_range(0..=3);
                let wide = self.rng.random_range(0..4) == 0;
                let call = self.world.trip(by, level, wide);
                return self.call("trip_breaker", call);
            }
            1 => {
                let is_silence = self.rng.random_range(0..2) == 0;
                if is_silence {
                    self.world.warp(120);
                }
                let cause = if is_silence { 1 } else { cause };
                let live = self.world.live();
                let call = match cause {
                    5 => self.world.report_open_greeks(Who::Alice, &live),
                    _ => self.world.report_fault(Who::Alice, cause, Some(0)),
                };
                return self.call("report_fault", call);
            }
            2 => {
                self.world.warp(600);
                for _ in 0..10 {
                    self.move_price();
                }
                self.world.recover(1)
            }
            _ => self.world.recover(cause),
        };
        self.call("recover_breaker", call);
    }

    fn listing(&mut self) {
        let by = if self.rng.random_range(0..6) == 0 { Who::Alice } else { Who::Governor };
        let tenor = *[10, 3_600, 2 * DAY, 20 * DAY].choose(&mut self.rng).expect("tenors");
        let strikes = (0..9).map(|i| self.price / 2_000 * 1_000 + i * self.price / 8_000 * 1_000).collect();
        let expires_at = self.world.now() + tenor;
        let call = self.world.list_expiry(by, expires_at, strikes);
        self.call("list_expiry", call);
        let Some(id) = self.live() else { return };
        let vol = self.rng.random_range(700_000..=900_000);
        let call = self.world.set_surface(by, id, vec![vol; 9], 0);
        self.call("set_surface", call);
        self.refresh();
    }

    fn governance(&mut self) {
        let by = if self.rng.random_range(0..4) == 0 { Who::Alice } else { Who::Governor };
        let fee = 300 - u64::from(self.rng.random_range(0..3u32));
        let tighter = MarketParams { trade_fee_ppm: fee, ..params() };
        let call = self.world.set_params(by, tighter);
        self.call("set_params", call);
        let index = self.world.next_proposal();
        let mut args = proposal(kind::SET_PARAMS);
        args.params = params();
        let call = self.world.propose(by, args);
        self.call("propose", call);
        if self.rng.random_range(0..2) == 0 {
            self.world.warp(2 * DAY);
        }
        if !self.world.exists(&pda::proposal(index)) {
            return;
        }
        let found: Proposal = self.world.state(&pda::proposal(index));
        assert_eq!(found.index, index);
        let execute = self.world.execute_proposal(index, true);
        self.call("execute_proposal", execute);
        if self.world.exists(&pda::proposal(index)) {
            let by = if self.rng.random_range(0..3) == 0 { Who::Bob } else { Who::Guardian };
            let cancel = self.world.cancel_proposal(by, index);
            self.call("cancel_proposal", cancel);
        }
    }

    /// A good call with one account taken from the other market, or signed by the wrong person, never goes through.
    fn attack(&mut self) {
        let (who, other) = (self.who(), self.who());
        let (here, there) = (self.world.market(), self.world.foreign.market);
        let Some(id) = self.live() else { return };
        let terms = self.world.at_mark(id, 4, 0, 1);
        let calls = [
            self.world.deposit(who, 1),
            self.world.withdraw(who, 1),
            self.world.settle(id, who),
            self.world.trade(who, if who == other { Who::Alice } else { other }, terms),
            self.world.request_exit(Who::Provider, 1),
            self.world.collect_fees(0),
            self.world.fix_settlement(id),
            self.world.refresh_risk(id),
        ];
        let call = calls.choose(&mut self.rng).expect("calls").clone();
        let swaps = [
            (here, there),
            (pda::ledger(&here), pda::ledger(&there)),
            (pda::vault(&here), pda::vault(&there)),
            (pda::oracle(&here), pda::oracle(&there)),
            (pda::pool(&here), pda::pool(&there)),
            (pda::shard(&here, 0), pda::shard(&there, 0)),
            (pda::expiry(&here, id), pda::expiry(&there, self.world.foreign_expiry)),
            (pda::risk_array(&here, id), pda::risk_array(&there, self.world.foreign_expiry)),
            (self.world.account_of(who), self.world.account_of(Who::Foreigner)),
            (self.world.key(who), self.world.key(Who::Foreigner)),
        ];
        let fits: Vec<_> =
            swaps.into_iter().filter(|(from, _)| call.accounts.iter().any(|a| a.pubkey == *from)).collect();
        let Some((from, to)) = fits.choose(&mut self.rng).copied() else { return };
        // Anybody may deposit with its own signature, so there the signer decides nothing.
        let forged = swap(call, &from, &to);
        let touched: Vec<Address> =
            forged.accounts.iter().filter(|a| a.is_writable).map(|a| a.pubkey).collect();
        let before = self.world.snapshot(&touched);
        assert!(self.send("attack", forged).is_err(), "an attack went through\n{}", self.recent());
        self.world.assert_unchanged(&touched, &before);
        assert_all(&self.world.stage.chain, &there);
    }

    fn account(&mut self) {
        let who = self.who();
        let delegate = self.who();
        let call = self.world.set_delegate(who, self.world.key(delegate));
        self.call("set_delegate", call);
        let close = self.world.close_account(who);
        self.call("close_account", close);
        if !self.world.exists(&self.world.account_of(who)) {
            let open = self.world.open_account(who, 0);
            self.call("open_account", open);
        }
        let shards = ix::open_shard(self.world.key(who), self.world.market(), 200);
        assert!(self.send("open_shard", shards).is_err());
    }
}
