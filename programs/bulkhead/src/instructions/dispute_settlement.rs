//! Disputes a proposed settlement price with another one and an equal bond. The reference price then settles, and whoever named
//! the price nearer to it gets half of the other's bond.

use {
    crate::{
        error::BulkheadError,
        events::{Header, SettlementDisputed},
        now::Now,
        state::{BondedPrice, Expiry, Ledger, MarginAccount, Market},
        token::transfer::Transfer,
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct DisputeSettlement {
    pub disputer: Signer,
    #[account(mut)]
    pub market: Account<Market>,
    #[account(mut, constraint = ledger.market == *market.address() @ BulkheadError::WrongMarket)]
    pub ledger: Account<Ledger>,
    #[account(mut, constraint = expiry.market == *market.address() @ BulkheadError::WrongMarket)]
    pub expiry: Account<Expiry>,
    /// Where the bond returns to.
    #[account(mut, constraint = account.market == *market.address() @ BulkheadError::WrongMarket,
        constraint = account.owner == *disputer.address() @ BulkheadError::NotOwner)]
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

/// `price`: quote atoms per unit, another one than the proposed.
pub fn handler(ctx: &mut Context<DisputeSettlement>, price: u64) -> Result<()> {
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    require!(!a.expiry.is_fixed(), BulkheadError::AlreadyFixed);
    let is_open = a.expiry.may_dispute(&a.market.params, now.unix)?;
    require!(is_open, BulkheadError::DisputeClosed);
    require!(price != a.expiry.proposal.price, BulkheadError::SamePrice);
    a.expiry.require_in_band(price)?;
    let bond = a.expiry.proposal.bond;
    let account = *a.account.address();
    a.expiry.dispute = BondedPrice { account, price, bond, at: now.unix };
    a.account.hold_bond()?;
    a.ledger.receive(bond)?;
    let transfer = Transfer {
        market: &a.market,
        vault: &a.vault,
        wallet: &a.source,
        quote_mint: &a.quote_mint,
        amount: bond,
    };
    transfer.receive(&a.disputer)?;
    let header = Header::next(&mut a.market.event_seq, now);
    emit!(SettlementDisputed {
        header,
        market: *a.market.address(),
        account,
        expiry_id: u64::from(a.expiry.id),
        price,
        reference: a.expiry.reference,
        bond,
        claims_after: a.ledger.claims,
    });
    Ok(())
}
