//! Anyone may lead the market back by proof that a fault is over: the dwell time has passed and the evidence is gone.
//! The level steps down to Guarded for one more dwell, then ends by itself.

use {
    crate::{
        error::BulkheadError,
        events::{BreakerRecovered, Header},
        now::Now,
        open_greeks::{self, OpenGreeks},
        state::{params::seconds, Ledger, Market, OracleAggregate},
        token::account::balance,
    },
    anchor_lang::prelude::*,
    bulkhead_risk::breaker::{proof::recovered, Cause},
};

/// For open Greeks all shards follow, in order of index, and a fresh risk array of every live expiry.
#[derive(Accounts)]
pub struct RecoverBreaker {
    #[account(mut)]
    pub market: Account<Market>,
    #[account(constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
    #[account(constraint = ledger.market == *market.address() @ BulkheadError::WrongMarket)]
    pub ledger: Account<Ledger>,
    /// CHECK: the market's own.
    #[account(address = market.vault @ BulkheadError::WrongMarket)]
    pub vault: UncheckedAccount,
}

impl RecoverBreaker {
    fn is_over(&self, cause: Cause, appended: &[AccountView], now: Now) -> Result<bool> {
        let params = &self.market.params;
        Ok(match cause {
            Cause::OracleQuorum => {
                self.oracle.grade_at(params, now.unix).0.is_quorum()
                    && self.oracle.mark.healthy_rounds >= params.recovery_rounds
            }
            Cause::VaultShortfall => balance(self.vault.account())? >= self.ledger.claims,
            Cause::Greeks => {
                open_greeks::judge(appended, &self.market, &self.oracle, now)? == OpenGreeks::Within
            }
            // No proof ends them.
            Cause::Guardian | Cause::OpenInterest | Cause::Governance => false,
        })
    }
}

/// `cause`: 1 oracle quorum lost, 2 vault below claims, 5 open Greeks beyond the market's limits.
pub fn handler(ctx: &mut Context<RecoverBreaker>, cause: u8) -> Result<()> {
    let appended = ctx.remaining_accounts()?;
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    let cause = Cause::from_byte(cause).ok_or(BulkheadError::RecoveryNotProven)?;
    let held = a.market.breaker.trip(cause);
    let dwell = seconds(a.market.params.min_dwell_seconds);
    let trip = recovered(held, cause, now.unix, dwell).ok_or(BulkheadError::RecoveryNotProven)?;
    require!(a.is_over(cause, &appended, now)?, BulkheadError::RecoveryNotProven);
    a.market.set_trip(cause, trip, a.oracle.mark.live_seconds, now.unix);
    let level_after = a.market.breaker.level(now.unix) as u64;
    let header = Header::next(&mut a.market.event_seq, now);
    emit!(BreakerRecovered { header, market: *a.market.address(), cause: cause as u64, level_after });
    Ok(())
}
