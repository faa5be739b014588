//! Anyone may trip the breaker by proof: the program checks the evidence itself.

use {
    crate::{
        error::BulkheadError,
        events::{BreakerTripped, Header},
        now::Now,
        open_greeks::{self, OpenGreeks},
        state::{Ledger, Market, OiShard, OracleAggregate},
        token::account::balance,
    },
    anchor_lang::prelude::*,
    bulkhead_risk::breaker::{proof::reported, Cause},
};

/// For open Greeks all shards follow, in order of index, and fresh risk arrays of expiries that prove it.
#[derive(Accounts)]
pub struct ReportFault {
    pub reporter: Signer,
    #[account(mut)]
    pub market: Account<Market>,
    #[account(constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
    #[account(constraint = ledger.market == *market.address() @ BulkheadError::WrongMarket)]
    pub ledger: Account<Ledger>,
    /// CHECK: the market's own.
    #[account(address = market.vault @ BulkheadError::WrongMarket)]
    pub vault: UncheckedAccount,
    /// The shard whose open interest does not balance, for that fault.
    pub shard: Option<Account<OiShard>>,
}

impl ReportFault {
    fn is_proven(&self, cause: Cause, appended: &[AccountView], now: Now) -> Result<bool> {
        Ok(match cause {
            Cause::OracleQuorum => self.oracle.grade_at(&self.market.params, now.unix).1.is_fault(),
            Cause::VaultShortfall => balance(self.vault.account())? < self.ledger.claims,
            Cause::OpenInterest => match &self.shard {
                Some(shard) => {
                    require_keys_eq!(shard.market, *self.market.address(), BulkheadError::WrongMarket);
                    !shard.is_zero_sum()
                }
                None => false,
            },
            Cause::Greeks => {
                open_greeks::judge(appended, &self.market, &self.oracle, now)? == OpenGreeks::Beyond
            }
            Cause::Guardian | Cause::Governance => false,
        })
    }
}

/// `cause`: 1 oracle quorum lost, 2 vault below claims, 3 open interest not zero-sum, 5 open Greeks beyond the market's
/// limits.
pub fn handler(ctx: &mut Context<ReportFault>, cause: u8) -> Result<()> {
    let appended = ctx.remaining_accounts()?;
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    let cause = Cause::from_byte(cause).ok_or(BulkheadError::FaultNotProven)?;
    require!(a.is_proven(cause, &appended, now)?, BulkheadError::FaultNotProven);
    let held = a.market.breaker.trip(cause);
    let trip = reported(held, cause, now.unix).ok_or(BulkheadError::FaultAlreadyReported)?;
    a.market.breaker.set(cause, trip);
    let header = Header::next(&mut a.market.event_seq, now);
    emit!(BreakerTripped {
        header,
        market: *a.market.address(),
        by: *a.reporter.address(),
        cause: cause as u64,
        level: u64::from(trip.level),
        until: 0,
    });
    Ok(())
}
