//! A fill: both owners, or their delegates, sign for a size of one series at a price. Premium and fee move in the
//! books; no tokens move. Each side must hold its initial margin afterwards or strictly reduce its risk.

use {
    crate::{
        access::gate::{level_in_force, require_action},
        amount::{add, mul, signed},
        error::{refuse, BulkheadError},
        events::{Header, Traded},
        now::Now,
        risk_arrays::{MarginBasis, Measure, RiskArrays},
        state::{
            expiry::kind_from_byte,
            oi_shard::{series_index, OiShard},
            MarginAccount, Market, OracleAggregate, Protocol, RiskArray,
        },
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        breaker::Action,
        margin::{Exposure, MAX_LEG_LOTS},
        round::{ppm_of, Round},
    },
};

/// The band around a mark also grants this share of the forward, so that far options can trade above a mark of zero.
const BAND_FORWARD_SHARE: u64 = 20;

#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct TradeArgs {
    pub expiry_id: u16,
    /// Index of the strike in its expiry.
    pub strike: u8,
    /// 0 call, 1 put.
    pub kind: u8,
    pub lots: u64,
    /// Quote atoms per lot.
    pub price: u64,
}

/// The risk arrays of all expiries that either account holds or trades follow.
#[derive(Accounts)]
pub struct Trade {
    pub buyer_authority: Signer,
    pub seller_authority: Signer,
    pub protocol: Account<Protocol>,
    pub market: Account<Market>,
    #[account(constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
    #[account(mut, constraint = shard.market == *market.address() @ BulkheadError::WrongMarket)]
    pub shard: Account<OiShard>,
    #[account(mut, constraint = buyer.market == *market.address() @ BulkheadError::WrongMarket)]
    pub buyer: Account<MarginAccount>,
    #[account(mut, constraint = seller.market == *market.address() @ BulkheadError::WrongMarket)]
    pub seller: Account<MarginAccount>,
}

pub fn handler(ctx: &mut Context<Trade>, args: TradeArgs) -> Result<()> {
    let appended = ctx.remaining_accounts()?;
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    a.buyer.require_authority(a.buyer_authority.address())?;
    a.seller.require_authority(a.seller_authority.address())?;
    let arrays = RiskArrays::load(&appended, a.market.address())?;
    let array = arrays.find(args.expiry_id)?;
    let fee = validate(&a.market, array, &args, now)?;
    let level = level_in_force(&a.protocol, &a.market, now.unix);
    let basis = MarginBasis::new(&a.market, &a.oracle, level, now);

    let (buyer_cash, seller_cash) = (a.buyer.cash, a.seller.cash);
    let (bought, sold) = apply(&mut a.buyer, &mut a.seller, &args, fee)?;
    record(&mut a.shard, &a.market, array, &args, [bought, sold], fee)?;

    let buyer = Side { account: &a.buyer, cash_before: buyer_cash, lots: bought };
    let seller = Side { account: &a.seller, cash_before: seller_cash, lots: sold };
    for side in [buyer, seller] {
        side.prove(&args, &basis, &arrays, &a.protocol)?;
    }
    let header = Header::next(&mut a.shard.event_seq, now);
    emit!(Traded {
        header,
        shard: *a.shard.address(),
        buyer: *a.buyer.address(),
        seller: *a.seller.address(),
        expiry_id: u64::from(args.expiry_id),
        strike: u64::from(args.strike),
        kind: u64::from(args.kind),
        lots: args.lots,
        price: args.price,
        fee_per_side: fee,
        buyer_cash_after: a.buyer.cash,
        seller_cash_after: a.seller.cash,
    });
    Ok(())
}

/// Checks the terms of the fill; returns the fee of each side.
fn validate(market: &Market, array: &RiskArray, args: &TradeArgs, now: Now) -> Result<u64> {
    require!(now.unix < array.expires_at, BulkheadError::Expired);
    require!((1..=MAX_LEG_LOTS).contains(&args.lots), BulkheadError::InvalidSize);
    let on_tick = args.price.checked_rem(market.tick_atoms) == Some(0);
    require!(args.price > 0 && on_tick, BulkheadError::OffTick);
    let mark = array.series_mark(args.strike, kind_from_byte(args.kind)?)?;
    let allowance = array.forward_lot.checked_div(BAND_FORWARD_SHARE).unwrap_or(0);
    let width = ppm_of(add(mark, allowance)?, market.params.price_band_ppm, Round::Down).map_err(refuse)?;
    require!(args.price.abs_diff(mark) <= width, BulkheadError::PriceOutOfBand);
    let notional = mul(array.forward_lot, args.lots)?;
    ppm_of(notional, market.params.trade_fee_ppm, Round::Up).map_err(refuse)
}

