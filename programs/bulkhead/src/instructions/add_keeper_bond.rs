//! Adds to a keeper's bond, by anybody: one of which more than half was slashed leases nothing.

use {
    crate::{
        amount::add,
        error::BulkheadError,
        events::{Header, KeeperBonded},
        now::Now,
        state::{KeeperBond, Ledger, Market},
        token::transfer::Transfer,
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct AddKeeperBond {
    pub payer: Signer,
    pub market: Account<Market>,
    #[account(mut, constraint = ledger.market == *market.address() @ BulkheadError::WrongMarket)]
    pub ledger: Account<Ledger>,
    #[account(mut, constraint = keeper_bond.market == *market.address() @ BulkheadError::WrongMarket)]
    pub keeper_bond: Account<KeeperBond>,
    /// CHECK: a token account of the quote mint, which [`Transfer`] checks; the payer signs for it.
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

pub fn handler(ctx: &mut Context<AddKeeperBond>, amount: u64) -> Result<()> {
    require!(amount > 0, BulkheadError::ZeroAmount);
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    a.keeper_bond.require_open()?;
    a.ledger.receive(amount)?;
    a.keeper_bond.bond = add(a.keeper_bond.bond, amount)?;
    let transfer =
        Transfer { market: &a.market, vault: &a.vault, wallet: &a.source, quote_mint: &a.quote_mint, amount };
    transfer.receive(&a.payer)?;
    let header = Header::next(&mut a.keeper_bond.event_seq, now);
    emit!(KeeperBonded {
        header,
        keeper_bond: *a.keeper_bond.address(),
        market: a.keeper_bond.market,
        keeper: a.keeper_bond.keeper,
        bond: a.keeper_bond.bond,
    });
    Ok(())
}
