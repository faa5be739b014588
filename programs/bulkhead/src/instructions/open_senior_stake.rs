//! Opens a provider's stake in the senior pool.

use {
    crate::{
        constants::VERSION,
        state::{seeds, space_of, SeniorPool, Stake},
    },
    anchor_lang::prelude::*,
};

#[derive(Accounts)]
pub struct OpenSeniorStake {
    #[account(mut)]
    pub owner: Signer,
    pub senior: Account<SeniorPool>,
    #[account(init, payer = owner, space = space_of::<Stake>(),
        seeds = [seeds::STAKE, senior.address().as_ref(), owner.address().as_ref()], bump)]
    pub stake: Account<Stake>,
    pub system_program: Program<System>,
}

pub fn handler(ctx: &mut Context<OpenSeniorStake>) -> Result<()> {
    let fund = *ctx.accounts.senior.address();
    let owner = *ctx.accounts.owner.address();
    let stake = &mut ctx.accounts.stake;
    stake.version = VERSION;
    stake.bump = ctx.bumps.stake;
    stake.fund = fund;
    stake.owner = owner;
    Ok(())
}
