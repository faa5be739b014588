//! Every instruction by its name and the people in it, with the accounts that an honest client would pass.

use {
    crate::world::{Who, World, SHARDS},
    bulkhead_drill::stagehand::Stagehand,
    bulkhead_sdk::{
        accounts::decode,
        bulkhead::{
            instructions::{
                bid::BidArgs, list_expiry::ListExpiryArgs, open_panel::OpenPanelArgs, propose::ProposeArgs,
                publish_price::PublishPriceArgs, set_surface::SetSurfaceArgs,
                submit_surface::SubmitSurfaceArgs, trade::TradeArgs, trip_breaker::TripBreakerArgs,
            },
            quoted_book::WHOLE_BOOK,
            state::{Market, MarketParams, Pool, Protocol, SourceSpec, Stake, SurfacePanel},
        },
        instructions as ix, pda,
    },
    bytemuck::Zeroable,
    solana_address::Address,
    solana_instruction::Instruction,
};

/// Calls and puts as the program writes them.
pub const CALL: u8 = 0;
pub const PUT: u8 = 1;

/// Replaces an account of an instruction.
#[must_use]
pub fn swap(mut instruction: Instruction, from: &Address, to: &Address) -> Instruction {
    for meta in &mut instruction.accounts {
        if meta.pubkey == *from {
            meta.pubkey = *to;
        }
    }
    instruction
}

/// Takes a signature away.
#[must_use]
pub fn unsigned(mut instruction: Instruction, key: &Address) -> Instruction {
    for meta in &mut instruction.accounts {
        if meta.pubkey == *key {
            meta.is_signer = false;
        }
    }
    instruction
}

/// A proposal without content.
#[must_use]
pub fn proposal(kind: u8) -> ProposeArgs {
    ProposeArgs {
        kind,
        cause: 0,
        holder: Address::default(),
        guardians: Vec::new(),
        params: MarketParams::defaults(),
        source: SourceSpec::zeroed(),
    }
}

impl<C: Stagehand> World<C> {
    #[must_use]
    pub fn set_params(&self, by: Who, params: MarketParams) -> Instruction {
        ix::set_params(self.key(by), self.market(), params)
    }

    #[must_use]
    pub fn register_source(&self, by: Who, kind: u8, group: u8, key: Address) -> Instruction {
        let args = SourceSpec { kind, group, key, feed_id: [0; 32] };
        ix::register_source(self.key(by), self.market(), args)
    }

    #[must_use]
    pub fn remove_source(&self, by: Who, source: Address) -> Instruction {
        ix::remove_source(self.key(by), self.market(), source)
    }

    #[must_use]
    pub fn quarantine_source(&self, by: Who, source: Address) -> Instruction {
        ix::quarantine_source(self.key(by), self.market(), source)
    }

    #[must_use]
    pub fn register_publisher(&self, by: Who, bond: u64) -> Instruction {
        ix::register_publisher(self.key(by), &self.stage.keys, self.wallet_of(by), bond)
    }

    #[must_use]
    pub fn publish(&self, by: Who, price: u64, publish_time: i64) -> Instruction {
        let args = PublishPriceArgs { price, confidence: price / 2_000, publish_time };
        ix::publish_price(self.key(by), self.market(), args)
    }

    #[must_use]
    pub fn add_bond(&self, by: Who, publisher: Who, amount: u64) -> Instruction {
        ix::add_bond(self.key(by), self.key(publisher), &self.stage.keys, self.wallet_of(by), amount)
    }

    #[must_use]
    pub fn resign_publisher(&self, by: Who) -> Instruction {
        ix::resign_publisher(self.key(by), self.market())
    }

    /// `reward`: whose margin account gets half.
    #[must_use]
    pub fn slash_publisher(&self, publisher: Who, reward: Who) -> Instruction {
        ix::slash_publisher(self.market(), self.key(publisher), self.account_of(reward))
    }

    /// Behind the signatures of its evidence.
    #[must_use]
    pub fn report_equivocation(&self, publisher: Who, reward: Who) -> Instruction {
        ix::report_equivocation(self.market(), self.key(publisher), self.account_of(reward))
    }

    #[must_use]
    pub fn withdraw_bond(&self, by: Who, amount: u64) -> Instruction {
        ix::withdraw_bond(self.key(by), &self.stage.keys, self.wallet_of(by), amount)
    }

    #[must_use]
    pub fn close_publisher(&self, by: Who) -> Instruction {
        ix::close_publisher(self.key(by), self.market())
    }

