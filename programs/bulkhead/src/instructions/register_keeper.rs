//! Opens a keeper's bond in a market, in quote tokens of its vault.

use {
    crate::{
        constants::{MIN_KEEPER_BOND_UNITS, VERSION},
        error::BulkheadError,
        events::{Header, KeeperBonded},
        now::Now,
        state::{seeds, space_of, KeeperBond, Ledger, Market},
        token::transfer::Transfer,
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct RegisterKeeper {
    #[account(mut)]
    pub keeper: Signer,
    pub market: Account<Market>,
    #[account(mut, constraint = ledger.market == *market.address() @ BulkheadError::WrongMarket)]
    pub ledger: Account<Ledger>,
    #[account(init, payer = keeper, space = space_of::<KeeperBond>(),
        seeds = [seeds::KEEPER, market.address().as_ref(), keeper.address().as_ref()], bump)]
    pub keeper_bond: Account<KeeperBond>,
    /// CHECK: a token account of the quote mint, which [`Transfer`] checks; the keeper signs for it.
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

pub fn handler(ctx: &mut Context<RegisterKeeper>, amount: u64) -> Result<()> {
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    let least_bond = a.market.atoms(MIN_KEEPER_BOND_UNITS)?;
    require!(amount >= least_bond, BulkheadError::BondTooSmall);
    let market = *a.market.address();
    let keeper = *a.keeper.address();
    a.ledger.receive(amount)?;
    let bond = &mut a.keeper_bond;
    bond.version = VERSION;
    bond.bump = ctx.bumps.keeper_bond;
    bond.market = market;
    bond.keeper = keeper;
    bond.bond = amount;
    bond.least_bond = least_bond;
    bond.seen_slot = now.slot;
    let transfer =
        Transfer { market: &a.market, vault: &a.vault, wallet: &a.source, quote_mint: &a.quote_mint, amount };
    transfer.receive(&a.keeper)?;
    let header = Header::next(&mut a.keeper_bond.event_seq, now);
    emit!(KeeperBonded { header, keeper_bond: *a.keeper_bond.address(), market, keeper, bond: amount });
    Ok(())
}
