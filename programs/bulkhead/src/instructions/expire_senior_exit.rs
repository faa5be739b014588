//! Takes a lapsed request to leave the senior pool out of the queue. Anyone may.

use {
    crate::{
        error::BulkheadError,
        events::{ExitExpired, Header},
        now::Now,
        state::{SeniorPool, Stake},
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct ExpireSeniorExit {
    #[account(mut)]
    pub senior: Account<SeniorPool>,
    #[account(mut, constraint = stake.fund == *senior.address() @ BulkheadError::WrongSenior)]
    pub stake: Account<Stake>,
}

pub fn handler(ctx: &mut Context<ExpireSeniorExit>) -> Result<()> {
    let now = Now::read()?;
    let ExpireSeniorExit { senior, stake } = &mut ctx.accounts;
    let shares = senior.fund(0).expire(stake, now.unix)?;
    let header = Header::next(&mut senior.event_seq, now);
    emit!(ExitExpired { header, fund: stake.fund, owner: stake.owner, shares });
    Ok(())
}
