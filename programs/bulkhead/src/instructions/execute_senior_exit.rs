//! Pays out shares of the senior pool whose cool-down has passed, in hourly parts under stress, as `execute_exit` does for a
//! market's. Waits while any market has a loss or an expiry under way that the pool may still have to pay for.

use {
    crate::{
        all_pools::require_exits_open,
        error::BulkheadError,
        events::{ExitExecuted, Header},
        now::Now,
        state::{
            fund::{Exit, Fund},
            SeniorPool, Stake,
        },
        token::transfer::SeniorTransfer,
    },
    anchor_lang::prelude::*,
};

/// The pools of all markets behind which the senior pool stands follow, in the order in which they joined.
#[derive(Accounts)]
pub struct ExecuteSeniorExit {
    pub owner: Signer,
    #[account(mut)]
    pub senior: Account<SeniorPool>,
    #[account(mut, constraint = stake.fund == *senior.address() @ BulkheadError::WrongSenior,
        constraint = stake.owner == *owner.address() @ BulkheadError::NotOwner)]
    pub stake: Account<Stake>,
    /// CHECK: the pool's own.
    #[account(mut, address = senior.vault @ BulkheadError::WrongSenior)]
    pub vault: UncheckedAccount,
    /// CHECK: a token account of the quote mint, which [`SeniorTransfer`] checks.
    #[account(mut)]
    pub destination: UncheckedAccount,
    /// CHECK: the pool's own.
    #[account(address = senior.quote_mint @ BulkheadError::WrongSenior)]
    pub quote_mint: UncheckedAccount,
    /// CHECK: the pool's own.
    #[account(address = senior.token_program @ BulkheadError::WrongSenior)]
    pub token_program: UncheckedAccount,
}

/// `shares`: at most as many leave, of those that were requested.
pub fn handler(ctx: &mut Context<ExecuteSeniorExit>, shares: u64) -> Result<()> {
    let appended = ctx.remaining_accounts()?;
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    Fund::require_ripe(&a.stake, shares, now.unix)?;
    require_exits_open(&appended, &a.senior, now.unix)?;
    let may_leave = a.senior.may_leave(now.unix)?;
    let Exit { shares, amount } = a.senior.fund(0).redeem(&mut a.stake, shares, may_leave, now.unix)?;
    a.senior.pay(amount, now.unix)?;
    let transfer = SeniorTransfer {
        senior: &a.senior,
        vault: &a.vault,
        wallet: &a.destination,
        quote_mint: &a.quote_mint,
        amount,
    };
    transfer.pay()?;
    let header = Header::next(&mut a.senior.event_seq, now);
    emit!(ExitExecuted {
        header,
        fund: *a.senior.address(),
        owner: *a.owner.address(),
        shares,
        amount,
        cash_after: a.senior.cash,
    });
    Ok(())
}
