//! Bulkhead: fault-tolerant clearing of cash-settled European options.
//!
//! Every handler reads the same way: gate, validate, observe, compute, apply, move, prove, emit. The numbers it decides
//! by come from `bulkhead_risk`; this crate checks accounts and moves what that crate computed.

// Anchor binds `#[instruction]` arguments again where only some of them are used.
#![allow(unused_variables)]
#![cfg_attr(target_arch = "bpf", no_std)]
#![deny(
    clippy::arithmetic_side_effects,
    clippy::integer_division,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects))]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod access;
pub mod adapters;
pub mod all_pools;
pub mod all_shards;
pub mod amount;
pub mod calendar;
pub mod collection;
pub mod constants;
pub mod ed25519;
pub mod error;
pub mod events;
pub mod expiry_source;
pub mod footing;
pub mod forward;
pub mod grace;
pub mod instructions;
pub mod margin_basis;
pub mod now;
pub mod open_greeks;
pub mod panel_votes;
pub mod quoted_book;
pub mod reprice;
pub mod required_size;
pub mod row_maker;
pub mod settlement_price;
pub mod state;
pub mod surface_update;
pub mod takeover;
pub mod token;

use {
    anchor_lang::prelude::*,
    instructions::{
        add_bond::{self, *},
        add_keeper_bond::{self, *},
        apply_surface::{self, *},
        bid::{self, *},
        cancel_proposal::{self, *},
        close_account::{self, *},
        close_expiry::{self, *},
        close_keeper::{self, *},
        close_publisher::{self, *},
        close_vote::{self, *},
        collect_fees::{self, *},
        cover_account::{self, *},
        cover_shortfall::{self, *},
        create_market::{self, *},
        deposit::{self, *},
        deposit_pool::{self, *},
        deposit_senior::{self, *},
        dispute_settlement::{self, *},
        draw_senior::{self, *},
        end_auction::{self, *},
        execute_exit::{self, *},
        execute_proposal::{self, *},
        execute_senior_exit::{self, *},
        expire_exit::{self, *},
        expire_senior_exit::{self, *},
        fix_settlement::{self, *},
        heartbeat::{self, *},
        init_protocol::{self, *},
        init_senior::{self, *},
        join_senior::{self, *},
        list_expiry::{self, *},
        observe_settlement::{self, *},
        open_account::{self, *},
        open_panel::{self, *},
        open_senior_stake::{self, *},
        open_shard::{self, *},
        open_stake::{self, *},
        propose::{self, *},
        propose_settlement::{self, *},
        publish_price::{self, *},
        publish_signed::{self, *},
        quarantine_source::{self, *},
        recover_breaker::{self, *},
        refresh_risk::{self, *},
        register_keeper::{self, *},
        register_publisher::{self, *},
        register_source::{self, *},
        remove_source::{self, *},
        repay_senior::{self, *},
        report_equivocation::{self, *},
        report_fault::{self, *},
        request_exit::{self, *},
        request_senior_exit::{self, *},
        resign_keeper::{self, *},
        resign_publisher::{self, *},
        resolve_lease::{self, *},
        return_bond::{self, *},
        set_delegate::{self, *},
        set_params::{self, *},
        set_surface::{self, *},
        settle_account::{self, *},
        slash_publisher::{self, *},
        start_auction::{self, *},
        submit_surface::{self, *},
        take_lease::{self, *},
        trade::{self, *},
        trip_breaker::{self, *},
        update_oracle::{self, *},
        update_requirement::{self, *},
        withdraw::{self, *},
        withdraw_bond::{self, *},
        withdraw_keeper_bond::{self, *},
    },
    state::{MarketParams, SourceSpec},
};

declare_id!("3nxukxbdVMCZJ5XLRnBCRxN1ddgF3zMXYCfFR7oXK4ry");

#[program]
pub mod bulkhead {
    use super::*;

    /// Creates the protocol and its roles; signed by the program's upgrade authority.
    pub fn init_protocol(ctx: &mut Context<InitProtocol>, args: InitProtocolArgs) -> Result<()> {
        init_protocol::handler(ctx, args)
    }