    #[must_use]
    pub fn register_keeper(&self, by: Who, bond: u64) -> Instruction {
        ix::register_keeper(self.key(by), &self.stage.keys, self.wallet_of(by), bond)
    }

    #[must_use]
    pub fn add_keeper_bond(&self, by: Who, keeper: Who, amount: u64) -> Instruction {
        ix::add_keeper_bond(self.key(by), self.key(keeper), &self.stage.keys, self.wallet_of(by), amount)
    }

    #[must_use]
    pub fn heartbeat(&self, by: Who) -> Instruction {
        ix::heartbeat(self.key(by), self.market())
    }

    #[must_use]
    pub fn resign_keeper(&self, by: Who) -> Instruction {
        ix::resign_keeper(self.key(by), self.market())
    }

    #[must_use]
    pub fn withdraw_keeper_bond(&self, by: Who, amount: u64) -> Instruction {
        ix::withdraw_keeper_bond(self.key(by), &self.stage.keys, self.wallet_of(by), amount)
    }

    #[must_use]
    pub fn close_keeper(&self, by: Who) -> Instruction {
        ix::close_keeper(self.key(by), self.market())
    }

    /// The auction of an account that is open now.
    #[must_use]
    pub fn take_lease(&self, by: Who, account: Who) -> Instruction {
        let auction_id = self.margin(account).auction.id;
        ix::take_lease(self.key(by), self.market(), self.account_of(account), auction_id)
    }

    /// `reward`: whose margin account gets half of what a miss costs.
    #[must_use]
    pub fn resolve_lease(&self, keeper: Who, account: Who, reward: Who) -> Instruction {
        let expiries = self.expiries_of(&[account]);
        let (account, reward) = (self.account_of(account), self.account_of(reward));
        ix::resolve_lease(self.market(), self.key(keeper), account, reward, &expiries)
    }

    #[must_use]
    pub fn update_oracle(&self) -> Instruction {
        ix::update_oracle(self.market(), &self.stage.source_keys)
    }

    /// Lists the next expiry.
    #[must_use]
    pub fn list_expiry(&self, by: Who, expires_at: i64, strikes: Vec<u64>) -> Instruction {
        let market: Market = self.state(&self.market());
        let id = u16::try_from(market.next_expiry_id).unwrap_or(u16::MAX);
        ix::list_expiry(self.key(by), self.market(), id, ListExpiryArgs { expires_at, strikes })
    }

    #[must_use]
    pub fn set_surface(&self, by: Who, id: u16, vols_ppm: Vec<u32>, basis_ppm: i64) -> Instruction {
        self.submit_surface(by, id, ix::plain_surface(vols_ppm, basis_ppm))
    }

    #[must_use]
    pub fn submit_surface(&self, by: Who, id: u16, args: SetSurfaceArgs) -> Instruction {
        let others: Vec<u16> = self.live().into_iter().filter(|other| *other != id).collect();
        ix::set_surface(self.key(by), self.market(), id, &others, args)
    }

    #[must_use]
    pub fn open_panel(&self, by: Who, index: u8, members: &[Who], quorum: u8) -> Instruction {
        let members = members.iter().map(|who| self.key(*who)).collect();
        ix::open_panel(self.key(by), self.market(), OpenPanelArgs { index, quorum, members })
    }

    /// A member's vote on a surface of one volatility per strike, without quotes behind it.
    #[must_use]
    pub fn vote(&self, by: Who, panel: u8, id: u16, vols_ppm: Vec<u32>, basis_ppm: i64) -> Instruction {
        let args = SubmitSurfaceArgs {
            vols_ppm,
            svi: Vec::new(),
            basis_ppm,
            quoted_spread_ppm: 0,
            quoted_depth_lots: 0,
        };
        self.vote_with(by, panel, id, args)
    }

    #[must_use]
    pub fn vote_with(&self, by: Who, panel: u8, id: u16, args: SubmitSurfaceArgs) -> Instruction {
        let market = self.market();
        ix::submit_surface(self.key(by), market, pda::panel(&market, panel), id, args)
    }

    #[must_use]
    pub fn apply_surface(&self, panel: u8, id: u16) -> Instruction {
        let key = pda::panel(&self.market(), panel);
        let state: SurfacePanel = self.state(&key);
        let others: Vec<u16> = self.live().into_iter().filter(|other| *other != id).collect();
        ix::apply_surface(self.market(), key, state.listed(), id, &others)
    }

