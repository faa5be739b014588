//! What happened, for whoever rebuilds the books from the log. Every event starts with a header; money events carry
//! the balances after. Opening a feed, a stake or an account of prices shows in the accounts themselves; it emits nothing.

use {
    crate::{constants::VERSION, now::Now},
    alloc::vec::Vec,
    anchor_lang::prelude::*,
    bytemuck::{Pod, Zeroable},
};

/// Logs an event as Anchor's `emit!` does, which fills the buffer byte by byte first.
pub fn log<E: Discriminator + Pod>(event: &E) {
    let payload = bytemuck::bytes_of(event);
    let mut data = Vec::with_capacity(E::DISCRIMINATOR.len().saturating_add(payload.len()));
    data.extend_from_slice(E::DISCRIMINATOR);
    data.extend_from_slice(payload);
    sol_log_data(&[&data]);
}

/// `seq` counts the events of one object, so that a gap shows. The object is the one named first in the event; where
/// that is the market, each event's name says whose counter it is: sources and rounds count with the market's oracle,
/// deposits to the pool, exits, collected fees, covered shortfalls, loans and requirements with its pool, everything else with the
/// market itself.
#[derive(Clone, Copy, Debug, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Header {
    pub version: u64,
    pub seq: u64,
    pub slot: u64,
    pub time: i64,
}

impl Header {
    /// The next header of an object, advancing its counter.
    pub fn next(seq: &mut u64, now: Now) -> Self {
        *seq = seq.wrapping_add(1);
        Self { version: u64::from(VERSION), seq: *seq, slot: now.slot, time: now.unix }
    }
}

#[event(bytemuck)]
pub struct ProtocolInitialised {
    pub header: Header,
    pub governor: Address,
}

#[event(bytemuck)]
pub struct MarketCreated {
    pub header: Header,
    pub market: Address,
    pub quote_mint: Address,
    pub symbol: [u8; 16],
}

#[event(bytemuck)]
pub struct ParamsSet {
    pub header: Header,
    pub market: Address,
}

#[event(bytemuck)]
pub struct SourceRegistered {
    pub header: Header,
    pub market: Address,
    pub source: Address,
    pub kind: u64,
    pub group: u64,
    /// Unix time before which it does not count; zero: it counts at once.
    pub observes_until: i64,
}

#[event(bytemuck)]
pub struct SourceRemoved {
    pub header: Header,
    pub market: Address,
    pub source: Address,
    pub sources_left: u64,
}

#[event(bytemuck)]
pub struct SourceQuarantined {
    pub header: Header,
    pub market: Address,
    pub source: Address,
    pub by: Address,
    /// Unix time at which its probation begins.
    pub until: i64,
}

#[event(bytemuck)]
pub struct PublisherBonded {
    pub header: Header,
    pub market: Address,
    pub publisher: Address,
    /// Quote atoms held now.
    pub bond: u64,
}

#[event(bytemuck)]
pub struct PublisherSlashed {
    pub header: Header,
    pub market: Address,
    pub publisher: Address,
    /// Strikes and missed rounds paid for; zeros for an equivocation.
    pub strikes: u64,
    pub missed: u64,
    pub to_reporter: u64,
    pub to_pool: u64,
    pub bond_after: u64,
}

#[event(bytemuck)]
pub struct PublisherResigned {
    pub header: Header,
    pub market: Address,
    pub publisher: Address,
    pub bond: u64,
}

#[event(bytemuck)]
pub struct OracleUpdated {
    pub header: Header,
    pub market: Address,
    pub mark: u64,
    pub stable: u64,
    pub confidence: u64,
    pub grade: u64,
    /// `bulkhead_risk::oracle::Reason` why the grade is not better.
    pub reason: u64,
    pub valid: u64,
    /// Factor of the regime on initial margin, parts per million.
    pub regime_ppm: u64,
}

#[event(bytemuck)]
pub struct ShardOpened {
    pub header: Header,
    pub market: Address,
    pub index: u64,
}

