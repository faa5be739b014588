//! Lends a market what its losses lack beyond its own pool, out of the senior pool and within its caps per market and day. Anyone
//! may, as soon as a loss waits; the money serves losses alone and the market's pool owes it.

use {
    crate::{
        error::BulkheadError,
        events::{Header, SeniorDrawn},
        now::Now,
        state::{Ledger, Market, Pool, SeniorPool},
        token::transfer::SeniorTransfer,
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct DrawSenior {
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

pub fn handler(ctx: &mut Context<DrawSenior>) -> Result<()> {
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    a.pool.require_joined(a.senior.address())?;
    require!(a.pool.may_borrow(now.unix), BulkheadError::SeniorNoticeRunning);
    let wanted = a.pool.wanted_of_senior(&a.market.params, now.unix)?;
    require!(wanted > 0, BulkheadError::NothingUnmet);
    let amount = wanted.min(a.senior.drawable(&a.pool.senior_draws, now.unix)?);
    require!(amount > 0, BulkheadError::SeniorCapReached);
    a.senior.lend(amount, &mut a.pool.senior_draws, now.unix)?;
    a.pool.borrow(amount, now.unix)?;
    a.ledger.receive(amount)?;
    let transfer = SeniorTransfer {
        senior: &a.senior,
        vault: &a.senior_vault,
        wallet: &a.vault,
        quote_mint: &a.quote_mint,
        amount,
    };
    transfer.pay()?;
    let header = Header::next(&mut a.pool.event_seq, now);
    emit!(SeniorDrawn {
        header,
        market: *a.market.address(),
        senior: *a.senior.address(),
        amount,
        unmet: a.pool.unmet,
        debt_after: a.pool.senior_debt,
        senior_cash_after: a.senior.cash,
    });
    Ok(())
}