    #[must_use]
    pub fn close_vote(&self, by: Who, panel: u8, id: u16) -> Instruction {
        ix::close_vote(self.key(by), &pda::panel(&self.market(), panel), id)
    }

    #[must_use]
    pub fn refresh_risk(&self, id: u16) -> Instruction {
        ix::refresh_risk(self.market(), id, u8::MAX, 0)
    }

    /// A refresh of some strikes only.
    #[must_use]
    pub fn refresh_strikes(&self, id: u16, max_strikes: u8) -> Instruction {
        ix::refresh_risk(self.market(), id, max_strikes, 0)
    }

    /// A refresh that is shown all shards.
    #[must_use]
    pub fn refresh_with_book(&self, id: u16) -> Instruction {
        ix::refresh_risk(self.market(), id, u8::MAX, SHARDS)
    }

    /// The same call with expiries in the place of risk arrays, to be priced on the spot.
    #[must_use]
    pub fn on_surfaces(&self, mut call: Instruction) -> Instruction {
        let market = self.market();
        for meta in &mut call.accounts {
            let id = self.live().into_iter().find(|id| pda::risk_array(&market, *id) == meta.pubkey);
            meta.pubkey = id.map_or(meta.pubkey, |id| pda::expiry(&market, id));
        }
        call
    }

    #[must_use]
    pub fn report_open_greeks(&self, by: Who, expiries: &[u16]) -> Instruction {
        ix::report_open_greeks(self.key(by), self.market(), SHARDS, expiries)
    }

    #[must_use]
    pub fn recover_open_greeks(&self, expiries: &[u16]) -> Instruction {
        ix::recover_open_greeks(self.market(), SHARDS, expiries)
    }

    #[must_use]
    pub fn open_shard(&self, by: Who, index: u8) -> Instruction {
        ix::open_shard(self.key(by), self.market(), index)
    }

    #[must_use]
    pub fn close_expiry(&self, id: u16) -> Instruction {
        ix::close_expiry(self.key(Who::Governor), self.market(), id)
    }

    #[must_use]
    pub fn open_account(&self, owner: Who, sub_id: u8) -> Instruction {
        let payer = if owner == Who::Governor { Who::Stranger } else { Who::Governor };
        ix::open_account(self.key(payer), self.key(owner), self.market(), sub_id)
    }

    #[must_use]
    pub fn set_delegate(&self, owner: Who, delegate: Address) -> Instruction {
        ix::set_delegate(self.key(owner), self.account_of(owner), delegate)
    }

    #[must_use]
    pub fn deposit(&self, who: Who, amount: u64) -> Instruction {
        let with_pool = self.margin(who).debt > 0;
        let wallet = self.wallet_of(who);
        ix::deposit(self.key(who), &self.stage.keys, self.account_of(who), wallet, amount, with_pool)
    }

    #[must_use]
    pub fn withdraw(&self, who: Who, amount: u64) -> Instruction {
        let wallet = self.wallet_of(who);
        let expiries = self.expiries_of(&[who]);
        ix::withdraw(self.key(who), &self.stage.keys, self.account_of(who), wallet, amount, &expiries)
    }

    #[must_use]
    pub fn close_account(&self, who: Who) -> Instruction {
        ix::close_account(self.key(who), self.account_of(who))
    }

    /// Terms at the mark, rounded to the tick.
    #[must_use]
    pub fn at_mark(&self, expiry_id: u16, strike: u8, kind: u8, lots: u64) -> TradeArgs {
        let mark = self.mark(expiry_id, strike, kind);
        let price = (mark / 1_000).max(1) * 1_000;
        TradeArgs { expiry_id, strike, kind, lots, price }
    }

    #[must_use]
    pub fn trade(&self, buyer: Who, seller: Who, args: TradeArgs) -> Instruction {
        self.trade_in(0, buyer, seller, args)
    }

    #[must_use]
    pub fn trade_in(&self, shard: u8, buyer: Who, seller: Who, args: TradeArgs) -> Instruction {
        let mut expiries = self.expiries_of(&[buyer, seller]);
        if !expiries.contains(&args.expiry_id) {
            expiries.push(args.expiry_id);
        }
        ix::trade(&self.stage.keys, shard, self.party(buyer), self.party(seller), args, &expiries)
    }

    #[must_use]
    pub fn start_auction(&self, account: Who) -> Instruction {
        ix::start_auction(self.market(), self.account_of(account), &self.expiries_of(&[account]))
    }

