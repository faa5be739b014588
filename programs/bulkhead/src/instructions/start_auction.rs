//! Opens the auction of an account that is open to liquidation, or confirms one that runs, which keeps its clock going. Anyone
//! may.

use {
    crate::{
        access::gate::require_action,
        error::{refuse, BulkheadError},
        events::{log, AuctionStarted, Header},
        expiry_source::Sources,
        grace::View,
        margin_basis::MarginBasis,
        now::Now,
        state::{MarginAccount, Market, OracleAggregate, Protocol},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{breaker::Action, oracle::Reliance},
};

/// For every expiry that the account holds its risk array follows, or the expiry itself, which is then priced on the spot.
#[derive(Accounts)]
pub struct StartAuction {
    pub protocol: Account<Protocol>,
    pub market: Account<Market>,
    #[account(constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
    #[account(mut, constraint = account.market == *market.address() @ BulkheadError::WrongMarket)]
    pub account: Account<MarginAccount>,
}

pub fn handler(ctx: &mut Context<StartAuction>) -> Result<()> {
    let appended = ctx.remaining_accounts()?;
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    let level = require_action(&a.protocol, &a.market, Action::Liquidate, now.unix)?;
    let basis = MarginBasis::new(&a.market, &a.oracle, level, now)?;
    basis.require(Reliance::Liquidate)?;
    let sources = Sources::load(&appended, &a.market, &a.oracle, now)?;
    basis.require_fresh(&a.account, sources.all())?;

    let measure = basis.measure(&a.account, sources.all())?;
    basis.require_all_known(&a.account, sources.all())?;
    require!(basis.holds_live(&a.account, sources.all()), BulkheadError::NotLiquidatable);
    let due = basis.due(&measure, &basis.terms(0)?)?;
    require!(due.causes != 0, BulkheadError::NotLiquidatable);
    let view = View { market: &a.market, basis: &basis, level, sources: &sources, appended: &appended };
    require!(!view.spares(&a.account)?, BulkheadError::InGrace);
    let live = a.oracle.mark.live_seconds;
    let auction = &mut a.account.auction;
    if auction.is_running(live) {
        auction.confirm(live, a.market.liquidation_open_since())?;
    } else {
        auction.begin(live, measure.requirement.maintenance, a.market.params.liquidation_fee_ppm)?;
    }
    let auction = *auction;
    let header = Header::next(&mut a.account.event_seq, now);
    log(&AuctionStarted {
        header,
        account: *a.account.address(),
        auction_id: auction.id,
        causes: due.causes,
        elapsed: auction.elapsed,
        discount_ppm: due.terms(&basis.terms(auction.elapsed)?).discount_ppm,
        health: measure.maintenance_health().map_err(refuse)?,
        fee_left: auction.fee_left,
    });
    Ok(())
}