    /// Creates a market with its vault, ledger, oracle and pool; signed by the governor.
    pub fn create_market(ctx: &mut Context<CreateMarket>, args: CreateMarketArgs) -> Result<()> {
        create_market::handler(ctx, args)
    }

    /// Tightens a market's parameters at once; signed by the governor.
    pub fn set_params(ctx: &mut Context<SetParams>, params: MarketParams) -> Result<()> {
        set_params::handler(ctx, params)
    }

    /// Adds a price source to a market without expiries; signed by the governor. Others are proposed.
    pub fn register_source(ctx: &mut Context<RegisterSource>, source: SourceSpec) -> Result<()> {
        register_source::handler(ctx, source)
    }

    /// Takes a price source out of a market; signed by the governor.
    pub fn remove_source(ctx: &mut Context<RemoveSource>, source: Address) -> Result<()> {
        remove_source::handler(ctx, source)
    }

    /// Puts a price source out of the vote until its probation; signed by the governor or a guardian.
    pub fn quarantine_source(ctx: &mut Context<QuarantineSource>, source: Address) -> Result<()> {
        quarantine_source::handler(ctx, source)
    }

    /// Opens a publisher's feed and takes its bond.
    pub fn register_publisher(ctx: &mut Context<RegisterPublisher>, bond: u64) -> Result<()> {
        register_publisher::handler(ctx, bond)
    }

    /// Adds to a publisher's bond. Permissionless.
    pub fn add_bond(ctx: &mut Context<AddBond>, amount: u64) -> Result<()> {
        add_bond::handler(ctx, amount)
    }

    /// Publishes a price to the signer's feed.
    pub fn publish_price(ctx: &mut Context<PublishPrice>, args: PublishPriceArgs) -> Result<()> {
        publish_price::handler(ctx, args)
    }

    /// Brings prices signed by their publishers, checked by the Ed25519 precompile in the instruction before; append the feeds.
    /// Permissionless.
    pub fn publish_signed(ctx: &mut Context<PublishSigned>) -> Result<()> {
        publish_signed::handler(ctx)
    }

    /// Takes the bond of a publisher who signed two prices for one slot, by proof in the instruction before. Permissionless.
    pub fn report_equivocation(ctx: &mut Context<ReportEquivocation>) -> Result<()> {
        report_equivocation::handler(ctx)
    }

    /// Takes from a publisher's bond what its strikes and missed rounds cost. Permissionless.
    pub fn slash_publisher(ctx: &mut Context<SlashPublisher>) -> Result<()> {
        slash_publisher::handler(ctx)
    }

    /// Ends a publisher's service and starts the cool-down of its bond.
    pub fn resign_publisher(ctx: &mut Context<ResignPublisher>) -> Result<()> {
        resign_publisher::handler(ctx)
    }

    /// Pays a publisher's bond back after its cool-down.
    pub fn withdraw_bond(ctx: &mut Context<WithdrawBond>, amount: u64) -> Result<()> {
        withdraw_bond::handler(ctx, amount)
    }

    /// Closes a feed that has no bond left.
    pub fn close_publisher(ctx: &mut Context<ClosePublisher>) -> Result<()> {
        close_publisher::handler(ctx)
    }

    /// Opens a keeper's bond, against which it may lease jobs.
    pub fn register_keeper(ctx: &mut Context<RegisterKeeper>, bond: u64) -> Result<()> {
        register_keeper::handler(ctx, bond)
    }

    /// Adds to a keeper's bond. Permissionless.
    pub fn add_keeper_bond(ctx: &mut Context<AddKeeperBond>, amount: u64) -> Result<()> {
        add_keeper_bond::handler(ctx, amount)
    }

    /// Shows that a keeper is alive.
    pub fn heartbeat(ctx: &mut Context<Heartbeat>) -> Result<()> {
        heartbeat::handler(ctx)
    }