    /// Terms of a bid for a share of the whole book in the account's auction, by the scenario that is worst for it.
    #[must_use]
    pub fn bid_args(&self, account: Who, share_ppm: u64) -> BidArgs {
        let held = self.margin(account);
        BidArgs {
            auction_id: held.auction.id,
            leg: WHOLE_BOOK,
            share_ppm,
            min_payment: i64::MIN,
            scenario: self.worst_scenario(account),
        }
    }

    #[must_use]
    pub fn bid_with(&self, by: Who, account: Who, args: BidArgs) -> Instruction {
        let expiries = self.expiries_of(&[by, account]);
        ix::bid(&self.stage.keys, 0, self.party(by), self.account_of(account), args, &expiries)
    }

    /// A bid for a share of the whole book.
    #[must_use]
    pub fn bid(&self, by: Who, account: Who, share_ppm: u64) -> Instruction {
        self.bid_with(by, account, self.bid_args(account, share_ppm))
    }

    #[must_use]
    pub fn cover_account(&self, account: Who) -> Instruction {
        ix::cover_account(self.market(), self.account_of(account), &self.expiries_of(&[account]))
    }

    #[must_use]
    pub fn end_auction(&self, account: Who) -> Instruction {
        let held = self.margin(account);
        let with_pool = held.debt > 0 || held.auction.asked > 0;
        let expiries = self.expiries_of(&[account]);
        ix::end_auction(self.market(), self.account_of(account), with_pool, &expiries)
    }

    #[must_use]
    pub fn open_stake(&self, who: Who) -> Instruction {
        ix::open_stake(self.key(who), self.market())
    }

    #[must_use]
    pub fn deposit_pool(&self, who: Who, amount: u64) -> Instruction {
        ix::deposit_pool(self.key(who), &self.stage.keys, self.wallet_of(who), amount)
    }

    #[must_use]
    pub fn request_exit(&self, who: Who, shares: u64) -> Instruction {
        ix::request_exit(self.key(who), self.market(), shares)
    }

    #[must_use]
    /// Carries out all that was requested, or asks for a share where nothing was.
    pub fn execute_exit(&self, who: Who) -> Instruction {
        let stake: Stake = self.state(&pda::stake(&self.market(), &self.key(who)));
        self.execute_part_of_exit(who, stake.exiting.max(1))
    }

    pub fn execute_part_of_exit(&self, who: Who, shares: u64) -> Instruction {
        ix::execute_exit(self.key(who), &self.stage.keys, self.wallet_of(who), shares)
    }

    #[must_use]
    pub fn collect_fees(&self, shard: u8) -> Instruction {
        ix::collect_fees(self.market(), shard)
    }

    #[must_use]
    pub fn expire_exit(&self, who: Who) -> Instruction {
        ix::expire_exit(self.market(), &self.key(who))
    }

    /// Shows all shards and every live expiry.
    #[must_use]
    pub fn update_requirement(&self) -> Instruction {
        let pool: Pool = self.state(&pda::pool(&self.market()));
        ix::update_requirement(&self.stage.keys, SHARDS, &self.live(), pool.has_joined())
    }

    #[must_use]
    pub fn senior(&self) -> Address {
        pda::senior(&self.stage.keys.quote_mint)
    }

    #[must_use]
    pub fn init_senior(&self, by: Who) -> Instruction {
        let keys = self.stage.keys;
        ix::init_senior(self.key(by), keys.quote_mint, keys.token_program)
    }

    #[must_use]
    pub fn join_senior(&self, by: Who) -> Instruction {
        ix::join_senior(self.key(by), &self.stage.keys)
    }

    #[must_use]
    pub fn open_senior_stake(&self, who: Who) -> Instruction {
        ix::open_senior_stake(self.key(who), &self.stage.keys.quote_mint)
    }

    #[must_use]
    pub fn deposit_senior(&self, who: Who, amount: u64) -> Instruction {
        self.deposit_senior_among(who, &self.joined(), amount)
    }

    /// With the pools of these markets.
    #[must_use]
    pub fn deposit_senior_among(&self, who: Who, markets: &[Address], amount: u64) -> Instruction {
        let keys = self.stage.keys;
        let wallet = self.wallet_of(who);
        ix::deposit_senior(self.key(who), keys.quote_mint, keys.token_program, wallet, markets, amount)
    }

