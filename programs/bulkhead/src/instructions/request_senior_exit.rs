//! Starts the cool-down of shares that want to leave the senior pool, as `request_exit` does for a market's.

use {
    crate::{
        constants::SENIOR_COOLDOWN_SECONDS,
        error::BulkheadError,
        events::{ExitRequested, Header},
        now::Now,
        state::{SeniorPool, Stake},
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct RequestSeniorExit {
    pub owner: Signer,
    #[account(mut)]
    pub senior: Account<SeniorPool>,
    #[account(mut, constraint = stake.fund == *senior.address() @ BulkheadError::WrongSenior,
        constraint = stake.owner == *owner.address() @ BulkheadError::NotOwner)]
    pub stake: Account<Stake>,
}

pub fn handler(ctx: &mut Context<RequestSeniorExit>, shares: u64) -> Result<()> {
    let now = Now::read()?;
    let a = &mut ctx.accounts;
    a.senior.fund(0).request(&mut a.stake, shares, SENIOR_COOLDOWN_SECONDS, now.unix)?;
    let header = Header::next(&mut a.senior.event_seq, now);
    emit!(ExitRequested {
        header,
        fund: *a.senior.address(),
        owner: *a.owner.address(),
        shares,
        unlock_at: a.stake.unlock_at,
    });
    Ok(())
}
