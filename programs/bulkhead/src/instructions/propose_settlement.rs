//! Proposes a settlement price against a bond, where the buckets do not serve. It counts unless somebody disputes it in time.

use {
    crate::{
        error::BulkheadError,
        events::{Header, SettlementProposed},
        now::Now,
        state::{BondedPrice, Expiry, Ledger, MarginAccount, Market, OracleAggregate},
        token::transfer::Transfer,
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct ProposeSettlement {
    pub proposer: Signer,
    #[account(mut)]
    pub market: Account<Market>,
    #[account(constraint = oracle.market == *market.address() @ BulkheadError::WrongMarket)]
    pub oracle: Account<OracleAggregate>,
    #[account(mut, constraint = ledger.market == *market.address() @ BulkheadError::WrongMarket)]
    pub ledger: Account<Ledger>,
    #[account(mut, constraint = expiry.market == *market.address() @ BulkheadError::WrongMarket)]
    pub expiry: Account<Expiry>,
    /// Where the bond returns to.
    #[account(mut, constraint = account.market == *market.address() @ BulkheadError::WrongMarket,
        constraint = account.owner == *proposer.address() @ BulkheadError::NotOwner)]
    pub account: Account<MarginAccount>,
    /// CHECK: a token account of the quote mint, which [`Transfer`] checks; its authority signs.
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
}

/// `price`: quote atoms per unit.
pub fn handler(ctx: &mut Context<ProposeSettlement>, price: u64) -> Result<()> {
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    require!(!a.expiry.is_fixed(), BulkheadError::AlreadyFixed);
    require!(!a.expiry.proposal.is_named(), BulkheadError::AlreadyProposed);
    let seen = a.expiry.observe(&a.oracle, &a.market.params, now)?;
    let is_open = a.expiry.may_propose(&seen, &a.market.params, now.unix)?;
    require!(is_open, BulkheadError::ProposalsClosed);
    a.expiry.require_in_band(price)?;
    let bond = a.market.settlement_bond()?;
    let account = *a.account.address();
    a.expiry.proposal = BondedPrice { account, price, bond, at: now.unix };
    a.account.hold_bond()?;
    a.ledger.receive(bond)?;
    let transfer = Transfer {
        market: &a.market,
        vault: &a.vault,
        wallet: &a.source,
        quote_mint: &a.quote_mint,
        amount: bond,
    };
    transfer.receive(&a.proposer)?;
    let header = Header::next(&mut a.market.event_seq, now);
    emit!(SettlementProposed {
        header,
        market: *a.market.address(),
        account,
        expiry_id: u64::from(a.expiry.id),
        price,
        reference: seen.reference,
        bond,
        claims_after: a.ledger.claims,
    });
    Ok(())
}
