//! The pool lends an account in auction what its legs owe beyond its cash, and what its equity lacks of the first discount on its
//! requirement, so that bidders can be paid without writing the pool. Anyone may, again whenever the need has grown or the pool may
//! lend more.

use {
    crate::{
        access::gate::require_action,
        constants::ASK_AGAIN_SECONDS,
        error::{refuse, BulkheadError},
        events::{log, AccountCovered, Header},
        expiry_source::Sources,
        grace::View,
        margin_basis::MarginBasis,
        now::Now,
        state::{MarginAccount, Market, OracleAggregate, Pool, Protocol},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{breaker::Action, oracle::Reliance},
};

/// For every expiry that the account holds its risk array follows, or the expiry itself, which is then priced on the spot.
#[derive(Accounts)]
pub struct CoverAccount {
    pub protocol: Account<Protocol>,
    pub market: Account<Market>,
    #[account(constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
    #[account(mut, constraint = account.market == *market.address() @ BulkheadError::WrongMarket)]
    pub account: Account<MarginAccount>,
    #[account(mut, constraint = pool.market == *market.address() @ BulkheadError::WrongMarket)]
    pub pool: Account<Pool>,
}

pub fn handler(ctx: &mut Context<CoverAccount>) -> Result<()> {
    let appended = ctx.remaining_accounts()?;
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    require_action(&a.protocol, &a.market, Action::Liquidate, now.unix)?;
    require!(a.account.auction.is_open(), BulkheadError::NoAuction);
    let running = a.account.auction.is_running(a.oracle.mark.live_seconds);
    require!(running, BulkheadError::AuctionLapsed);
    let need = need(a, &appended, now)?;
    require!(need > 0, BulkheadError::NotInsolvent);

    let params = &a.market.params;
    // What was asked for before is in the pool's books already, and counts there as long as somebody asks now and then.
    let is_due_again = now.unix >= a.pool.unmet_at.saturating_add(ASK_AGAIN_SECONDS);
    let mut unmet = a.account.auction.asked;
    let lent = a.pool.ask(need, &mut unmet, params, now.unix)?;
    let says_more = lent > 0 || unmet > a.account.auction.asked || is_due_again;
    require!(says_more, BulkheadError::PoolExhausted);
    a.account.auction.asked = unmet;
    a.account.borrow(lent)?;
    let header = Header::next(&mut a.account.event_seq, now);
    log(&AccountCovered {
        header,
        account: *a.account.address(),
        auction_id: a.account.auction.id,
        lent,
        unmet,
        cash_after: a.account.cash,
        debt_after: a.account.debt,
    });
    Ok(())
}

/// What the account needs of the pool now, quote atoms; zero for one that pays for itself.
#[inline(never)]
fn need(a: &CoverAccount, appended: &[AccountView], now: Now) -> Result<u64> {
    let level = require_action(&a.protocol, &a.market, Action::Liquidate, now.unix)?;
    let basis = MarginBasis::new(&a.market, &a.oracle, level, now)?;
    basis.require(Reliance::Liquidate)?;
    let sources = Sources::load(appended, &a.market, &a.oracle, now)?;
    basis.require_fresh(&a.account, sources.all())?;
    let measure = basis.measure(&a.account, sources.all())?;
    basis.require_all_known(&a.account, sources.all())?;
    require!(basis.holds_live(&a.account, sources.all()), BulkheadError::NotLiquidatable);
    let terms = a.market.params.liquidation_terms();
    require!(basis.due(&measure, &terms)?.causes != 0, BulkheadError::NotLiquidatable);
    let view = View { market: &a.market, basis: &basis, level, sources: &sources, appended };
    require!(!view.spares(&a.account)?, BulkheadError::InGrace);
    measure.standing(a.account.lent()).loan(measure.live_value(), &terms).map_err(refuse)
}