    /// Ends a keeper's service and starts the cool-down of its bond.
    pub fn resign_keeper(ctx: &mut Context<ResignKeeper>) -> Result<()> {
        resign_keeper::handler(ctx)
    }

    /// Pays a keeper's bond back after its cool-down.
    pub fn withdraw_keeper_bond(ctx: &mut Context<WithdrawKeeperBond>, amount: u64) -> Result<()> {
        withdraw_keeper_bond::handler(ctx, amount)
    }

    /// Closes a keeper's account that has no bond left.
    pub fn close_keeper(ctx: &mut Context<CloseKeeper>) -> Result<()> {
        close_keeper::handler(ctx)
    }

    /// Takes an open auction for the signer's bids alone, for some slots.
    pub fn take_lease(ctx: &mut Context<TakeLease>, auction_id: u64) -> Result<()> {
        take_lease::handler(ctx, auction_id)
    }

    /// Ends a lease, and slashes a keeper that missed it; append the account's risk arrays. Permissionless.
    pub fn resolve_lease(ctx: &mut Context<ResolveLease>) -> Result<()> {
        resolve_lease::handler(ctx)
    }

    /// Reads all sources and forms the mark; append the source accounts in order. Permissionless.
    pub fn update_oracle(ctx: &mut Context<UpdateOracle>) -> Result<()> {
        update_oracle::handler(ctx)
    }

    /// Lists an expiry with its strikes; signed by the governor.
    pub fn list_expiry(ctx: &mut Context<ListExpiry>, args: ListExpiryArgs) -> Result<()> {
        list_expiry::handler(ctx, args)
    }

    /// Sets an expiry's volatilities after checking them; signed by the surface authority.
    pub fn set_surface(ctx: &mut Context<SetSurface>, args: SetSurfaceArgs) -> Result<()> {
        set_surface::handler(ctx, args)
    }

    /// Opens a panel that may become a market's surface authority; signed by the governor.
    pub fn open_panel(ctx: &mut Context<OpenPanel>, args: OpenPanelArgs) -> Result<()> {
        open_panel::handler(ctx, args)
    }

    /// Votes on an expiry's surface; signed by a member of the panel.
    pub fn submit_surface(ctx: &mut Context<SubmitSurface>, args: SubmitSurfaceArgs) -> Result<()> {
        submit_surface::handler(ctx, args)
    }

    /// Takes the surface that a panel's votes amount to; append them and the other live expiries. Permissionless.
    pub fn apply_surface(ctx: &mut Context<ApplySurface>) -> Result<()> {
        apply_surface::handler(ctx)
    }

    /// Returns the rent of a vote that no longer counts; signed by its member.
    pub fn close_vote(ctx: &mut Context<CloseVote>) -> Result<()> {
        close_vote::handler(ctx)
    }

    /// Computes an expiry's risk array. Permissionless.
    pub fn refresh_risk(ctx: &mut Context<RefreshRisk>, max_strikes: u8) -> Result<()> {
        refresh_risk::handler(ctx, max_strikes)
    }

    /// Opens the next open-interest shard. Permissionless.
    pub fn open_shard(ctx: &mut Context<OpenShard>, index: u8) -> Result<()> {
        open_shard::handler(ctx, index)
    }

    /// Closes a settled expiry and returns its rent. Permissionless.
    pub fn close_expiry(ctx: &mut Context<CloseExpiry>) -> Result<()> {
        close_expiry::handler(ctx)
    }

    /// Opens a margin account; signed by its owner.
    pub fn open_account(ctx: &mut Context<OpenAccount>, sub_id: u8) -> Result<()> {
        open_account::handler(ctx, sub_id)
    }

    /// Names or revokes the key that may trade for an account; signed by its owner.
    pub fn set_delegate(ctx: &mut Context<SetDelegate>, delegate: Address) -> Result<()> {
        set_delegate::handler(ctx, delegate)
    }

    /// Adds collateral to an account. Open at every breaker level.
    pub fn deposit(ctx: &mut Context<Deposit>, amount: u64) -> Result<()> {
        deposit::handler(ctx, amount)
    }

