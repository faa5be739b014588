//! Gives a bonded keeper that is alive the sole right to bid in an open auction for some slots, and the duty to. Each auction is leased
//! once at most.

use {
    crate::{
        access::gate::require_action,
        error::BulkheadError,
        events::{Header, LeaseTaken},
        now::Now,
        state::{KeeperBond, MarginAccount, Market, OracleAggregate, Protocol},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::{breaker::Action, oracle::Reliance},
};

#[derive(Accounts)]
pub struct TakeLease {
    pub keeper: Signer,
    pub protocol: Account<Protocol>,
    pub market: Account<Market>,
    #[account(constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
    #[account(mut, constraint = keeper_bond.market == *market.address() @ BulkheadError::WrongMarket,
        constraint = keeper_bond.keeper == *keeper.address() @ BulkheadError::NotOwner)]
    pub keeper_bond: Account<KeeperBond>,
    #[account(mut, constraint = account.market == *market.address() @ BulkheadError::WrongMarket)]
    pub account: Account<MarginAccount>,
}

pub fn handler(ctx: &mut Context<TakeLease>, auction_id: u64) -> Result<()> {
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    require_action(&a.protocol, &a.market, Action::Liquidate, now.unix)?;
    let keeper = *a.keeper.address();
    // Who may not bid must not keep others from it.
    require!(!a.account.answers_to(&keeper), BulkheadError::OwnAuction);
    a.oracle.require(Reliance::Liquidate, &a.market.params, now.unix)?;
    let (live, open_since) = (a.oracle.mark.live_seconds, a.market.liquidation_open_since());
    a.account.auction.attend(auction_id, live, open_since)?;
    a.account.lease.open(keeper, auction_id, now)?;
    a.keeper_bond.open_lease(now)?;
    let header = Header::next(&mut a.keeper_bond.event_seq, now);
    emit!(LeaseTaken {
        header,
        keeper_bond: *a.keeper_bond.address(),
        account: *a.account.address(),
        keeper,
        auction_id,
        until_slot: a.account.lease.until_slot,
    });
    Ok(())
}
