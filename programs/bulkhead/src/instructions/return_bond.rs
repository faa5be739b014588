//! Returns what is left of the bonds behind settlement prices to the margin account they came for. Anyone may once the price is
//! fixed; the expiry closes only after all have returned.

use {
    crate::{
        amount::add,
        error::BulkheadError,
        events::{BondReturned, Header},
        now::Now,
        state::{Expiry, MarginAccount},
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct ReturnBond {
    #[account(mut)]
    pub expiry: Account<Expiry>,
    #[account(mut, constraint = account.market == expiry.market @ BulkheadError::WrongMarket)]
    pub account: Account<MarginAccount>,
}

pub fn handler(ctx: &mut Context<ReturnBond>) -> Result<()> {
    let now = Now::read()?;
    let ReturnBond { expiry, account } = &mut ctx.accounts;
    require!(expiry.is_fixed(), BulkheadError::NotFixed);
    let key = *account.address();
    let (mut amount, mut returned) = (0u64, 0u8);
    let Expiry { proposal, dispute, .. } = &mut **expiry;
    for bond in [proposal.take(&key), dispute.take(&key)].into_iter().flatten() {
        amount = add(amount, bond)?;
        returned = returned.saturating_add(1);
    }
    require!(returned > 0, BulkheadError::NoBond);
    account.credit(amount)?;
    account.bonds = account.bonds.saturating_sub(returned);
    let header = Header::next(&mut account.event_seq, now);
    emit!(BondReturned {
        header,
        account: key,
        expiry_id: u64::from(expiry.id),
        amount,
        cash_after: account.cash,
    });
    Ok(())
}
