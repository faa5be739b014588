//! Takes down what the oracle's buckets say of an expiry, so that its price stays what it is however late it is fixed. Anyone may,
//! once.

use {
    crate::{
        error::BulkheadError,
        events::{Header, SettlementObserved},
        now::Now,
        state::{Expiry, Market, OracleAggregate},
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct ObserveSettlement {
    #[account(mut)]
    pub market: Account<Market>,
    #[account(constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
    #[account(mut, constraint = expiry.market == *market.address() @ BulkheadError::WrongMarket)]
    pub expiry: Account<Expiry>,
}

pub fn handler(ctx: &mut Context<ObserveSettlement>) -> Result<()> {
    let now = Now::read()?;
    let ObserveSettlement { market, oracle, expiry } = &mut ctx.accounts;
    require!(expiry.observed_at == 0, BulkheadError::AlreadyObserved);
    let seen = expiry.observe(oracle, &market.params, now)?;
    let header = Header::next(&mut market.event_seq, now);
    emit!(SettlementObserved {
        header,
        market: *market.address(),
        expiry_id: u64::from(expiry.id),
        window_price: seen.window_price,
        covered_seconds: seen.covered_seconds,
        reference: seen.reference,
    });
    Ok(())
}
