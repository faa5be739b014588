//! Buys shares of the senior pool, which earns a part of the fees of every market it stands behind and bears losses that a
//! market's own pool cannot. What markets still have to bring back counts in the price, so that nobody enters for it.

use {
    crate::{
        all_pools,
        error::BulkheadError,
        events::{Header, PoolDeposited},
        now::Now,
        state::{Protocol, SeniorPool, Stake},
        token::transfer::SeniorTransfer,
    },
    anchor_lang::prelude::*,
    bulkhead_risk::breaker::{allows, Action},
};

/// The pools of all markets behind which it stands follow in the order in which they joined.
#[derive(Accounts)]
pub struct DepositSenior {
    pub owner: Signer,
    pub protocol: Account<Protocol>,
    #[account(mut)]
    pub senior: Account<SeniorPool>,
    #[account(mut, constraint = stake.fund == *senior.address() @ BulkheadError::WrongSenior,
        constraint = stake.owner == *owner.address() @ BulkheadError::NotOwner)]
    pub stake: Account<Stake>,
    /// CHECK: a token account of the quote mint, which [`SeniorTransfer`] checks; its authority signs.
    #[account(mut)]
    pub source: UncheckedAccount,
    /// CHECK: the pool's own.
    #[account(mut, address = senior.vault @ BulkheadError::WrongSenior)]
    pub vault: UncheckedAccount,
    /// CHECK: the pool's own.
    #[account(address = senior.quote_mint @ BulkheadError::WrongSenior)]
    pub quote_mint: UncheckedAccount,
    /// CHECK: the pool's own.
    #[account(address = senior.token_program @ BulkheadError::WrongSenior)]
    pub token_program: UncheckedAccount,
}

pub fn handler(ctx: &mut Context<DepositSenior>, amount: u64) -> Result<()> {
    let appended = ctx.remaining_accounts()?;
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    let level = a.protocol.breaker.level(now.unix);
    require!(allows(level, Action::DepositPool), BulkheadError::ActionClosed);
    let expected = all_pools::expected_back(&appended, &a.senior, now.unix)?;
    let shares = a.senior.fund(expected).enter(&mut a.stake, amount)?;
    let transfer = SeniorTransfer {
        senior: &a.senior,
        vault: &a.vault,
        wallet: &a.source,
        quote_mint: &a.quote_mint,
        amount,
    };
    transfer.receive(&a.owner)?;
    let header = Header::next(&mut a.senior.event_seq, now);
    emit!(PoolDeposited {
        header,
        fund: *a.senior.address(),
        owner: *a.owner.address(),
        amount,
        shares,
        cash_after: a.senior.cash,
    });
    Ok(())
}