    /// The markets behind which the senior pool stands, in the order in which they joined.
    ///
    /// # Panics
    /// When the chain does not answer.
    #[must_use]
    pub fn joined(&self) -> Vec<Address> {
        let all = self.stage.chain.program_accounts().expect("the program's accounts");
        let pools = all.iter().filter_map(|(_, account)| decode::<Pool>(&account.data).ok());
        let mut joined: Vec<Pool> = pools.filter(|p| p.has_joined() && p.senior == self.senior()).collect();
        joined.sort_by_key(|pool| pool.senior_index);
        joined.into_iter().map(|pool| pool.market).collect()
    }

    #[must_use]
    pub fn request_senior_exit(&self, who: Who, shares: u64) -> Instruction {
        ix::request_senior_exit(self.key(who), &self.stage.keys.quote_mint, shares)
    }

    /// Up to so many shares, with the pools of these markets.
    #[must_use]
    pub fn execute_senior_exit(&self, who: Who, markets: &[Address], shares: u64) -> Instruction {
        let keys = self.stage.keys;
        let wallet = self.wallet_of(who);
        ix::execute_senior_exit(self.key(who), keys.quote_mint, keys.token_program, wallet, markets, shares)
    }

    #[must_use]
    pub fn expire_senior_exit(&self, who: Who) -> Instruction {
        ix::expire_senior_exit(&self.stage.keys.quote_mint, &self.key(who))
    }

    #[must_use]
    pub fn draw_senior(&self) -> Instruction {
        ix::draw_senior(&self.stage.keys)
    }

    #[must_use]
    pub fn repay_senior(&self) -> Instruction {
        ix::repay_senior(&self.stage.keys)
    }

    #[must_use]
    pub fn trip(&self, by: Who, level: u8, protocol_wide: bool) -> Instruction {
        ix::trip_breaker(self.key(by), self.market(), TripBreakerArgs { level, protocol_wide })
    }

    #[must_use]
    pub fn report_fault(&self, by: Who, cause: u8, shard: Option<u8>) -> Instruction {
        ix::report_fault(self.key(by), self.market(), cause, shard)
    }

    #[must_use]
    pub fn recover(&self, cause: u8) -> Instruction {
        ix::recover_breaker(self.market(), cause)
    }

    /// Index of the next proposal.
    #[must_use]
    pub fn next_proposal(&self) -> u64 {
        self.state::<Protocol>(&pda::protocol()).proposals
    }

    /// Names the market where the kind of the proposal concerns one.
    #[must_use]
    pub fn propose(&self, by: Who, args: ProposeArgs) -> Instruction {
        let market = (!matches!(args.kind, 2 | 3)).then(|| self.market());
        ix::propose(self.key(by), market, self.next_proposal(), args)
    }

    #[must_use]
    pub fn execute_proposal(&self, index: u64, for_market: bool) -> Instruction {
        ix::execute_proposal(self.key(Who::Governor), for_market.then(|| self.market()), index)
    }

    #[must_use]
    pub fn cancel_proposal(&self, by: Who, index: u64) -> Instruction {
        ix::cancel_proposal(self.key(by), self.key(Who::Governor), index)
    }

    #[must_use]
    pub fn fix_settlement(&self, id: u16) -> Instruction {
        let market: Market = self.state(&self.market());
        ix::fix_settlement(self.market(), id, market.shard_count)
    }

    #[must_use]
    pub fn observe_settlement(&self, id: u16) -> Instruction {
        ix::observe_settlement(self.market(), id)
    }

    #[must_use]
    pub fn propose_price(&self, by: Who, id: u16, price: u64) -> Instruction {
        let (account, wallet) = (self.account_of(by), self.wallet_of(by));
        ix::propose_settlement(self.key(by), &self.stage.keys, id, account, wallet, price)
    }

    #[must_use]
    pub fn dispute_price(&self, by: Who, id: u16, price: u64) -> Instruction {
        let (account, wallet) = (self.account_of(by), self.wallet_of(by));
        ix::dispute_settlement(self.key(by), &self.stage.keys, id, account, wallet, price)
    }

    #[must_use]
    pub fn return_bond(&self, id: u16, account: Who) -> Instruction {
        ix::return_bond(self.market(), id, self.account_of(account))
    }

    #[must_use]
    pub fn cover(&self, id: u16) -> Instruction {
        ix::cover_shortfall(self.market(), id)
    }

    #[must_use]
    pub fn settle(&self, id: u16, who: Who) -> Instruction {
        ix::settle_account(self.market(), id, self.account_of(who))
    }
}