    /// Takes out free collateral; append the account's risk arrays. Open at every breaker level.
    pub fn withdraw(ctx: &mut Context<Withdraw>, amount: u64) -> Result<()> {
        withdraw::handler(ctx, amount)
    }

    /// Closes an empty account; signed by its owner.
    pub fn close_account(ctx: &mut Context<CloseAccount>) -> Result<()> {
        close_account::handler(ctx)
    }

    /// Fills a trade that both sides signed; append the risk arrays of both accounts.
    pub fn trade(ctx: &mut Context<Trade>, args: TradeArgs) -> Result<()> {
        trade::handler(ctx, args)
    }

    /// Opens or confirms the auction of an account open to liquidation; append its risk arrays. Permissionless.
    pub fn start_auction(ctx: &mut Context<StartAuction>) -> Result<()> {
        start_auction::handler(ctx)
    }

    /// Takes over part of an account in auction; append the risk arrays of both accounts.
    pub fn bid(ctx: &mut Context<Bid>, args: BidArgs) -> Result<()> {
        bid::handler(ctx, args)
    }

    /// Lends an insolvent account in auction the pool's money; append its risk arrays. Permissionless.
    pub fn cover_account(ctx: &mut Context<CoverAccount>) -> Result<()> {
        cover_account::handler(ctx)
    }

    /// Ends the auction of an account that is healthy again; append its risk arrays. Permissionless.
    pub fn end_auction(ctx: &mut Context<EndAuction>) -> Result<()> {
        end_auction::handler(ctx)
    }

    /// Opens a stake in a market's pool.
    pub fn open_stake(ctx: &mut Context<OpenStake>) -> Result<()> {
        open_stake::handler(ctx)
    }

    /// Buys shares of the pool.
    pub fn deposit_pool(ctx: &mut Context<DepositPool>, amount: u64) -> Result<()> {
        deposit_pool::handler(ctx, amount)
    }

    /// Starts the cool-down of shares. Open at every breaker level.
    pub fn request_exit(ctx: &mut Context<RequestExit>, shares: u64) -> Result<()> {
        request_exit::handler(ctx, shares)
    }

    /// Pays out shares whose cool-down has passed. Open at every breaker level.
    pub fn execute_exit(ctx: &mut Context<ExecuteExit>, shares: u64) -> Result<()> {
        execute_exit::handler(ctx, shares)
    }

    /// Sweeps a shard's fees into the pool. Permissionless.
    pub fn collect_fees(ctx: &mut Context<CollectFees>) -> Result<()> {
        collect_fees::handler(ctx)
    }

    /// Tightens the breaker; signed by a guardian.
    pub fn trip_breaker(ctx: &mut Context<TripBreaker>, args: TripBreakerArgs) -> Result<()> {
        trip_breaker::handler(ctx, args)
    }

    /// Trips the breaker by proof of a fault. Permissionless.
    pub fn report_fault(ctx: &mut Context<ReportFault>, cause: u8) -> Result<()> {
        report_fault::handler(ctx, cause)
    }

    /// Ends a fault's trip by proof of recovery. Permissionless.
    pub fn recover_breaker(ctx: &mut Context<RecoverBreaker>, cause: u8) -> Result<()> {
        recover_breaker::handler(ctx, cause)
    }

    /// Queues a loosening; signed by the governor.
    pub fn propose(ctx: &mut Context<Propose>, args: ProposeArgs) -> Result<()> {
        propose::handler(ctx, args)
    }

    /// Carries out a proposal after its timelock. Permissionless.
    pub fn execute_proposal(ctx: &mut Context<ExecuteProposal>) -> Result<()> {
        execute_proposal::handler(ctx)
    }

    /// Withdraws a proposal; signed by the governor or a guardian.
    pub fn cancel_proposal(ctx: &mut Context<CancelProposal>) -> Result<()> {
        cancel_proposal::handler(ctx)
    }

