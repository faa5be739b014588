//! A fill: both owners, or their delegates, sign for a size of one series at a price. Premium and fee move in the
//! books; no tokens move. Each side must hold its initial margin and its limits of Greeks afterwards, or strictly reduce
//! its risk.

use {
    crate::{
        access::gate::{level_in_force, require_action},
        amount::{add, mul, signed},
        error::{refuse, BulkheadError},
        events::{Header, Traded},
        expiry_source::{OfExpiry, Source, Sources},
        margin_basis::MarginBasis,
        now::Now,
        state::{
            expiry::kind_from_byte,
            oi_shard::{series_index, OiShard},
            MarginAccount, Market, OracleAggregate, Protocol,
        },
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        breaker::Action,
        exposure::{Exposure, MAX_LEG_LOTS},
        greek_limits::{Greek, MoneyGreeks},
        measure::Measure,
        oracle::Reliance,
        round::{ppm_of, Round},
        scenario::SCENARIOS,
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

/// For every expiry that either account holds or trades its risk array follows, or the expiry itself, which is then priced on
/// the spot.
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
    let level = level_in_force(&a.protocol, &a.market, now.unix);
    let basis = MarginBasis::new(&a.market, &a.oracle, level, now)?;
    let sources = Sources::load(&appended, &a.market, &a.oracle, now)?;
    let source = sources.find(args.expiry_id)?;
    let terms = validate(&basis, source, &args)?;

    let (buyer_cash, seller_cash) = (a.buyer.cash, a.seller.cash);
    let (bought, sold) = apply(&mut a.buyer, &mut a.seller, &args, terms.fee)?;
    record(&mut a.shard, &basis, source, &args, [bought, sold], &terms)?;

    let buyer = Side { account: &a.buyer, cash_before: buyer_cash, lots: bought };
    let seller = Side { account: &a.seller, cash_before: seller_cash, lots: sold };
    let mut breached = [0; 2];
    for (side, breached) in [buyer, seller].iter().zip(&mut breached) {
        *breached = side.prove(&args, &basis, &sources, &a.protocol)?;
    }
    // The band stood on this mark, whether or not anybody holds the leg any more.
    let fresh =
        !basis.allows(Reliance::Reduce)? || source.expiry().is_fresh(&a.oracle, &a.market.params, now)?;
    require!(fresh, BulkheadError::StaleRiskArray);
    let [buyer_breaches, seller_breaches] = breached;
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
        fee_per_side: terms.fee,
        buyer_cash_after: a.buyer.cash,
        seller_cash_after: a.seller.cash,
        buyer_breaches,
        seller_breaches,
    });
    Ok(())
}

/// What a fill costs and how far from the mark it is, quote atoms.
struct FillTerms {
    fee: u64,
    /// Per lot.
    distance: u64,
    forward: u64,
}

/// Checks the terms of the fill.
#[inline(never)]
fn validate(basis: &MarginBasis, source: &Source, args: &TradeArgs) -> Result<FillTerms> {
    let market = basis.market;
    require!(basis.now.unix < source.expiry().expires_at(), BulkheadError::Expired);
    require!((1..=MAX_LEG_LOTS).contains(&args.lots), BulkheadError::InvalidSize);
    let on_tick = args.price.checked_rem(market.tick_atoms) == Some(0);
    require!(args.price > 0 && on_tick, BulkheadError::OffTick);
    let mut row = [0; SCENARIOS];
    let mark = source.expiry().series(args.strike, kind_from_byte(args.kind)?, &mut row)?.mark;
    let forward = source.expiry().forward_lot();
    let allowance = forward.checked_div(BAND_FORWARD_SHARE).unwrap_or(0);
    let width = ppm_of(add(mark, allowance)?, market.params.price_band_ppm, Round::Down).map_err(refuse)?;
    let distance = args.price.abs_diff(mark);
    require!(distance <= width, BulkheadError::PriceOutOfBand);
    let notional = mul(forward, args.lots)?;
    let fee = ppm_of(notional, market.params.trade_fee_ppm, Round::Up).map_err(refuse)?;
    Ok(FillTerms { fee, distance, forward })
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

/// Books open interest, spread and fees; new long lots must fit the shard's part of the cap and of the market's limits.
#[inline(never)]
fn record(
    shard: &mut OiShard,
    basis: &MarginBasis,
    source: &Source,
    args: &TradeArgs,
    moves: [Moved; 2],
    terms: &FillTerms,
) -> Result<()> {
    let market = basis.market;
    let (slot, id) = (source.expiry().slot(), source.expiry().expiry_id());
    let series = series_index(args.strike, args.kind);
    let held_before = shard.held(slot, id, series);
    let mut held = held_before;
    for (before, after) in moves {
        held = shard.record(slot, id, series, before, after)?;
    }
    if held > held_before {
        let cap = OiShard::cap(market.params.series_oi_cap_lots, market.shard_count)?;
        require!(held <= cap, BulkheadError::OpenInterestCap);
        let allowed = OiShard::cap(market.open_cap_lots()?, market.shard_count)?;
        require!(held <= allowed, BulkheadError::PoolBelowRequirement);
        // Only the array has the Greeks of every series.
        let array = source.array().ok_or(BulkheadError::StaleRiskArray)?;
        let limits = market.params.market_limits().in_regime(basis.charges.regime_ppm).map_err(refuse)?;
        let part = limits.part_of(market.shard_count).map_err(refuse)?;
        let breached = part.breached(&shard.gross_greeks(array).positive()) != 0;
        require!(!breached, BulkheadError::MarketGreekLimit);
    }
    shard.record_fill(terms.distance, terms.forward, args.lots, market.params.depth_lots, basis.now)?;
    shard.earn(add(terms.fee, terms.fee)?)
}

/// One side of the fill.
struct Side<'a> {
    account: &'a MarginAccount,
    cash_before: u64,
    lots: Moved,
}

