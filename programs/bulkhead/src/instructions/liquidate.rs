//! Takes over part of an account that is below its maintenance margin, short of cash for its nearer expiries, or far beyond
//! its limits of Greeks in a market that is held for them: a share of every leg at the marks, plus a discount, up to what
//! ends it. The account pays first, then the pool; the liquidator must hold its own initial margin afterwards.

use {
    crate::{
        access::gate::require_action,
        error::{refuse, BulkheadError},
        events::{Header, Liquidated},
        expiry_source::{OfExpiry, Sources},
        margin_basis::MarginBasis,
        now::Now,
        state::{
            expiry::kind_from_byte,
            oi_shard::{series_index, OiShard},
            MarginAccount, Market, OracleAggregate, Pool, Protocol,
        },
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{
        breaker::Action,
        liquidation::{lots_taken, payment, Payment},
        oracle::Reliance,
        round::{ppm_of, Round},
        scenario::PPM,
    },
};

#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct LiquidateArgs {
    /// Largest share to take, parts per million; cut to what restores the buffer.
    pub share_ppm: u64,
    /// Least net payment to the liquidator, quote atoms; negative when it pays for a valuable slice.
    pub min_payment: i64,
}

/// For every expiry that either account holds its risk array follows, or the expiry itself, which is then priced on the spot.
#[derive(Accounts)]
pub struct Liquidate {
    pub authority: Signer,
    pub protocol: Account<Protocol>,
    pub market: Account<Market>,
    #[account(constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
    #[account(mut, constraint = shard.market == *market.address() @ BulkheadError::WrongMarket)]
    pub shard: Account<OiShard>,
    #[account(mut, constraint = account.market == *market.address() @ BulkheadError::WrongMarket)]
    pub account: Account<MarginAccount>,
    #[account(mut, constraint = liquidator.market == *market.address() @ BulkheadError::WrongMarket,
        constraint = liquidator.owner != account.owner @ BulkheadError::SameAccount)]
    pub liquidator: Account<MarginAccount>,
    /// Needed only when the account cannot pay for what it owes.
    #[account(mut)]
    pub pool: Option<Account<Pool>>,
}

pub fn handler(ctx: &mut Context<Liquidate>, args: LiquidateArgs) -> Result<()> {
    let appended = ctx.remaining_accounts()?;
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    let level = require_action(&a.protocol, &a.market, Action::Liquidate, now.unix)?;
    a.liquidator.require_authority(a.authority.address())?;
    require!((1..=PPM).contains(&args.share_ppm), BulkheadError::InvalidShare);
    let basis = MarginBasis::new(&a.market, &a.oracle, level, now)?;
    basis.require(Reliance::Liquidate)?;
    let sources = Sources::load(&appended, &a.market, &a.oracle, now)?;
    basis.require_fresh(&a.account, sources.all())?;
    basis.require_fresh(&a.liquidator, sources.all())?;

    let before = basis.measure(&a.account, sources.all())?;
    let terms = a.market.params.liquidation_terms();
    let due = basis.due(&before, &terms)?;
    require!(due.causes != 0, BulkheadError::NotLiquidatable);
    let share = due.share_ppm.min(args.share_ppm);
    let taken = ppm_of(before.requirement.maintenance, share, Round::Down).map_err(refuse)?;

    let value = move_slice(&mut a.account, &mut a.liquidator, &mut a.shard, &sources, share, now)?;
    let available = match &a.pool {
        Some(pool) => {
            require_keys_eq!(pool.market, *a.market.address(), BulkheadError::WrongMarket);
            pool.drawable(&a.market.params, now.unix)?
        }
        None => u64::MAX,
    };
    let paid = payment(value, taken, a.account.cash, available, &terms).map_err(refuse)?;
    settle_payment(a, &paid, args.min_payment, now)?;

    let after = {
        let basis = MarginBasis::new(&a.market, &a.oracle, level, now)?;
        let liquidator = basis.measure(&a.liquidator, sources.all())?;
        let surplus = liquidator.initial_surplus().map_err(refuse)?;
        require!(surplus >= 0, BulkheadError::BelowInitialMargin);
        basis.measure(&a.account, sources.all())?
    };
    let health_before = before.maintenance_health().map_err(refuse)?;
    let health_after = after.maintenance_health().map_err(refuse)?;
    require!(health_after > health_before, BulkheadError::HealthWorsened);
    let header = Header::next(&mut a.shard.event_seq, now);
    emit!(Liquidated {
        header,
        shard: *a.shard.address(),
        account: *a.account.address(),
        liquidator: *a.liquidator.address(),
        causes: due.causes,
        share_ppm: share,
        to_account: paid.to_account,
        from_account: paid.from_account,
        from_pool: paid.from_pool,
        fee: paid.fee,
        health_before,
        health_after,
    });
    Ok(())
}

/// Moves the share of every leg; returns the value of what moved at the marks, quote atoms.
#[inline(never)]
fn move_slice(
    account: &mut MarginAccount,
    liquidator: &mut MarginAccount,
    shard: &mut OiShard,
    sources: &Sources,
    share_ppm: u64,
    now: Now,
) -> Result<i64> {
    let mut value = 0i64;
    let legs = account.legs;
    for leg in legs.iter().take(usize::from(account.leg_count)) {
        let source = sources.find(leg.expiry_id)?.expiry();
        require!(now.unix < source.expires_at(), BulkheadError::SettleFirst);
        let taken = lots_taken(leg.lots, share_ppm).map_err(refuse)?;
        let mark = sources.mark(leg.expiry_id, leg.strike, kind_from_byte(leg.kind)?)?;
        let mark = i64::try_from(mark).map_err(|_| BulkheadError::OutOfRange)?;
        let worth = taken.checked_mul(mark).ok_or(BulkheadError::OutOfRange)?;
        value = value.checked_add(worth).ok_or(BulkheadError::OutOfRange)?;
        let series = series_index(leg.strike, leg.kind);
        let given = account.move_leg(leg.expiry_id, leg.strike, leg.kind, taken.saturating_neg())?;
        let got = liquidator.move_leg(leg.expiry_id, leg.strike, leg.kind, taken)?;
        for (before, after) in [given, got] {
            shard.record(source.slot(), leg.expiry_id, series, before, after)?;
        }
    }
    Ok(value)
}

/// Moves the cash in the books. What the pool pays becomes the account's debt.
fn settle_payment(a: &mut Liquidate, paid: &Payment, min_payment: i64, now: Now) -> Result<()> {
    let received = paid.from_account.checked_add(paid.from_pool).ok_or(BulkheadError::OutOfRange)?;
    let net = i64::try_from(received)
        .ok()
        .and_then(|r| i64::try_from(paid.to_account).ok().and_then(|p| r.checked_sub(p)))
        .ok_or(BulkheadError::OutOfRange)?;
    require!(net >= min_payment, BulkheadError::PaymentTooSmall);
    if paid.from_pool > 0 {
        let pool = a.pool.as_mut().ok_or(BulkheadError::PoolRequired)?;
        pool.draw(paid.from_pool, &a.market.params, now.unix)?;
        a.account.debt = a.account.debt.checked_add(paid.from_pool).ok_or(BulkheadError::OutOfRange)?;
    }
    a.liquidator.credit(received)?;
    a.liquidator.debit(paid.to_account)?;
    a.account.credit(paid.to_account)?;
    a.account.debit(paid.from_account)?;
    a.account.debit(paid.fee)?;
    a.shard.earn(paid.fee)
}
