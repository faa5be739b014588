//! Ends the auction of an account that is no longer open to liquidation; what the pool lent for it and nobody took goes back.
//! Anyone may, at every breaker level.

use {
    crate::{
        access::gate::level_in_force,
        amount::add,
        error::BulkheadError,
        events::{log, AuctionEnded, Header},
        expiry_source::Sources,
        grace::View,
        margin_basis::MarginBasis,
        now::Now,
        state::{MarginAccount, Market, OracleAggregate, Pool, Protocol},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::oracle::Reliance,
};

/// For every expiry that the account holds its risk array follows, or the expiry itself, which is then priced on the spot.
#[derive(Accounts)]
pub struct EndAuction {
    pub protocol: Account<Protocol>,
    pub market: Account<Market>,
    #[account(constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
    #[account(mut, constraint = account.market == *market.address() @ BulkheadError::WrongMarket)]
    pub account: Account<MarginAccount>,
    /// Needed only while the account owes the pool, or asked it in vain.
    #[account(mut)]
    pub pool: Option<Account<Pool>>,
}

pub fn handler(ctx: &mut Context<EndAuction>) -> Result<()> {
    let appended = ctx.remaining_accounts()?;
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    require!(a.account.auction.is_open(), BulkheadError::NoAuction);
    require!(!is_due(a, &appended, now)?, BulkheadError::AuctionGoesOn);
    let repaid = give_back(a)?;
    a.account.auction.end();
    a.account.lease.excuse();
    let header = Header::next(&mut a.account.event_seq, now);
    log(&AuctionEnded {
        header,
        account: *a.account.address(),
        auction_id: a.account.auction.id,
        repaid,
        cash_after: a.account.cash,
    });
    Ok(())
}

/// An account without live legs leaves nothing to bid for.
#[inline(never)]
fn is_due(a: &EndAuction, appended: &[AccountView], now: Now) -> Result<bool> {
    if a.account.leg_count == 0 {
        return Ok(false);
    }
    let level = level_in_force(&a.protocol, &a.market, now.unix);
    let basis = MarginBasis::new(&a.market, &a.oracle, level, now)?;
    basis.require(Reliance::Liquidate)?;
    let sources = Sources::load(appended, &a.market, &a.oracle, now)?;
    basis.require_fresh(&a.account, sources.all())?;
    let measure = basis.measure(&a.account, sources.all())?;
    if !basis.holds_live(&a.account, sources.all()) {
        return Ok(false);
    }
    let view = View { market: &a.market, basis: &basis, level, sources: &sources, appended };
    Ok(basis.due(&measure, &basis.terms(0)?)?.causes != 0 && !view.spares(&a.account)?)
}

/// Returns what was repaid, quote atoms.
fn give_back(a: &mut EndAuction) -> Result<u64> {
    if a.account.debt == 0 && a.account.auction.asked == 0 {
        return Ok(0);
    }
    let pool = a.pool.as_mut().ok_or(BulkheadError::PoolRequired)?;
    require_keys_eq!(pool.market, *a.market.address(), BulkheadError::WrongMarket);
    pool.forget(core::mem::take(&mut a.account.auction.asked));
    // What was lent for bids is the pool's even where winners of another expiry wait for the account's own cash.
    let unused = a.account.return_loan()?;
    a.account.auction.is_open = 0;
    let repaid = add(unused, a.account.repay(&a.market)?)?;
    pool.recover(repaid)?;
    Ok(repaid)
}
