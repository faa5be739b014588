//! Pays a keeper's bond back, in parts where the vault's outflow limit asks for it, once its cool-down is over and every lease
//! of it resolved.

use {
    crate::{
        amount::sub,
        error::BulkheadError,
        events::{BondWithdrawn, Header},
        now::Now,
        state::{bond, KeeperBond, Ledger, Market},
        token::transfer::Transfer,
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct WithdrawKeeperBond {
    pub keeper: Signer,
    pub market: Account<Market>,
    #[account(mut, constraint = ledger.market == *market.address() @ BulkheadError::WrongMarket)]
    pub ledger: Account<Ledger>,
    #[account(mut, constraint = keeper_bond.market == *market.address() @ BulkheadError::WrongMarket,
        constraint = keeper_bond.keeper == *keeper.address() @ BulkheadError::NotOwner)]
    pub keeper_bond: Account<KeeperBond>,
    /// CHECK: the market's own.
    #[account(mut, address = market.vault @ BulkheadError::WrongMarket)]
    pub vault: UncheckedAccount,
    /// CHECK: a token account of the quote mint, which [`Transfer`] checks.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// CHECK: the market's own.
    #[account(address = market.quote_mint @ BulkheadError::WrongMarket)]
    pub quote_mint: UncheckedAccount,
    /// CHECK: the market's own.
    #[account(address = market.token_program @ BulkheadError::WrongMarket)]
    pub token_program: UncheckedAccount,
}

pub fn handler(ctx: &mut Context<WithdrawKeeperBond>, amount: u64) -> Result<()> {
    require!(amount > 0, BulkheadError::ZeroAmount);
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    bond::require_free(a.keeper_bond.resigned_at, now.unix)?;
    require!(a.keeper_bond.open_leases == 0, BulkheadError::LeasesOpen);
    require!(amount <= a.keeper_bond.bond, BulkheadError::InsufficientCollateral);
    a.keeper_bond.bond = sub(a.keeper_bond.bond, amount)?;
    a.ledger.pay(amount, &a.market.params, now.unix)?;
    let transfer = Transfer {
        market: &a.market,
        vault: &a.vault,
        wallet: &a.destination,
        quote_mint: &a.quote_mint,
        amount,
    };
    transfer.pay()?;
    let header = Header::next(&mut a.keeper_bond.event_seq, now);
    emit!(BondWithdrawn {
        header,
        market: *a.market.address(),
        bonded: *a.keeper_bond.address(),
        amount,
        bond_after: a.keeper_bond.bond,
    });
    Ok(())
}
