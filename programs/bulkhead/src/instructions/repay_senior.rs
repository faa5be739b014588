//! Brings the senior pool what a market holds of its own: its part of the fees, recoveries, loans that no loss asked for, and
//! what the market's pool may pay back today. Anyone may. The vault's outflow limit applies here too.

use {
    crate::{
        amount::sub,
        error::BulkheadError,
        events::{Header, SeniorRepaid},
        now::Now,
        state::{Ledger, Market, Pool, SeniorPool},
        token::transfer::Transfer,
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct RepaySenior {
    pub market: Account<Market>,
    #[account(mut, constraint = ledger.market == *market.address() @ BulkheadError::WrongMarket)]
    pub ledger: Account<Ledger>,
    #[account(mut, constraint = pool.market == *market.address() @ BulkheadError::WrongMarket)]
    pub pool: Account<Pool>,
    /// The one that the market has joined.
    #[account(mut)]
    pub senior: Account<SeniorPool>,
    /// CHECK: the market's own.
    #[account(mut, address = market.vault @ BulkheadError::WrongMarket)]
    pub vault: UncheckedAccount,
    /// CHECK: the senior pool's own.
    #[account(mut, address = senior.vault @ BulkheadError::WrongSenior)]
    pub senior_vault: UncheckedAccount,
    /// CHECK: the market's own.
    #[account(address = market.quote_mint @ BulkheadError::WrongMarket)]
    pub quote_mint: UncheckedAccount,
    /// CHECK: the market's own.
    #[account(address = market.token_program @ BulkheadError::WrongMarket)]
    pub token_program: UncheckedAccount,
}

pub fn handler(ctx: &mut Context<RepaySenior>) -> Result<()> {
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    a.pool.require_joined(a.senior.address())?;
    a.pool.settle_loan(&a.market.params, now.unix)?;
    require!(a.pool.senior_due > 0, BulkheadError::NothingToRepay);
    let amount = a.pool.senior_due.min(a.ledger.may_leave(&a.market.params, now.unix)?);
    require!(amount > 0, BulkheadError::OutflowLimited);
    a.pool.senior_due = sub(a.pool.senior_due, amount)?;
    a.ledger.pay(amount, &a.market.params, now.unix)?;
    a.senior.take_back(amount)?;
    let transfer = Transfer {
        market: &a.market,
        vault: &a.vault,
        wallet: &a.senior_vault,
        quote_mint: &a.quote_mint,
        amount,
    };
    transfer.pay()?;
    let header = Header::next(&mut a.pool.event_seq, now);
    emit!(SeniorRepaid {
        header,
        market: *a.market.address(),
        senior: *a.senior.address(),
        amount,
        debt_after: a.pool.senior_debt,
        cash_after: a.pool.cash,
        senior_cash_after: a.senior.cash,
    });
    Ok(())
}
