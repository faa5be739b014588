//! Reads every registered source and forms the mark. Anyone may; the caller cannot choose which sources to show.

use {
    crate::{
        adapters,
        error::{refuse, BulkheadError},
        events::{Header, OracleUpdated},
        now::Now,
        state::{Market, OracleAggregate},
    },
    anchor_lang::prelude::*,
    bulkhead_risk::oracle::{aggregate, SourceInput, MAX_SOURCES},
};

/// The accounts of all registered sources follow, in the order of registration.
#[derive(Accounts)]
pub struct UpdateOracle {
    pub market: Account<Market>,
    #[account(mut, constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
}

pub fn handler(ctx: &mut Context<UpdateOracle>) -> Result<()> {
    let appended = ctx.remaining_accounts()?;
    let now = Now::read()?;
    let market = &ctx.accounts.market;
    let oracle = &mut ctx.accounts.oracle;
    require!(now.unix > oracle.round_at, BulkheadError::AlreadyUpdated);
    let complete = appended.len() == usize::from(oracle.source_count);
    require!(complete, BulkheadError::SourceAccountsMismatch);

    let mut inputs = [SourceInput::default(); MAX_SOURCES];
    for ((input, source), account) in inputs.iter_mut().zip(&mut oracle.sources).zip(&appended) {
        require_keys_eq!(source.key, *account.address(), BulkheadError::SourceAccountsMismatch);
        // A price older than one seen before is a replay, however fresh it may still be.
        let seen = adapters::observe(source, account, market.decimals)
            .filter(|o| o.publish_time >= source.last_publish_time);
        if let Some(seen) = seen.filter(|o| o.publish_time <= now.unix) {
            source.last_price = seen.price;
            source.last_publish_time = seen.publish_time;
        }
        *input = SourceInput {
            registered: true,
            voting: now.unix >= source.active_at && now.unix >= source.quarantined_until,
            group: source.group,
            observation: seen,
        };
    }

    let round = aggregate(&inputs, &market.params.oracle_limits(), now.unix).map_err(refuse)?;
    oracle.apply(&round, &market.params, now)?;

    let mut seq = oracle.rounds.saturating_sub(1);
    emit!(OracleUpdated {
        header: Header::next(&mut seq, now),
        market: *market.address(),
        mark: oracle.mark,
        stable: oracle.stable,
        confidence: oracle.confidence,
        grade: u64::from(oracle.grade),
        valid: round.valid,
        regime_ppm: oracle.regime().factor_ppm(),
    });
    Ok(())
}