    /// Fixes an expiry's settlement price; append all shards. Permissionless.
    pub fn fix_settlement(ctx: &mut Context<FixSettlement>) -> Result<()> {
        fix_settlement::handler(ctx)
    }

    /// Takes down what the buckets say of an expiry. Permissionless.
    pub fn observe_settlement(ctx: &mut Context<ObserveSettlement>) -> Result<()> {
        observe_settlement::handler(ctx)
    }

    /// Proposes a settlement price against a bond; signed by the owner of the account that the bond returns to.
    pub fn propose_settlement(ctx: &mut Context<ProposeSettlement>, price: u64) -> Result<()> {
        propose_settlement::handler(ctx, price)
    }

    /// Disputes a proposed settlement price with another one and an equal bond; signed as a proposal is.
    pub fn dispute_settlement(ctx: &mut Context<DisputeSettlement>, price: u64) -> Result<()> {
        dispute_settlement::handler(ctx, price)
    }

    /// Returns a bond behind a settlement price. Permissionless.
    pub fn return_bond(ctx: &mut Context<ReturnBond>) -> Result<()> {
        return_bond::handler(ctx)
    }

    /// Settles an account's legs in an expiry. Permissionless and idempotent.
    pub fn settle_account(ctx: &mut Context<SettleAccount>) -> Result<()> {
        settle_account::handler(ctx)
    }

    /// Takes a lapsed request to leave a pool out of the queue. Permissionless.
    pub fn expire_exit(ctx: &mut Context<ExpireExit>) -> Result<()> {
        expire_exit::handler(ctx)
    }

    /// Creates the senior pool of a quote mint. Permissionless.
    pub fn init_senior(ctx: &mut Context<InitSenior>) -> Result<()> {
        init_senior::handler(ctx)
    }

    /// Puts a market under the senior pool; signed by the governor.
    pub fn join_senior(ctx: &mut Context<JoinSenior>) -> Result<()> {
        join_senior::handler(ctx)
    }

    /// Opens a stake in the senior pool.
    pub fn open_senior_stake(ctx: &mut Context<OpenSeniorStake>) -> Result<()> {
        open_senior_stake::handler(ctx)
    }

    /// Buys shares of the senior pool.
    pub fn deposit_senior(ctx: &mut Context<DepositSenior>, amount: u64) -> Result<()> {
        deposit_senior::handler(ctx, amount)
    }

    /// Starts the cool-down of shares of the senior pool. Open at every breaker level.
    pub fn request_senior_exit(ctx: &mut Context<RequestSeniorExit>, shares: u64) -> Result<()> {
        request_senior_exit::handler(ctx, shares)
    }

    /// Pays out shares of the senior pool; append the pools of all its markets. Open at every breaker level.
    pub fn execute_senior_exit(ctx: &mut Context<ExecuteSeniorExit>, shares: u64) -> Result<()> {
        execute_senior_exit::handler(ctx, shares)
    }

    /// Takes a lapsed request to leave the senior pool out of the queue. Permissionless.
    pub fn expire_senior_exit(ctx: &mut Context<ExpireSeniorExit>) -> Result<()> {
        expire_senior_exit::handler(ctx)
    }

    /// Lends a market what its losses lack beyond its own pool. Permissionless.
    pub fn draw_senior(ctx: &mut Context<DrawSenior>) -> Result<()> {
        draw_senior::handler(ctx)
    }

    /// Brings the senior pool its fees and loans from a market. Permissionless.
    pub fn repay_senior(ctx: &mut Context<RepaySenior>) -> Result<()> {
        repay_senior::handler(ctx)
    }

    /// Sizes the pool that the open interest asks for; append all shards and risk arrays. Permissionless.
    pub fn update_requirement(ctx: &mut Context<UpdateRequirement>) -> Result<()> {
        update_requirement::handler(ctx)
    }

    /// Asks the pool for what the payers of an expiry could not pay. Permissionless.
    pub fn cover_shortfall(ctx: &mut Context<CoverShortfall>) -> Result<()> {
        cover_shortfall::handler(ctx)
    }
}
