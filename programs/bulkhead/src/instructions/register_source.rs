//! Adds a price source. On a market with listed expiries it votes only after the market's delay.

use {
    crate::{
        error::BulkheadError,
        events::{Header, SourceRegistered},
        now::Now,
        state::{
            oracle::{source_kind, Source},
            params::seconds,
            Market, OracleAggregate, Protocol,
        },
    },
    anchor_lang::prelude::*,
    bytemuck::Zeroable,
};

/// Groups are bits of a 64-bit set.
const MAX_GROUPS: u8 = 64;

#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct RegisterSourceArgs {
    /// 1 publisher feed, 2 Pyth push, 3 Pyth pull, 4 Switchboard On-Demand, 5 Chainlink.
    pub kind: u8,
    /// Sources with a common upstream share a group.
    pub group: u8,
    /// The account that is read.
    pub key: Address,
    /// What the account must say it is: the feed for Pyth pull, the feed hash (of its jobs) for Switchboard, the description
    /// padded with zeros for Chainlink. Not read for the others, whose account is the feed.
    pub feed_id: [u8; 32],
}

#[derive(Accounts)]
pub struct RegisterSource {
    pub governor: Signer,
    pub protocol: Account<Protocol>,
    pub market: Account<Market>,
    #[account(mut, constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
}

pub fn handler(ctx: &mut Context<RegisterSource>, args: RegisterSourceArgs) -> Result<()> {
    ctx.accounts.protocol.require_governor(ctx.accounts.governor.address())?;
    let kinds = source_kind::PUBLISHER..=source_kind::CHAINLINK;
    let known = kinds.contains(&args.kind) && args.group < MAX_GROUPS && args.key != Address::default();
    let repeated = ctx.accounts.oracle.registered().iter().any(|s| s.key == args.key);
    require!(known && !repeated, BulkheadError::InvalidSource);
    let now = Now::read()?;
    let market = &ctx.accounts.market;
    let delay = if market.has_expiries() { seconds(market.params.source_delay_seconds) } else { 0 };
    let active_at = now.unix.saturating_add(delay);

    let market_key = *market.address();
    let oracle = &mut ctx.accounts.oracle;
    let at = usize::from(oracle.source_count);
    let slot = oracle.sources.get_mut(at).ok_or(BulkheadError::TooManySources)?;
    *slot = Source {
        kind: args.kind,
        group: args.group,
        key: args.key,
        feed_id: args.feed_id,
        active_at,
        ..Source::zeroed()
    };
    oracle.source_count = oracle.source_count.saturating_add(1);

    let mut seq = u64::from(oracle.source_count).saturating_sub(1);
    emit!(SourceRegistered {
        header: Header::next(&mut seq, now),
        market: market_key,
        source: args.key,
        kind: u64::from(args.kind),
        group: u64::from(args.group),
        active_at,
    });
    Ok(())
}