/// A leg's lots before and after.
type Moved = (i64, i64);

/// Moves the legs and the premium.
fn apply(
    buyer: &mut MarginAccount,
    seller: &mut MarginAccount,
    args: &TradeArgs,
    fee: u64,
) -> Result<(Moved, Moved)> {
    let lots = signed(args.lots)?;
    let bought = buyer.move_leg(args.expiry_id, args.strike, args.kind, lots)?;
    let sold = seller.move_leg(args.expiry_id, args.strike, args.kind, lots.saturating_neg())?;
    let premium = mul(args.lots, args.price)?;
    buyer.debit(add(premium, fee)?)?;
    seller.credit(premium)?;
    seller.debit(fee)?;
    Ok((bought, sold))
}

/// Books open interest and fees; new long lots must fit the shard's part of the cap.
fn record(
    shard: &mut OiShard,
    market: &Market,
    array: &RiskArray,
    args: &TradeArgs,
    moves: [Moved; 2],
    fee: u64,
) -> Result<()> {
    let series = series_index(args.strike, args.kind);
    let held_before = shard.held(array.slot, array.expiry_id, series);
    let mut held = held_before;
    for (before, after) in moves {
        held = shard.record(array.slot, array.expiry_id, series, before, after)?;
    }
    let cap = OiShard::cap(market.params.series_oi_cap_lots, market.shard_count)?;
    require!(held <= cap || held <= held_before, BulkheadError::OpenInterestCap);
    shard.earn(add(fee, fee)?)
}

/// One side of the fill.
struct Side<'a> {
    account: &'a MarginAccount,
    cash_before: u64,
    lots: Moved,
}

impl Side<'_> {
    #[inline(never)]
    fn prove(
        &self,
        args: &TradeArgs,
        basis: &MarginBasis,
        arrays: &RiskArrays,
        protocol: &Protocol,
    ) -> Result<()> {
        let after = basis.measure(self.account, arrays)?;
        if self.reduces(&after, args, arrays)? {
            return self.prove_not_worse(&after, args, basis, arrays);
        }
        require_action(protocol, basis.market, Action::OpenRisk, basis.now.unix)?;
        basis.require_quorum()?;
        basis.require_fresh(self.account, arrays)?;
        after.require_initial()
    }

    /// The leg shrinks without changing sides, and no scenario loses more than before.
    fn reduces(&self, after: &Measure, args: &TradeArgs, arrays: &RiskArrays) -> Result<bool> {
        let (before_lots, after_lots) = self.lots;
        let shrinks = after_lots.unsigned_abs() < before_lots.unsigned_abs();
        let same_side = after_lots == 0 || after_lots.signum() == before_lots.signum();
        if !shrinks || !same_side {
            return Ok(false);
        }
        let array = arrays.find(args.expiry_id)?;
        let moved = after_lots.saturating_sub(before_lots);
        let mut change = Exposure::default();
        change.add(&array.leg(args.strike, kind_from_byte(args.kind)?, moved)?).map_err(refuse)?;
        Ok(after.exposure.loses_no_more_than_without(&change))
    }

    /// Reducing may not take an account below maintenance, or deeper below it: a fill away from the mark would leave a
    /// loss to the pool. Without a quorum the stored marks are the best there is; with one they must be fresh.
    fn prove_not_worse(
        &self,
        after: &Measure,
        args: &TradeArgs,
        basis: &MarginBasis,
        arrays: &RiskArrays,
    ) -> Result<()> {
        if basis.grade.is_quorum() {
            basis.require_fresh(self.account, arrays)?;
        }
        if after.is_covered()? {
            return Ok(());
        }
        let floor = self.health_before(args, basis, arrays)?.min(0);
        require!(after.maintenance_health(self.account)? >= floor, BulkheadError::HealthWorsened);
        Ok(())
    }

    /// Health as it was before the fill.
    #[inline(never)]
    fn health_before(&self, args: &TradeArgs, basis: &MarginBasis, arrays: &RiskArrays) -> Result<i64> {
        let mut account = *self.account;
        let (before_lots, after_lots) = self.lots;
        let back = before_lots.saturating_sub(after_lots);
        account.move_leg(args.expiry_id, args.strike, args.kind, back)?;
        account.cash = self.cash_before;
        basis.measure(&account, arrays)?.maintenance_health(&account)
    }
}
