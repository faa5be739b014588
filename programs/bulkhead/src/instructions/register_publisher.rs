//! Opens a publisher's feed and takes its bond, in quote tokens of the market's vault.

use {
    crate::{
        constants::{MIN_PUBLISHER_BOND_UNITS, VERSION},
        error::BulkheadError,
        events::{Header, PublisherBonded},
        now::Now,
        state::{params::seconds, seeds, space_of, Ledger, Market, OracleAggregate, PublisherFeed},
        token::transfer::Transfer,
    },
    anchor_lang::{hash::sha256, prelude::*},
};

#[derive(Accounts)]
pub struct RegisterPublisher {
    #[account(mut)]
    pub publisher: Signer,
    pub market: Account<Market>,
    #[account(mut, constraint = ledger.market == *market.address() @ BulkheadError::WrongMarket)]
    pub ledger: Account<Ledger>,
    #[account(init, payer = publisher, space = space_of::<PublisherFeed>(),
        seeds = [seeds::FEED, market.address().as_ref(), publisher.address().as_ref()], bump)]
    pub feed: Account<PublisherFeed>,
    #[account(mut, constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
    /// CHECK: a token account of the quote mint, which [`Transfer`] checks; the publisher signs for it.
    #[account(mut)]
    pub source: UncheckedAccount,
    /// CHECK: the market's own.
    #[account(mut, address = market.vault @ BulkheadError::WrongMarket)]
    pub vault: UncheckedAccount,
    /// CHECK: the market's own.
    #[account(address = market.quote_mint @ BulkheadError::WrongMarket)]
    pub quote_mint: UncheckedAccount,
    /// CHECK: the market's own.
    #[account(address = market.token_program @ BulkheadError::WrongMarket)]
    pub token_program: UncheckedAccount,
    pub system_program: Program<System>,
}

pub fn handler(ctx: &mut Context<RegisterPublisher>, bond: u64) -> Result<()> {
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    let least_bond = a.market.atoms(MIN_PUBLISHER_BOND_UNITS)?;
    require!(bond >= least_bond, BulkheadError::BondTooSmall);
    let market = *a.market.address();
    let publisher = *a.publisher.address();
    let domain = domain(a.feed.address(), now)?;
    // A feed of this publisher may be a source from an earlier life, or from before it existed.
    let until = now.unix.saturating_add(seconds(a.market.params.source_delay_seconds));
    a.oracle.begin_anew(a.feed.address(), until);
    a.ledger.receive(bond)?;
    let feed = &mut a.feed;
    feed.version = VERSION;
    feed.bump = ctx.bumps.feed;
    feed.market = market;
    feed.publisher = publisher;
    feed.bond = bond;
    feed.least_bond = least_bond;
    feed.domain = domain;

    let transfer = Transfer {
        market: &a.market,
        vault: &a.vault,
        wallet: &a.source,
        quote_mint: &a.quote_mint,
        amount: bond,
    };
    transfer.receive(&a.publisher)?;
    let mut seq = 0;
    emit!(PublisherBonded { header: Header::next(&mut seq, now), market, publisher, bond });
    Ok(())
}

/// The feed's address stands for program, market and publisher; the time keeps apart the lives of one feed, and clusters on
/// which the same program runs.
fn domain(feed: &Address, now: Now) -> Result<[u8; 8]> {
    let mut text = [0; 64];
    let parts: [&[u8]; 4] =
        [b"bulkhead price 1", feed.as_ref(), &now.slot.to_le_bytes(), &now.unix.to_le_bytes()];
    for (to, from) in text.iter_mut().zip(parts.into_iter().flatten()) {
        *to = *from;
    }
    let hash = sha256(&text);
    hash.first_chunk().copied().ok_or_else(|| BulkheadError::OutOfRange.into())
}