impl Side<'_> {
    /// Returns the Greeks that are beyond their limits afterwards, a bit each.
    #[inline(never)]
    fn prove(
        &self,
        args: &TradeArgs,
        basis: &MarginBasis,
        sources: &Sources,
        protocol: &Protocol,
    ) -> Result<u64> {
        let change = self.change(args, basis, sources)?;
        if self.shrinks() {
            let after = basis.measure(self.account, sources.all())?;
            if after.exposure.loses_no_more_than_without(&change) {
                self.prove_not_worse(&after, args, basis, sources)?;
                return Ok(after.breaches(&basis.charges));
            }
        }
        require_action(protocol, basis.market, Action::OpenRisk, basis.now.unix)?;
        basis.require(Reliance::AddRisk)?;
        basis.require_fresh(self.account, sources.all())?;
        basis.require_young_surfaces(self.account, sources.all())?;
        // Most accounts hold so much more than they need that no look at the scenarios is necessary.
        let mut after = basis.measure_totals(self.account, sources.all())?;
        if after.initial_surplus().map_err(refuse)? < 0 {
            after = basis.measure(self.account, sources.all())?;
            self.prove_initial(&after, args, basis, sources)?;
        }
        prove_greeks(&after, &change.totals.greeks, basis)?;
        Ok(after.breaches(&basis.charges))
    }

    /// The account holds its initial margin. Where only cash for the nearer expiries is short, a fill that brings some is let
    /// pass, or nobody could unwind a calendar spread leg by leg.
    fn prove_initial(
        &self,
        after: &Measure,
        args: &TradeArgs,
        basis: &MarginBasis,
        sources: &Sources,
    ) -> Result<()> {
        if after.initial_surplus().map_err(refuse)? >= 0 {
            return Ok(());
        }
        let cures = after.initial_equity_surplus().map_err(refuse)? >= 0
            && after.initial_cover_surplus().map_err(refuse)?
                > self.before(args, basis, sources)?.initial_cover_surplus().map_err(refuse)?;
        require!(cures, BulkheadError::BelowInitialMargin);
        Ok(())
    }

    /// The leg shrinks without changing sides.
    fn shrinks(&self) -> bool {
        let (before, after) = self.lots;
        after.unsigned_abs() < before.unsigned_abs() && (after == 0 || after.signum() == before.signum())
    }

    /// What the fill adds to the book.
    #[inline(never)]
    fn change(&self, args: &TradeArgs, basis: &MarginBasis, sources: &Sources) -> Result<Exposure> {
        let (before, after) = self.lots;
        let source = sources.find(args.expiry_id)?;
        let mut row = [0; SCENARIOS];
        let mut change = Exposure::default();
        let expiry = source.expiry().expiry_risk(&basis.market.params, basis.now)?;
        let mut book = change.expiry(expiry).map_err(refuse)?;
        let series = source.expiry().series(args.strike, kind_from_byte(args.kind)?, &mut row)?;
        let moved = after.saturating_sub(before);
        if self.shrinks() {
            book.add(moved, &series).map_err(refuse)?;
        } else {
            book.add_totals(moved, &series).map_err(refuse)?;
        }
        book.close();
        Ok(change)
    }

    /// Reducing may not take an account below maintenance or cover, or deeper below: a fill away from the mark would leave a
    /// loss to the pool. Without a quorum the stored marks are the best there is; with one they must be fresh.
    fn prove_not_worse(
        &self,
        after: &Measure,
        args: &TradeArgs,
        basis: &MarginBasis,
        sources: &Sources,
    ) -> Result<()> {
        if basis.allows(Reliance::Reduce)? {
            basis.require_fresh(self.account, sources.all())?;
        }
        if after.is_covered().map_err(refuse)? {
            return Ok(());
        }
        let before = self.before(args, basis, sources)?;
        // A bankrupt account has only the pool's money left to give away.
        let no_worse = after.equity >= before.equity.min(0)
            && after.maintenance_health().map_err(refuse)?
                >= before.maintenance_health().map_err(refuse)?.min(0)
            && after.cover_health().map_err(refuse)? >= before.cover_health().map_err(refuse)?.min(0);
        require!(no_worse, BulkheadError::HealthWorsened);
        Ok(())
    }

    /// The account as it was before the fill.
    #[inline(never)]
    fn before(&self, args: &TradeArgs, basis: &MarginBasis, sources: &Sources) -> Result<Measure> {
        let mut account = *self.account;
        let (before, after) = self.lots;
        let back = before.saturating_sub(after);
        account.move_leg(args.expiry_id, args.strike, args.kind, back)?;
        account.cash = self.cash_before;
        basis.measure(&account, sources.all())
    }
}

/// No Greek may be beyond its limit and further out than before the fill.
fn prove_greeks(after: &Measure, change: &MoneyGreeks, basis: &MarginBasis) -> Result<()> {
    let held = &after.exposure.totals.greeks;
    let before = held.checked_sub(change).ok_or(BulkheadError::OutOfRange)?;
    let error = match basis.charges.greek_limits.worsened(&before, held) {
        None => return Ok(()),
        Some(Greek::Delta) => BulkheadError::DeltaLimit,
        Some(Greek::Gamma) => BulkheadError::GammaLimit,
        Some(Greek::Vega) => BulkheadError::VegaLimit,
        Some(Greek::Theta) => BulkheadError::ThetaLimit,
    };
    Err(error.into())
}
