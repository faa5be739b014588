//! Closes a fully settled expiry: frees its slot and returns the rent to whoever listed it. Anyone may. What accounts still owe
//! it stays in their debt, and that is the pool's from now on.

use {
    crate::{
        error::BulkheadError,
        events::{ExpiryClosed, Header},
        now::Now,
        state::{Expiry, Market, RiskArray},
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct CloseExpiry {
    #[account(mut)]
    pub market: Account<Market>,
    #[account(mut, close = payer, constraint = expiry.market == *market.address() @ BulkheadError::WrongMarket)]
    pub expiry: Account<Expiry>,
    #[account(mut, close = payer, constraint = risk_array.market == *market.address() @ BulkheadError::WrongMarket,
        constraint = risk_array.expiry_id == expiry.id @ BulkheadError::MissingRiskArray)]
    pub risk_array: Account<RiskArray>,
    /// CHECK: receives the rent; must be the payer recorded in the expiry.
    #[account(mut, address = expiry.payer @ BulkheadError::NotOwner)]
    pub payer: UncheckedAccount,
}

pub fn handler(ctx: &mut Context<CloseExpiry>) -> Result<()> {
    let CloseExpiry { market, expiry, .. } = &mut ctx.accounts;
    let is_empty = expiry.swept == 1 && expiry.bonds().iter().all(|bond| !bond.is_held());
    require!(is_empty, BulkheadError::ExpiryNotEmpty);
    market.close_expiry(expiry.id);
    let header = Header::next(&mut market.event_seq, Now::read()?);
    emit!(ExpiryClosed { header, market: *market.address(), expiry_id: u64::from(expiry.id) });
    Ok(())
}
