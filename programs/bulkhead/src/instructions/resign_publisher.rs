//! Ends a publisher's service. What it owes by rule is paid first; from then on it may say nothing and misses nothing, and its bond
//! stays for challenges until the cool-down is over.

use {
    crate::{
        error::BulkheadError,
        events::{Header, PublisherResigned},
        now::Now,
        state::{OracleAggregate, PublisherFeed},
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct ResignPublisher {
    pub publisher: Signer,
    #[account(constraint = oracle.market == feed.market @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
    #[account(mut, constraint = feed.publisher == *publisher.address() @ BulkheadError::NotOwner)]
    pub feed: Account<PublisherFeed>,
}

pub fn handler(ctx: &mut Context<ResignPublisher>) -> Result<()> {
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    a.feed.require_open()?;
    require!(a.oracle.owed(a.feed.address()) == (0, 0), BulkheadError::SlashDue);
    a.feed.resigned_at = now.unix;
    let mut seq = a.feed.publications;
    emit!(PublisherResigned {
        header: Header::next(&mut seq, now),
        market: a.feed.market,
        publisher: a.feed.publisher,
        bond: a.feed.bond,
    });
    Ok(())
}