#[event(bytemuck)]
pub struct ExpiryListed {
    pub header: Header,
    pub market: Address,
    pub expiry: Address,
    pub expiry_id: u64,
    pub expires_at: i64,
    pub strikes: u64,
}

#[event(bytemuck)]
pub struct SurfaceSet {
    pub header: Header,
    pub market: Address,
    pub expiry_id: u64,
    pub surface_version: u64,
    /// Half-spread of the quotes behind it, parts per million of the forward, and their depth in lots.
    pub quoted_spread_ppm: u64,
    pub quoted_depth_lots: u64,
    /// Call prices that the volatilities were checked against.
    pub verified_prices: u64,
}

#[event(bytemuck)]
pub struct PanelOpened {
    pub header: Header,
    pub market: Address,
    pub panel: Address,
    pub members: u64,
    /// Fresh votes that a surface needs.
    pub quorum: u64,
}

#[event(bytemuck)]
pub struct SurfaceSubmitted {
    pub header: Header,
    pub vote: Address,
    pub panel: Address,
    pub member: Address,
    pub expiry_id: u64,
}

/// Counts with `SurfaceSet`: both put a new surface in the place of the last.
#[event(bytemuck)]
pub struct SurfaceApplied {
    pub header: Header,
    pub market: Address,
    pub panel: Address,
    pub expiry_id: u64,
    pub surface_version: u64,
    /// Votes that counted.
    pub votes: u64,
    /// 0 their median, 1 the vote nearest to it, 2 the next nearest, and so on: the first that admits no arbitrage.
    pub candidate: u64,
    /// 1 while a further step is left to what the votes amount to.
    pub is_on_its_way: u64,
}

#[event(bytemuck)]
pub struct RiskRefreshed {
    pub header: Header,
    pub market: Address,
    pub expiry_id: u64,
    pub mark: u64,
}

#[event(bytemuck)]
pub struct AccountOpened {
    pub header: Header,
    pub account: Address,
    pub owner: Address,
    pub market: Address,
}

#[event(bytemuck)]
pub struct AccountClosed {
    pub header: Header,
    pub account: Address,
    pub owner: Address,
}

#[event(bytemuck)]
pub struct DelegateSet {
    pub header: Header,
    pub account: Address,
    /// All zeros: nobody.
    pub delegate: Address,
}

#[event(bytemuck)]
pub struct Deposited {
    pub header: Header,
    pub account: Address,
    pub amount: u64,
    pub cash_after: u64,
    pub claims_after: u64,
}

#[event(bytemuck)]
pub struct Withdrawn {
    pub header: Header,
    pub account: Address,
    pub amount: u64,
    pub cash_after: u64,
    pub claims_after: u64,
}

#[event(bytemuck)]
pub struct Traded {
    pub header: Header,
    pub shard: Address,
    pub buyer: Address,
    pub seller: Address,
    pub expiry_id: u64,
    pub strike: u64,
    pub kind: u64,
    pub lots: u64,
    pub price: u64,
    pub fee_per_side: u64,
    pub buyer_cash_after: u64,
    pub seller_cash_after: u64,
    /// Greeks beyond the account's limits after the fill: 1 delta, 2 gamma, 4 vega, 8 theta.
    pub buyer_breaches: u64,
    pub seller_breaches: u64,
}

#[event(bytemuck)]
pub struct PoolDeposited {
    pub header: Header,
    /// The market whose pool it is, or the senior pool; so in all events of exits.
    pub fund: Address,
    pub owner: Address,
    pub amount: u64,
    pub shares: u64,
    pub cash_after: u64,
}

#[event(bytemuck)]
pub struct ExitRequested {
    pub header: Header,
    pub fund: Address,
    pub owner: Address,
    pub shares: u64,
    pub unlock_at: i64,
}

#[event(bytemuck)]
pub struct ExitExecuted {
    pub header: Header,
    pub fund: Address,
    pub owner: Address,
    pub shares: u64,
    pub amount: u64,
    pub cash_after: u64,
}

#[event(bytemuck)]
pub struct FeesCollected {
    pub header: Header,
    pub market: Address,
    pub amount: u64,
    /// Its part that is the senior pool's.
    pub to_senior: u64,
    pub cash_after: u64,
}

