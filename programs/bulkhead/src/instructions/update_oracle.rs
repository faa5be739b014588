//! Reads every registered source and forms the mark. Anyone may; the caller cannot choose which sources to show.

use {
    crate::{
        adapters::observe,
        error::BulkheadError,
        events::{Header, OracleUpdated},
        now::Now,
        state::{Market, MarketParams, OracleAggregate, Source},
    },
    anchor_lang::{pinocchio::address::address_eq, prelude::*},
};

/// The accounts of all registered sources follow, in the order of registration.
#[derive(Accounts)]
pub struct UpdateOracle {
    pub market: Account<Market>,
    #[account(mut, constraint = address_eq(&oracle.market, market.address()) @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
}

pub fn handler(ctx: &mut Context<UpdateOracle>) -> Result<()> {
    let appended = ctx.remaining_accounts()?;
    let now = Now::read()?;
    let market = &ctx.accounts.market;
    let oracle = &mut ctx.accounts.oracle;
    let valid = run(oracle, &appended, &market.params, market.decimals, now)?;

    let mut seq = oracle.mark.rounds.saturating_sub(1);
    emit!(OracleUpdated {
        header: Header::next(&mut seq, now),
        market: *market.address(),
        mark: oracle.mark.price,
        stable: oracle.mark.stable,
        confidence: oracle.mark.confidence,
        grade: u64::from(oracle.mark.grade),
        reason: u64::from(oracle.mark.reason),
        valid,
        regime_ppm: oracle.regime().factor_ppm(),
    });
    Ok(())
}

/// One round, from the accounts of the sources to the mark: all of the instruction but loading its accounts and the event.
/// Returns how many sources count.
///
/// # Errors
/// [`BulkheadError::AlreadyUpdated`] within the second of the last round, [`BulkheadError::SourceAccountsMismatch`] for other
/// accounts than those of all sources in order, and those of [`OracleAggregate::hear`].
pub fn run(
    oracle: &mut OracleAggregate,
    appended: &[AccountView],
    params: &MarketParams,
    decimals: u8,
    now: Now,
) -> Result<u64> {
    require!(now.unix > oracle.mark.round_at, BulkheadError::AlreadyUpdated);
    let complete = appended.len() == usize::from(oracle.source_count);
    require!(complete, BulkheadError::SourceAccountsMismatch);

    let mut accounts = appended.iter();
    let look = |source: &Source| {
        let account = accounts.next().ok_or(BulkheadError::SourceAccountsMismatch)?;
        require!(address_eq(&source.key, account.address()), BulkheadError::SourceAccountsMismatch);
        Ok(observe(source, account, decimals))
    };
    let (last_at, live) = (oracle.mark.at, oracle.mark.live_seconds);
    let valid = oracle.hear(look, params, now)?;
    oracle.keep_grace(last_at, live, now);
    Ok(valid)
}
