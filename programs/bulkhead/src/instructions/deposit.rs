//! Adds collateral to any account: one's own, or someone else's to cure it. No breaker level can refuse it; an
//! account in debt to the pool pays that back first, unless winners of an open expiry wait for it.

use {
    crate::{
        error::BulkheadError,
        events::{Deposited, Header},
        now::Now,
        state::{Ledger, MarginAccount, Market, Pool},
        token::transfer::Transfer,
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct Deposit {
    pub depositor: Signer,
    pub market: Account<Market>,
    #[account(mut, constraint = ledger.market == *market.address() @ BulkheadError::WrongMarket)]
    pub ledger: Account<Ledger>,
    #[account(mut, constraint = account.market == *market.address() @ BulkheadError::WrongMarket)]
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
    /// Needed only while the account is in debt.
    #[account(mut)]
    pub pool: Option<Account<Pool>>,
}

pub fn handler(ctx: &mut Context<Deposit>, amount: u64) -> Result<()> {
    require!(amount > 0, BulkheadError::ZeroAmount);
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    a.ledger.receive(amount)?;
    a.account.credit(amount)?;
    if a.account.debt > 0 {
        let pool = a.pool.as_mut().ok_or(BulkheadError::PoolRequired)?;
        require_keys_eq!(pool.market, *a.market.address(), BulkheadError::WrongMarket);
        let repaid = a.account.repay(&a.market)?;
        pool.recover(repaid)?;
    }
    let transfer =
        Transfer { market: &a.market, vault: &a.vault, wallet: &a.source, quote_mint: &a.quote_mint, amount };
    transfer.receive(&a.depositor)?;
    let header = Header::next(&mut a.account.event_seq, now);
    emit!(Deposited {
        header,
        account: *a.account.address(),
        amount,
        cash_after: a.account.cash,
        claims_after: a.ledger.claims,
    });
    Ok(())
}