#[event(bytemuck)]
pub struct BreakerTripped {
    pub header: Header,
    pub market: Address,
    pub by: Address,
    pub cause: u64,
    pub level: u64,
    pub until: i64,
}

#[event(bytemuck)]
pub struct BreakerRecovered {
    pub header: Header,
    pub market: Address,
    pub cause: u64,
    pub level_after: u64,
}

#[event(bytemuck)]
pub struct Proposed {
    pub header: Header,
    pub proposal: Address,
    pub market: Address,
    pub index: u64,
    pub kind: u64,
    pub eta: i64,
}

#[event(bytemuck)]
pub struct ProposalExecuted {
    pub header: Header,
    pub proposal: Address,
    pub index: u64,
    pub kind: u64,
}

#[event(bytemuck)]
pub struct ProposalCancelled {
    pub header: Header,
    pub proposal: Address,
    pub index: u64,
    pub by: Address,
}

#[event(bytemuck)]
pub struct SettlementFixed {
    pub header: Header,
    pub market: Address,
    pub expiry_id: u64,
    pub price: u64,
    pub tier: u64,
    pub covered_seconds: u64,
    /// Half of a bond, where a proposal was disputed.
    pub bonds_to_pool: u64,
}

#[event(bytemuck)]
pub struct ExpiryClosed {
    pub header: Header,
    pub market: Address,
    pub expiry_id: u64,
}

#[event(bytemuck)]
pub struct AccountSettled {
    pub header: Header,
    pub account: Address,
    pub expiry_id: u64,
    /// Net proceeds of the account's legs, quote atoms.
    pub net: i64,
    /// Taken from the account for the winners.
    pub collected: u64,
    /// Paid back to the pool.
    pub to_pool: u64,
    /// Paid out of escrow in this call.
    pub paid: u64,
    pub cash_after: u64,
    pub debt_after: u64,
}

// Settlement: what the buckets say, prices with bonds, shortfalls.

#[event(bytemuck)]
pub struct SettlementObserved {
    pub header: Header,
    pub market: Address,
    pub expiry_id: u64,
    pub window_price: u64,
    pub covered_seconds: u64,
    pub reference: u64,
}

#[event(bytemuck)]
pub struct SettlementProposed {
    pub header: Header,
    pub market: Address,
    pub account: Address,
    pub expiry_id: u64,
    pub price: u64,
    pub reference: u64,
    pub bond: u64,
    pub claims_after: u64,
}

#[event(bytemuck)]
pub struct SettlementDisputed {
    pub header: Header,
    pub market: Address,
    pub account: Address,
    pub expiry_id: u64,
    pub price: u64,
    pub reference: u64,
    pub bond: u64,
    pub claims_after: u64,
}

#[event(bytemuck)]
pub struct BondReturned {
    pub header: Header,
    pub account: Address,
    pub expiry_id: u64,
    pub amount: u64,
    pub cash_after: u64,
}

#[event(bytemuck)]
pub struct ShortfallCovered {
    pub header: Header,
    pub market: Address,
    pub expiry_id: u64,
    pub from_pool: u64,
    /// What winners still miss.
    pub missing: u64,
    pub due_total: u64,
    pub cash_after: u64,
}

// Auctions.

#[event(bytemuck)]
pub struct AuctionStarted {
    pub header: Header,
    pub account: Address,
    pub auction_id: u64,
    /// 1 below maintenance, 2 cash short for nearer expiries, 4 Greeks beyond twice their limits in a guarded market.
    pub causes: u64,
    /// Attended live seconds; zero when it begins, more when it was confirmed.
    pub elapsed: u64,
    pub discount_ppm: u64,
    pub health: i64,
    /// What bids may pay in fees from here on.
    pub fee_left: u64,
}

#[event(bytemuck)]
pub struct BidAccepted {
    pub header: Header,
    pub shard: Address,
    pub account: Address,
    pub liquidator: Address,
    pub auction_id: u64,
    /// As in [`AuctionStarted`].
    pub causes: u64,
    /// Place of the leg, or 255 for the whole book.
    pub leg: u64,
    pub share_ppm: u64,
    /// The scenario that the account was measured by.
    pub scenario: u64,
    pub elapsed: u64,
    pub discount_ppm: u64,
    /// Greeks of the account that came nearer to zero: 1 delta, 2 gamma, 4 vega, 8 theta.
    pub greeks_fallen: u64,
    pub to_account: u64,
    pub from_account: u64,
    pub fee: u64,
    /// By that scenario; afterwards at least so much for the whole book.
    pub health_before: i64,
    pub health_after: i64,
}

#[event(bytemuck)]
pub struct AccountCovered {
    pub header: Header,
    pub account: Address,
    pub auction_id: u64,
    pub lent: u64,
    /// Asked for and not to be had.
    pub unmet: u64,
    pub cash_after: u64,
    pub debt_after: u64,
}

#[event(bytemuck)]
pub struct AuctionEnded {
    pub header: Header,
    pub account: Address,
    pub auction_id: u64,
    /// Given back to the pool.
    pub repaid: u64,
    pub cash_after: u64,
}

// Keepers.

#[event(bytemuck)]
pub struct KeeperBonded {
    pub header: Header,
    pub keeper_bond: Address,
    pub market: Address,
    pub keeper: Address,
    /// Quote atoms held now.
    pub bond: u64,
}

#[event(bytemuck)]
pub struct KeeperResigned {
    pub header: Header,
    pub keeper_bond: Address,
    pub market: Address,
    pub keeper: Address,
    pub bond: u64,
}

/// Of a publisher or a keeper that resigned long enough ago.
#[event(bytemuck)]
pub struct BondWithdrawn {
    pub header: Header,
    pub market: Address,
    /// The account of the publisher's feed or of the keeper's bond.
    pub bonded: Address,
    pub amount: u64,
    pub bond_after: u64,
}

#[event(bytemuck)]
pub struct LeaseTaken {
    pub header: Header,
    pub keeper_bond: Address,
    pub account: Address,
    pub keeper: Address,
    pub auction_id: u64,
    /// Last slot in which nobody else may bid.
    pub until_slot: u64,
}

#[event(bytemuck)]
pub struct LeaseResolved {
    pub header: Header,
    pub keeper_bond: Address,
    pub account: Address,
    pub auction_id: u64,
    /// `state::lease::LeaseState`: 2 fulfilled, 3 excused, 4 missed.
    pub verdict: u64,
    pub to_reporter: u64,
    pub to_pool: u64,
    pub bond_after: u64,
}

// Pools and what stands behind them

#[event(bytemuck)]
pub struct ExitExpired {
    pub header: Header,
    pub fund: Address,
    pub owner: Address,
    pub shares: u64,
}

#[event(bytemuck)]
pub struct SeniorCreated {
    pub header: Header,
    pub senior: Address,
    pub quote_mint: Address,
}

#[event(bytemuck)]
pub struct SeniorJoined {
    pub header: Header,
    pub market: Address,
    pub senior: Address,
    /// Unix time from which the market may draw.
    pub draws_from: i64,
}

#[event(bytemuck)]
pub struct SeniorDrawn {
    pub header: Header,
    pub market: Address,
    pub senior: Address,
    pub amount: u64,
    /// What losses wait for, this included.
    pub unmet: u64,
    pub debt_after: u64,
    pub senior_cash_after: u64,
}

#[event(bytemuck)]
pub struct SeniorRepaid {
    pub header: Header,
    pub market: Address,
    pub senior: Address,
    pub amount: u64,
    pub debt_after: u64,
    pub cash_after: u64,
    pub senior_cash_after: u64,
}

#[event(bytemuck)]
pub struct RequirementUpdated {
    pub header: Header,
    pub market: Address,
    /// What changes hands in the worst scenario.
    pub worst: u64,
    pub required: u64,
    /// The pool, and a day's draw on the senior pool.
    pub available: u64,
    pub oi_room_ppm: u64,
}
